/// `DATASETS`: the datasets and their counts.
package struct DatasetsRequest: Request {
  package static let name = "DATASETS"
  package static let summary = "- the datasets and their counts"
  package static let role = Role.read

  package init() {}

  package typealias Reply = RecordsReply<DatasetCounts>
}

package struct DatasetCounts: FieldRecord, Equatable {
  package var slug = ""
  package var images = 0
  package var accounts = 0
  package var rows = 0
  package var rejected = 0

  package init() {}

  package static var fields: [FieldOf<Self>] {
    [
      .text("slug", \.slug), .number("images", \.images), .number("accounts", \.accounts),
      .number("rows", \.rows), .number("rejected", \.rejected),
    ]
  }
}
