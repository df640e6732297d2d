/// `SUPPRESSED [identifier]`: how many keys are suppressed, and whether one is.

import ByteText
package struct SuppressedRequest: IdentifierRequest {
  package static let name = "SUPPRESSED"
  package static let summary = "[identifier] - how many keys are suppressed, and whether one is"
  package static let role = Role.admin

  /// Empty to ask for the number alone.
  package var identifier: [UInt8] = []

  package init() {}

  package init(_ identifier: [UInt8]) { self.identifier = identifier }

  package func appendArguments(to line: inout [UInt8]) {
    if !identifier.isEmpty { line += [UInt8(ascii: " ")] + identifier }
  }

  package struct Reply: FieldReply {
    /// Keys that the index suppresses itself.
    package var count = 0
    /// Keys that it suppresses since others do, and how many these are; nil where there are none.
    package var imported: Int?
    package var keyrings: Int?
    /// To which others seal what they suppress; only where no identifier was given.
    package var key: String?
    package var isSuppressed = false
    /// When the key was suppressed, in seconds since 1970, UTC.
    package var since: Int?
    package var digest: String?

    package init() {}

    package static var fields: [FieldOf<Self>] {
      [
        .number("count", \.count), .number("imported", \.imported), .number("keyrings", \.keyrings),
        .text("key", \.key), .flag("suppressed", \.isSuppressed), .number("since", \.since),
        .text("digest", \.digest),
      ]
    }
  }
}
