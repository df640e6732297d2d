/// `COMPACT`: rewrites the index without free pages and without what was removed; the daemon restarts on it.
package struct CompactRequest: Request {
  package static let name = "COMPACT"
  package static let summary = "- rewrite the index without what was removed"
  package static let role = Role.admin

  package init() {}

  package typealias Reply = StreamedReply<End>

  package struct End: FieldRecord {
    /// Bytes of the data file.
    package var before = 0
    package var after = 0
    package var restarts = true

    package init() {}

    package init(before: Int, after: Int) {
      self.before = before
      self.after = after
    }

    package static var fields: [FieldOf<Self>] {
      [.number("before", \.before), .number("after", \.after), .flag("restarts", \.restarts)]
    }
  }
}
