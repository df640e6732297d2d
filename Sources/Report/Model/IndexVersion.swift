// A name for what an index holds, short enough to cite: made of the lists that it was loaded from, so it costs no
// reading of the index. Two indexes of the same lists by the same rules have the same.

package import Console
package import DaemonClient
import Digests
package import WireProtocol

package enum IndexVersion {
  /// The first 16 hexadecimal digits of the SHA-256 over a line for each list, sorted:
  /// `slug TAB sha256 TAB rows TAB rejected TAB rules LF`.
  package static func text(_ datasets: [ReportDataset]) -> String {
    text(datasets.map { ($0.slug, $0.lists) })
  }

  /// The same, of the replies to `DATASET`.
  package static func text(_ datasets: [NamedValues]) throws(Trouble) -> String {
    text(
      try datasets.map { (report) throws(Trouble) in
        (report["slug"] ?? "", try report.lists.map { (pairs) throws(Trouble) in try ReportList(pairs) })
      })
  }

  /// The same, of the lists of each dataset.
  package static func text(_ datasets: [(slug: String, lists: [ListDescription])]) -> String {
    text(datasets.map { ($0.slug, $0.lists.map { ReportList($0) }) })
  }

  private static func text(_ datasets: [(slug: String, lists: [ReportList])]) -> String {
    let lines = datasets.flatMap { slug, lists in
      lists.map { list in
        "\(slug)\t\(list.sha256 ?? "-")\t\(list.rows)\t\(list.rejected)\t\(list.rules ?? "-")\n"
      }
    }
    var digest = RunningDigest(.sha256)
    for line in lines.sorted() { digest.update(line.utf8.span) }
    return String(digest.hexadecimal().prefix(16))
  }
}
