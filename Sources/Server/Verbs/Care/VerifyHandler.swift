// `VERIFY`: checks all that the index has stored, in one commit, while everybody asks and loads.

internal import Index
internal import IndexKeys
internal import WireProtocol

extension VerifyRequest: StreamHandler {
  typealias Thread = CareThread

  func source(on thread: CareThread, _ held: inout Holdings) throws -> VerifySource {
    try VerifySource(thread.index, log: thread.log)
  }
}

/// Makes the reply to `VERIFY`: a line a damage.
final class VerifySource: ReplySource {
  typealias Thread = CareThread
  private var verification: Verification
  private let log: DaemonLog
  private var pace = SharePace()
  private var told = 0

  init(_ index: Index, log: DaemonLog) throws {
    verification = try Verification(index, texts: ListedTexts(secret: index.snapshot.secret))
    self.log = log
  }

  func step(_ part: inout ReplyPart, on thread: CareThread) throws -> Bool {
    let hasMore = try verification.step()
    let shown = verification.damages.prefix(ProtocolLimits.damagesMax)
    for damage in shown.dropFirst(told) { part.append(damage) }
    told = verification.damages.count
    guard !hasMore else {
      pace.tell("verify", verification.blocksDone, of: verification.blocksTotal, in: &part)
      return true
    }
    part.fields = VerifyRequest.End(verification.counts).values
    if verification.counts.damages > 0 {
      log.damaged(verification.counts.damages)
    } else {
      log.verified(blocks: verification.counts.blocks)
    }
    return false
  }
}

extension ReplyPart {
  /// Adds a line: sub-database, place, what is wrong, what that means.
  mutating func append(_ damage: Damage) {
    for (number, column) in [damage.database, damage.place, damage.what, damage.effect].enumerated() {
      if number > 0 { lines.append(UInt8(ascii: "\t")) }
      Escapes.append(column, to: &lines, keepingSpaces: true)
    }
    endLine()
  }
}

extension VerifyRequest.End {
  fileprivate init(_ counts: VerifiedCounts) {
    self.init()
    (datasets, sets, blocks) = (counts.datasets, counts.sets, counts.blocks)
    (keys, listings) = (counts.keys, counts.listings)
    (remains, damages) = (counts.remains, counts.damages)
  }
}
