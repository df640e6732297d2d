// `whichset erase`: what is said to the daemon, and what came of it. Identifiers go in batches, each of which is erased in
// one step.

import ByteText
package import Console
package import DaemonClient
package import WireProtocol

/// Identifiers to be erased.
package struct Erasure {
  private let isOfAccounts: Bool
  private let isRehearsal: Bool
  private var batch: [[UInt8]] = []
  private var batchBytes = 0
  /// What came of all batches.
  package private(set) var result = EraseRequest.Reply()
  /// The numbers of its receipts in the index, one for each batch.
  package private(set) var receipts: [Int] = []

  package init(isOfAccounts: Bool, isRehearsal: Bool) {
    self.isOfAccounts = isOfAccounts
    self.isRehearsal = isRehearsal
  }

  /// Takes an identifier; asks the daemon once there are enough.
  package mutating func add(_ identifier: Span<UInt8>, _ daemon: inout DaemonLink) throws(Trouble) {
    if batch.count == ProtocolLimits.eraseMax || batchBytes + identifier.count > ProtocolLimits.eraseBytesMax
    {
      try flush(&daemon)
    }
    batch.append(identifier.copied)
    batchBytes += identifier.count
  }

  /// Asks for those that are left.
  package mutating func flush(_ daemon: inout DaemonLink) throws(Trouble) {
    guard !batch.isEmpty else { return }
    let request = EraseRequest(count: batch.count, isOfAccounts: isOfAccounts, isRehearsal: isRehearsal)
    var lines = Array(request.line.utf8)
    for identifier in batch { lines += [UInt8(ascii: "\n")] + identifier }
    let reply: EraseRequest.Reply
    do throws(Trouble) {
      reply = try EraseRequest.Reply.read(
        try daemon.reply(toLine: String(decoding: lines, as: UTF8.self)).accepted())
    } catch {
      guard !result.found.isEmpty else { throw error }
      throw Trouble(
        "\(error.text). The first \(Figures.counted(result.found.count, "identifier")) had been erased before"
      )
    }
    batch = []
    batchBytes = 0
    result.images += reply.images
    result.memberships += reply.memberships
    result.suppressed += reply.suppressed
    result.found += reply.found
    if let receipt = reply.receipt { receipts.append(receipt) }
  }

  /// All as an answer.
  package var answer: Answer {
    let (result, isRehearsal) = (result, isRehearsal)
    let records = result.found.map(\.shown)
    let total: Record = [
      "images": result.images, "memberships": result.memberships, "suppressed": result.suppressed,
      "rehearsal": isRehearsal,
    ]
    return Answer(
      total + ["identifiers": records], .these(records.map { $0.fields.map { $0.value as any FieldValue } })
    ) { _ in
      let lines = result.found.map { "\($0.sentence(isRehearsal: isRehearsal))\n" }.joined()
      let (images, memberships) = (
        Figures.counted(result.images, "image"), Figures.counted(result.memberships, "membership")
      )
      return lines
        + (isRehearsal
          ? "nothing is erased; it would be \(images), \(memberships)\n"
          : "erased: the index holds \(images) and \(memberships) fewer\n")
    }
  }
}

extension EraseRequest.Reply: ReadableReply {
  package init?(_ reply: Reply) {
    let fields = reply.fields
    self.init { fields[$0] }
    for columns in reply.records {
      guard let found = EraseRequest.Found(columns: columns) else { return nil }
      self.found.append(found)
    }
  }
}

extension EraseRequest.Found {
  fileprivate var shown: Record {
    ["key": key, "digest": digest, "keys": keys, "datasets": datasets]
  }

  fileprivate func sentence(isRehearsal: Bool) -> String {
    guard keys > 0 else {
      return "\(key): the index does not have it" + (isRehearsal ? "" : "; later lists cannot bring it")
    }
    let further = keys > 1 ? " and \(Figures.counted(keys - 1, "further key"))" : ""
    return "\(key)\(further): in \(datasets.isEmpty ? "no dataset" : datasets.joined(separator: ", "))"
  }
}

extension SuppressedRequest.Reply: ReadableReply {}
extension UnsuppressRequest.Reply: ReadableReply {}

extension ReceiptsRequest.Reply: ReadableReply {
  package init?(_ reply: Reply) {
    self.init([])
    for columns in reply.records {
      if columns.count == 1 {
        digests.append(columns[0])
      } else {
        guard let receipt = ReceiptsRequest.Receipt(columns: columns) else { return nil }
        receipts.append(receipt)
      }
    }
  }
}

extension ReceiptsRequest.Reply {
  /// An object a receipt, with its digests where they were asked for.
  package var answer: Answer {
    let (receipts, digests) = (receipts, digests)
    return Answer(
      receipts.map { receipt in
        receipt.shown + (digests.isEmpty ? [:] : ["digests": digests])
      }, .these(receipts.map { $0.shown.fields.map { $0.value as any FieldValue } } + digests.map { [$0] })
    ) { _ in
      receipts.isEmpty
        ? "nothing was ever erased\n"
        : receipts.map(\.sentence).joined() + digests.map { "  \($0)\n" }.joined()
    }
  }
}

extension ReceiptsRequest.Receipt {
  fileprivate var shown: Record {
    [
      "number": number, "kind": kind, "state": state, "time": time, "physical": physical, "user": user,
      "images": images, "memberships": memberships, "keys": keys, "identifiers": identifiers,
      "reason": reason,
    ]
  }

  fileprivate var sentence: String {
    let by = user.map { " by user \($0)" } ?? ""
    let gone = physical.map { ", in no file since \(Figures.moment($0))" }
    let what =
      kind == "lifting"
      ? "\(Figures.counted(keys, "suppressed key")) lifted"
      : "\(Figures.counted(images, "image")) erased" + (gone ?? ", may still be in files")
    return "\(number)  \(Figures.moment(time))\(by): \(what)\(reason.map { ": \($0)" } ?? "")\n"
  }
}
