/// `DIGEST`: a digest of what each dataset holds.
package struct DigestRequest: Request {
  package static let name = "DIGEST"
  package static let summary = "- a digest of what each dataset holds"
  package static let role = Role.read

  package init() {}

  package typealias Reply = StreamedReply<End>

  package struct Dataset: FieldRecord {
    package var slug = ""
    package var rows = 0
    package var digest = ""

    package init() {}

    package init(slug: String, rows: Int, digest: String) {
      self.slug = slug
      self.rows = rows
      self.digest = digest
    }

    package static var fields: [FieldOf<Self>] {
      [.text("slug", \.slug), .number("rows", \.rows), .text("digest", \.digest)]
    }
  }

  package struct End: FieldRecord {
    package var digest = ""

    package init() {}

    package init(digest: String) { self.digest = digest }

    package static var fields: [FieldOf<Self>] { [.text("digest", \.digest)] }
  }
}
