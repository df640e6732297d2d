// One connection of the load generator, and how far its batch has come. It neither waits nor decides what is
// sent next.

internal import BenchmarkWork
internal import Glibc

/// A connection with at most one batch under way.
final class LoadConnection {
  private let socket: UnixSocket
  private var batch = 0
  private var sent = 0
  private var sendEnd = 0
  private var received = 0
  private var receiveEnd = 0
  /// When the batch was started, in nanoseconds.
  private(set) var batchStart: UInt64 = 0

  /// Connects, and reads and writes without waiting from then on.
  init(path: String) throws {
    socket = try UnixSocket(connectingTo: path)
    try socket.makeNonBlocking()
  }

  var descriptor: Int32 { socket.descriptor }

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

  /// Sends as much of the batch as the socket takes. The C function is `send`.
  func send(from requests: [UInt8]) throws {
    guard sent < sendEnd else { return }
    // Safe: both bounds lie within the requests, which are lent for the call.
    let count = unsafe requests.withUnsafeBytes {
      unsafe Glibc.send(descriptor, $0.baseAddress! + sent, sendEnd - sent, Int32(MSG_NOSIGNAL))
    }
    if count < 0 && (errno == EAGAIN || errno == EINTR) { return }
    guard count >= 0 else { throw SystemFailure("send", code: errno) }
    sent += count
  }

  /// Reads what has come and compares it with what must come; true once the batch is answered. The C functions
  /// are `read` and `memcmp`.
  func receive(into buffer: inout [UInt8], pool: RequestPool) throws -> Bool {
    // Safe: the buffer has room for what is asked for.
    let count = unsafe buffer.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
    if count < 0 && (errno == EAGAIN || errno == EINTR) { return false }
    guard count >= 0 else { throw SystemFailure("read", code: errno) }
    guard count > 0 else { throw UsageError("the server closed a connection") }
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

  private func wrongAnswer(_ got: ArraySlice<UInt8>, pool: RequestPool) -> any Error {
    let right = pool.replies[received..<receiveEnd]
    guard let offset = zip(got, right).enumerated().first(where: { $0.element.0 != $0.element.1 })?.offset
    else { return UsageError("more replies than requests: batch \(batch)") }
    return WrongAnswer(
      pool: pool, batch: batch, position: received + offset, received: Array(got.dropFirst(offset)))
  }
}
