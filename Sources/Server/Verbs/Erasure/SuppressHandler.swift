// `SUPPRESS`: what another index suppresses is kept out of this one, and erased from it.
//
//   1. read      and open the file, which was sealed to this index
//   2. import    (by the writer) in one transaction
//
// Whatever ends it before 2 has ended leaves the index as it was.

internal import Index
internal import Platform
internal import Sealing
internal import WireProtocol

extension SuppressRequest: WorkHandler {
  typealias Thread = CareThread

  func change(_ held: Holdings) -> Change? {
    isRehearsal ? nil : Change("import", of: "suppressions of another index")
  }

  func course(_ asker: Asker, _ context: inout SessionContext) throws(ProtocolError) -> Course {
    let user = asker.held.owner?.visibleUser
    return .file { file in
      work(Holdings()) { thread, _ in
        let source = try SuppressSource(
          thread.index, from: file, user: user, isRehearsal: isRehearsal, log: thread.log)
        return ReplyStream(source, slot: try thread.streams.take()).begin(source, on: thread)
      }
    }
  }
}

/// Makes the reply to `SUPPRESS`.
final class SuppressSource: WritingSource {
  typealias Thread = CareThread
  private let file: HandedFile
  private let user: Int?
  private let isRehearsal: Bool
  private let log: DaemonLog
  private let byteCount: Int
  private var offset: Int
  private var unsealer: Unsealer
  private var reader: KeyringReader
  private var ring: Keyring?

  private static let piecesAStep = 8

  init(_ index: Index, from file: HandedFile, user: Int?, isRehearsal: Bool, log: DaemonLog) throws {
    byteCount = try file.check(for: .reading)
    (self.file, self.user, self.isRehearsal, self.log) = (file, user, isRehearsal, log)
    guard let key = index.snapshot.exchangeKey.flatMap({ SealingKey($0.bytes) }) else {
      throw ProtocolError(.internal, "the index has no key for what others export")
    }
    let head = try Self.read(Unsealer.headBytes, of: file, at: 0)
    offset = head.count
    do throws(SealError) { unsealer = try Unsealer(head, with: key) } catch { throw ProtocolError(error) }
    reader = KeyringReader(limits: index.limits)
  }

  var isWriting: Bool { ring != nil }

  func step(_ part: inout ReplyPart, on thread: CareThread) throws -> Bool {
    for _ in 0..<Self.piecesAStep {
      let piece = try Self.read(Unsealer.pieceBytes, of: file, at: offset)
      offset += piece.count
      let isLast = offset >= byteCount
      let opened: [UInt8]
      do throws(SealError) {
        opened = try unsealer.open(piece, isLast: isLast)
      } catch { throw ProtocolError(error) }
      try reader.take(opened)
      guard !isLast else {
        ring = try reader.finish()
        break
      }
    }
    return true
  }

  func write(_ part: inout ReplyPart, with writer: IndexWriter) throws -> Bool {
    guard let ring else { return false }
    let outcome = try writer.take(
      ring, ErasureRecord.Cause(time: WallClock.seconds, user: user), isRehearsal: isRehearsal)
    if !isRehearsal { log.imported(outcome) }
    var end = SuppressRequest.End()
    (end.keys, end.added) = (ring.count, outcome.added)
    (end.images, end.memberships) = (outcome.erasure.images, outcome.erasure.memberships)
    end.receipt = outcome.erasure.receipt
    part.fields = end.values
    return false
  }

  private static func read(_ count: Int, of file: HandedFile, at offset: Int) throws -> [UInt8] {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: count)
    while bytes.count < count {
      if buffer.count > count - bytes.count { buffer.removeLast(buffer.count - (count - bytes.count)) }
      let read = try file.read(at: offset + bytes.count, into: &buffer)
      guard read > 0 else { break }
      bytes += buffer[..<read]
    }
    return bytes
  }
}

extension ProtocolError {
  fileprivate init(_ error: SealError) {
    let reason =
      switch error {
      case .notSealed: "the file is no export of suppressions"
      case .otherRecipient:
        "the file was exported for another index than this one, or its beginning is damaged; see whichset suppressed --key"
      case .damaged: "the file is damaged or not complete"
      }
    self.init(.file, "\(reason); nothing was imported")
  }
}
