/// `REMOVE slug`: removes a dataset, its lists and its entry.
package struct RemoveRequest: Request {
  package static let name = "REMOVE"
  package static let summary = "slug - remove a dataset"
  package static let role = Role.admin

  package var slug = ""

  package init() {}

  package init(_ slug: String) { self.slug = slug }

  package static var words: [WordOf<Self>] { [.slug(\.slug)] }

  package struct Reply: FieldReply {
    package var images = 0
    package var memberships = 0

    package init() {}

    package init(images: Int, memberships: Int) {
      self.images = images
      self.memberships = memberships
    }

    package static var fields: [FieldOf<Self>] {
      [.number("images", \.images), .number("memberships", \.memberships)]
    }
  }
}
