/// `EXPORT [slug ...]`: every row of datasets, or of all, as lists (`ExportLine`).
package struct ExportRequest: Request {
  package static let name = "EXPORT"
  package static let summary = "[slug ...] - every row of datasets, or of all, as lists"
  package static let role = Role.read

  package var slugs: [String] = []

  package init() {}

  package init(_ slugs: [String]) { self.slugs = slugs }

  package static var words: [WordOf<Self>] { [.slugs(\.slugs)] }

  package typealias Reply = StreamedReply<End>

  package struct End: FieldRecord {
    package var rows = 0
    package var datasets = 0

    package init() {}

    package init(rows: Int, datasets: Int) {
      self.rows = rows
      self.datasets = datasets
    }

    package static var fields: [FieldOf<Self>] { [.number("rows", \.rows), .number("datasets", \.datasets)] }
  }
}
