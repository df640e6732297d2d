/// `RECEIPTS [number=n]`: what was erased and lifted, when and by whom.
package struct ReceiptsRequest: Request {
  package static let name = "RECEIPTS"
  package static let summary = "[number=n] - what was erased, when and by whom"
  package static let role = Role.admin

  /// The one that is wanted, with the digests of its identifiers.
  package var number: Int?

  package init() {}

  package init(number: Int?) { self.number = number }

  package static var fields: [FieldOf<Self>] { [.number("number", \.number)] }

  /// `OK n`, and a line a receipt; or one, and a line a digest.
  package struct Reply: WholeReply {
    package var receipts: [Receipt] = []
    package var digests: [String] = []

    package init(_ receipts: [Receipt], digests: [String] = []) {
      (self.receipts, self.digests) = (receipts, digests)
    }

    package func append(to output: inout [UInt8]) {
      output.append(contentsOf: "OK \(receipts.count + digests.count)\n".utf8)
      for receipt in receipts { receipt.appendLine(to: &output) }
      for digest in digests { output.append(contentsOf: "\(digest)\n".utf8) }
    }
  }

  package struct Receipt: FieldRecord, Equatable {
    package var number = 0
    /// `erasure`, `lifting` or `restoration`.
    package var kind = ""
    /// `logical` where files may still have what was erased, else `physical`; `lifted`.
    package var state = ""
    /// Seconds since 1970, UTC, as all times are.
    package var time = 0
    package var physical: Int?
    package var user: Int?
    package var images = 0
    package var memberships = 0
    /// Keys that were suppressed, or lifted.
    package var keys = 0
    package var identifiers = 0
    package var reason: String?

    package init() {}

    package static var fields: [FieldOf<Self>] {
      [
        .number("number", \.number), .text("kind", \.kind), .text("state", \.state), .number("time", \.time),
        .number("physical", \.physical), .number("user", \.user), .number("images", \.images),
        .number("memberships", \.memberships), .number("keys", \.keys),
        .number("identifiers", \.identifiers), .text("reason", \.reason),
      ]
    }
  }
}
