/// `LIST [all=slugs] [any=slugs] [none=slugs] [namespace=name] [count=1]`: images by their datasets.
package struct ListRequest: Request {
  package static let name = "LIST"
  package static let summary =
    "[all=slugs] [any=slugs] [none=slugs] [namespace=name] [count=1] - images by their datasets"
  package static let role = Role.read

  package var all: [String] = []
  package var any: [String] = []
  package var none: [String] = []
  package var namespace: String?
  /// Whether only the number of images is wanted.
  package var countsOnly = false

  package init() {}

  package static var fields: [FieldOf<Self>] {
    [
      .slugs("all", \.all), .slugs("any", \.any), .slugs("none", \.none), .text("namespace", \.namespace),
      .flag("count", \.countsOnly),
    ]
  }

  package typealias Reply = StreamedReply<End>

  /// The fields of the first part, and of the end.
  package struct End: FieldRecord {
    package var images = 0

    package init() {}

    package init(images: Int) { self.images = images }

    package static var fields: [FieldOf<Self>] { [.number("images", \.images)] }
  }
}
