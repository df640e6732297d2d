/// `TALLY`: the counts of the cross-reference, which it ends.
package struct TallyRequest: Request {
  package static let name = "TALLY"
  package static let summary = "- the counts of the cross-reference"
  package static let role = Role.read

  package init() {}

  package typealias Reply = StreamedReply<End>

  /// The kinds of lines, by their first columns.
  package enum Line: String {
    case dataset
    case label
    case cell
  }

  /// `rows` is the sum of `invalid`, `unresolvable`, `duplicates` and `identifiers`; these are `images`, `unmatched` and
  /// `unsearchable`.
  package struct End: FieldRecord {
    package var rows = 0
    package var invalid = 0
    package var unresolvable = 0
    package var duplicates = 0
    package var identifiers = 0
    package var images = 0
    package var unmatched = 0
    package var unsearchable = 0
    package var memberships = 0

    package init() {}

    package static var fields: [FieldOf<Self>] {
      [
        .number("rows", \.rows), .number("invalid", \.invalid), .number("unresolvable", \.unresolvable),
        .number("duplicates", \.duplicates), .number("identifiers", \.identifiers),
        .number("images", \.images), .number("unmatched", \.unmatched),
        .number("unsearchable", \.unsearchable), .number("memberships", \.memberships),
      ]
    }
  }
}
