// `SUPPRESSIONS`: what the index suppresses goes to another one, in a file that only that one can open.

internal import Index
internal import Platform
internal import Sealing
internal import WireProtocol

extension SuppressionsRequest: FileHandler {
  typealias Thread = CareThread

  func course(_ asker: Asker, _ context: inout SessionContext) throws(ProtocolError) -> Course {
    guard SealingRecipient(recipient) != nil else {
      throw ProtocolError(.syntax, "for= is no key of an index (age1...); it is mistyped or cut off")
    }
    return awaitFile()
  }

  func source(_ file: HandedFile, on thread: CareThread) throws -> SuppressionsSource {
    guard let recipient = SealingRecipient(recipient) else { throw ProtocolError.noSuppressions }
    return try SuppressionsSource(thread.index, to: file, for: recipient)
  }
}

/// Makes the reply to `SUPPRESSIONS`.
final class SuppressionsSource: ReplySource {
  typealias Thread = CareThread
  private let file: HandedFile
  private var keyring: KeyringWriter
  private var sealer: Sealer
  private var byteCount = 0

  init(_ index: Index, to file: HandedFile, for recipient: SealingRecipient) throws {
    guard try file.check(for: .writing) == 0 else {
      throw ProtocolError(.file, "the file that was handed over is not empty")
    }
    guard let keyring = KeyringWriter(index.snapshot, now: WallClock.seconds) else {
      throw ProtocolError.noSuppressions
    }
    self.keyring = keyring
    self.file = file
    sealer = try Sealer(checking: recipient)
  }

  func step(_ part: inout ReplyPart, on thread: CareThread) throws -> Bool {
    var bytes: [UInt8] = []
    let hasMore = keyring.append(to: &bytes)
    sealer.append(bytes)
    if !hasMore { sealer.finish() }
    try file.write(sealer.output[...])
    byteCount += sealer.output.count
    sealer.output.removeAll(keepingCapacity: true)
    guard !hasMore else { return true }
    thread.log.note("exported \(keyring.count) suppressed keys for another index")
    part.fields = SuppressionsRequest.End(byteCount: byteCount, keys: keyring.count).values
    return false
  }
}

extension Sealer {
  fileprivate init(checking recipient: SealingRecipient) throws {
    guard let sealer = Sealer(for: recipient) else {
      throw ProtocolError(.syntax, "for= is a key to which nothing can be sealed")
    }
    self = sealer
  }
}

extension ProtocolError {
  fileprivate static var noSuppressions: ProtocolError {
    ProtocolError(.file, "the index suppresses nothing of its own: there is nothing to export")
  }
}
