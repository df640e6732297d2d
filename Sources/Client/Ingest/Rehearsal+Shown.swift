// How a dry run is shown.

package import Console
import Identifiers

extension Rehearsal {
  /// - Parameter slug: the dataset that the list is meant for, if it is known.
  package func answer(slug: String?) -> Answer {
    var fields: Record = ["status": wouldLoad ? "would-load" : "would-not-load"]
    if let slug { fields = fields + ["dataset": slug] }
    fields =
      fields + [
        "format": format, "reason": reason, "rows": rows, "accepted": accepted, "rejected": rejects.total,
        "rejectedBy": rejects.record, "primary": Self.record(primary), "further": Self.record(further),
        "firstKeys": firstKeys,
      ]
    if let warning { fields = fields + ["warning": warning] }
    return Answer(fields, .pairs(names: ["rejectedBy": "rejected", "firstKeys": "key"])) { _ in
      text(slug: slug)
    }
  }

  private var warning: String? { KeyKinds(primary).namesFilesOnly }

  private static func record(_ namespaces: [Namespace: Int]) -> Record {
    Record(counts(namespaces).map { ($0, $1) })
  }

  private static func counts(_ namespaces: [Namespace: Int]) -> [(String, Int)] {
    Namespace.allCases.compactMap { namespace in namespaces[namespace].map { (namespace.name, $0) } }
  }

  private func text(slug: String?) -> String {
    var text =
      "\(wouldLoad ? "would load" : "would not load")\(slug.map { " into \($0)" } ?? ""): "
      + "\(Figures.counted(rows, "row")), \(Figures.grouped(accepted)) accepted, "
      + "\(Figures.grouped(rejects.total)) rejected\(rejects.total > 0 ? " (\(rejects.text))" : "")\n"
      + "  format      \(format): \(reason)\n"
    for (title, namespaces) in [("images by", primary), ("further", further)] where !namespaces.isEmpty {
      let list = Self.counts(namespaces).map { "\($0) \(Figures.grouped($1))" }.joined(separator: ", ")
      text += "  \(title)\(String(repeating: " ", count: 12 - title.count))\(list)\n"
    }
    for (index, key) in firstKeys.enumerated() {
      text += (index == 0 ? "  first keys  " : "              ") + "\(key.shown)\n"
    }
    if let warning { text += "  warning     \(warning)\n" }
    return text + "nothing was sent\n"
  }
}
