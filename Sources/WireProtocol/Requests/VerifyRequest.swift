/// `VERIFY`: checks all that is stored.
package struct VerifyRequest: Request {
  package static let name = "VERIFY"
  package static let summary = "- check all that is stored"
  package static let role = Role.admin

  package init() {}

  package typealias Reply = StreamedReply<End>

  package struct End: FieldRecord {
    package var datasets = 0
    package var sets = 0
    package var blocks = 0
    package var keys = 0
    package var listings = 0
    /// Keys and listings that removed datasets have left behind.
    package var remains = 0
    package var damages = 0

    package init() {}

    package static var fields: [FieldOf<Self>] {
      [
        .number("datasets", \.datasets), .number("sets", \.sets), .number("blocks", \.blocks),
        .number("keys", \.keys), .number("listings", \.listings), .number("remains", \.remains),
        .number("damages", \.damages),
      ]
    }
  }
}
