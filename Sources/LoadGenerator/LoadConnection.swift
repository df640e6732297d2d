// One connection of the load generator, and how far its batch has come. It neither waits nor decides what is
// sent next.

internal import Glibc
internal import Platform

/// A connection with at most one batch under way.
final class LoadConnection {
  private let socket: Descriptor
  private var batch = 0
  private var sent = 0
  private var sendEnd = 0
  private var received = 0
  private var receiveEnd = 0
  /// When the batch was started, in nanoseconds.
  private(set) var batchStart: UInt64 = 0

  /// Connects, and reads and writes without waiting from then on.
  init(path: String) throws(LoadTrouble) {
    guard let address = UnixAddress(path) else {
      throw .failed(SystemFailure("connect", path, code: ENAMETOOLONG))
    }
    do throws(SystemFailure) {
      socket = try UnixAddress.socket(.stream)
      try address.connect(socket)
      try socket.makeNonBlocking()
    } catch {
      throw .failed(error)
    }
  }

  var descriptor: Int32 { socket.raw }

  /// Whether some of the batch could not be sent yet.
  var isBlocked: Bool { sent < sendEnd }

  /// Whether the poller was asked to say when the socket takes more.
  var isWatchedForRoom = false

  /// Makes `batch` the one under way. The one before must have been answered.
  func start(batch: Int, pool: RequestPool, now: UInt64) {
    precondition(received == receiveEnd && sent == sendEnd)
    self.batch = batch
    (sent, sendEnd) = (pool.requestBounds[batch], pool.requestBounds[batch + 1])
    (received, receiveEnd) = (pool.replyBounds[batch], pool.replyBounds[batch + 1])
    batchStart = now
  }

  /// Sends as much of the batch as the socket takes.
  func send(from requests: [UInt8]) throws(LoadTrouble) {
    guard sent < sendEnd else { return }
    switch socket.send(requests.span.extracting(sent..<sendEnd)) {
    case .bytes(let count): sent += count
    case .wouldBlock: return
    case .failed(let code): throw .failed(SystemFailure("send", code: code))
    }
  }

  /// Reads what has come and compares it with what must come; true once the batch is answered. The C function
  /// is `memcmp`.
  func receive(into buffer: inout [UInt8], pool: RequestPool) throws(LoadTrouble) -> Bool {
    let count: Int
    switch socket.read(into: &buffer) {
    case .bytes(let some): count = some
    case .wouldBlock: return false
    case .failed(let code): throw .failed(SystemFailure("read", code: code))
    }
    guard count > 0 else { throw .closed }
    let comparable = min(count, receiveEnd - received)
    // Safe: both sides hold at least `comparable` bytes from where they are compared.
    let isSame = unsafe buffer.withUnsafeBytes { got in
      unsafe pool.replies.withUnsafeBytes { right in
        unsafe memcmp(got.baseAddress!, right.baseAddress! + received, comparable) == 0
      }
    }
    guard isSame, comparable == count else { throw wrongAnswer(buffer[..<count], pool: pool) }
    received += count
    return received == receiveEnd
  }

  private func wrongAnswer(_ got: ArraySlice<UInt8>, pool: RequestPool) -> LoadTrouble {
    let right = pool.replies[received..<receiveEnd]
    guard let offset = zip(got, right).enumerated().first(where: { $0.element.0 != $0.element.1 })?.offset
    else { return .unasked }
    return .wrong(
      WrongAnswer(
        pool: pool, batch: batch, position: received + offset, received: Array(got.dropFirst(offset))))
  }
}
