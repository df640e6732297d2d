// How `get` shows what the datasets list for an input.

package import Console
import WireProtocol

extension GetAnswer {
  /// - Parameters:
  ///   - key: the input's key, by the client's own reading; nil where it has none, for `reason`.
  func shown(input: [UInt8], key: [UInt8]?, reason: String?) -> Answer {
    Answer(
      ["input": Content.bytes(input), "key": key.map(Content.bytes)] + outcome(reason),
      .these(columns.map { [Content.bytes(input)] + $0 })
    ) { style in "\(String(showing: input.span)): \(text(reason, style))" }
  }

  private func outcome(_ reason: String?) -> Record {
    switch self {
    case .refused(.unsearchable, let text):
      ["found": Content.none, "error": Refusal.unsearchable.name, "message": text]
    case .refused(let refusal, let text): ["error": refusal.name, "message": reason ?? text]
    case .miss: ["found": false, "truncated": false, "listings": [Record]()]
    case .listings(let listings, let isTruncated):
      ["found": true, "truncated": isTruncated, "listings": listings.map(\.record)]
    }
  }

  private var columns: [[any FieldValue]] {
    switch self {
    case .listings(let listings, _):
      listings.map {
        [$0.dataset, $0.key, $0.listed, $0.fields.isEmpty ? Content.none : .escaped($0.fieldText)]
      }
    case .miss: [["-", "-", "-", "-"]]
    case .refused(let refusal, _): [["-", refusal.mark, "-", "-"]]
    }
  }

  private func text(_ reason: String?, _ style: TextStyle) -> String {
    switch self {
    case .miss: return "no dataset of this index lists it\n"
    case .refused(let refusal, let text):
      return "\(style.mark(refusal.phrase, .wrong)): \(reason ?? text)\n"
    case .listings(let listings, let isTruncated):
      var table = Table(["DATASET", "KEY", "LISTED AS", "OTHER KEYS"])
      for listing in listings {
        table.add([
          listing.dataset, listing.key, listing.listed, listing.otherKeys.joined(separator: " "),
        ])
      }
      let datasets = Set(listings.map(\.dataset)).count
      return "\(style.mark("in \(Figures.counted(datasets, "dataset"))", .found)), "
        + "\(Figures.counted(listings.count, "row"))\n\(table.text(style, indent: 2))"
        + (isTruncated ? "  ... and more: only the first rows are shown\n" : "")
    }
  }
}

extension Listing {
  package var record: Record {
    ["dataset": dataset, "key": key, "listed": listed, "keys": otherKeys]
  }

  /// The keys that the row has beside the primary one.
  package var otherKeys: [String] { fields.map { "\($0.name):\($0.value)" } }

  fileprivate var fieldText: String {
    var bytes: [UInt8] = []
    for field in fields {
      if !bytes.isEmpty { bytes.append(UInt8(ascii: " ")) }
      bytes.append("\(field.name)=")
      Escapes.append(field.value, to: &bytes)
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
