/// `LOADS`: the staged loads.
package struct LoadsRequest: Request {
  package static let name = "LOADS"
  package static let summary = "- the staged loads"
  package static let role = Role.read

  package init() {}

  package typealias Reply = RecordsReply<StagedLoad>

  package struct StagedLoad: FieldRecord, Equatable {
    package var load = ""
    // What is not known while the load takes rows in, or is being merged, is nil.
    package var mode: String?
    package var block: Int?
    package var rows: Int?
    package var accepted: Int?
    package var rejected: Int?
    package var byteCount: Int?
    package var state = ""

    package init() {}

    package static var fields: [FieldOf<Self>] {
      [
        .text("load", \.load), .text("mode", \.mode), .number("block", \.block), .number("rows", \.rows),
        .number("accepted", \.accepted), .number("rejected", \.rejected), .number("bytes", \.byteCount),
        .text("state", \.state),
      ]
    }
  }
}
