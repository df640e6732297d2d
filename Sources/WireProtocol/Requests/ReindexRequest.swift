/// `REINDEX [slug]`: makes the keys of a dataset again, or of all whose keys older rules made.
package struct ReindexRequest: Request {
  package static let name = "REINDEX"
  package static let summary = "[slug] - rebuild the keys by the current rules"
  package static let role = Role.admin

  package var slug: String?

  package init() {}

  package init(_ slug: String?) { self.slug = slug }

  package static var words: [WordOf<Self>] { [.slug(\.slug)] }

  package typealias Reply = StreamedReply<NoFields>

  /// A line of the reply: a dataset that is done.
  package struct Dataset: FieldRecord {
    package var slug = ""
    package var rows = 0
    /// Rows that the present rules refuse, which stay under the keys that they had.
    package var kept = 0
    package var images = 0

    package init() {}

    package init(slug: String, rows: Int, kept: Int, images: Int) {
      self.slug = slug
      self.rows = rows
      self.kept = kept
      self.images = images
    }

    package static var fields: [FieldOf<Self>] {
      [.text("slug", \.slug), .number("rows", \.rows), .number("kept", \.kept), .number("images", \.images)]
    }
  }
}

/// The end of a streamed reply that says no more than that it is whole.
package struct NoFields: FieldRecord {
  package init() {}

  package static var fields: [FieldOf<Self>] { [] }
}
