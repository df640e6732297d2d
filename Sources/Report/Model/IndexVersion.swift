// A name for what an index holds, short enough to cite: made of the lists that it was loaded from, so it costs no
// reading of the index. Two indexes of the same lists by the same rules have the same.

import ListFormats

package enum IndexVersion {
  /// The first 16 hexadecimal digits of the SHA-256 over a line for each list, sorted:
  /// `slug TAB sha256 TAB rows TAB rejected TAB rules LF`.
  package static func text(_ datasets: [ReportDataset]) -> String {
    let lines = datasets.flatMap { dataset in
      dataset.lists.map { list in
        "\(dataset.slug)\t\(list.sha256 ?? "-")\t\(list.rows)\t\(list.rejected)\t\(list.rules ?? "-")\n"
      }
    }
    var digest = RunningDigest(.sha256)
    for line in lines.sorted() { digest.update(line.utf8.span) }
    return String(digest.hexadecimal().prefix(16))
  }
}
