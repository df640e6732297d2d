// Replies that are a list of records with the same columns: datasets, overlaps, staged loads.

package import Console
package import DaemonClient
import WireProtocol

package struct RecordColumns: Sendable {
  private let names: [String]
  private let numbers: Set<String>
  private let none: String

  package static let datasets = RecordColumns(
    names: ["dataset", "images", "accounts", "rows", "rejected"],
    numbers: ["images", "accounts", "rows", "rejected"],
    none: "this index holds no dataset yet; see: whichset ingest --help")
  package static let overlap = RecordColumns(
    names: ["a", "b", "shared"], numbers: ["shared"], none: "no two datasets of this index share an image")
  package static let loads = RecordColumns(
    names: ["load", "mode", "block", "rows", "accepted", "rejected", "bytes", "state"],
    numbers: ["block", "rows", "accepted", "rejected", "bytes"], none: "no load is staged")
  package static let reload = RecordColumns(
    names: ["setting", "before", "now", "state"], numbers: [], none: "the settings are as they were")
  package static let reindex = RecordColumns(
    names: ["dataset", "rows", "kept", "images"], numbers: ["rows", "kept", "images"],
    none: "nothing to do: all keys were made by the present rules")

  /// A reply's lines as a table; what the daemon does not know at the moment is `-` there.
  package func answer(_ reply: Reply) -> Answer {
    let records = reply.records.map { cells in
      Record(
        names.enumerated().map { index, name in
          let cell = index < cells.count ? cells[index] : ""
          return (name, numbers.contains(name) ? Decimal.parse(cell).content : cell.content)
        })
    }
    return .table(records, columns: names, none: none)
  }
}
