// The five forms of a report, and the one door to all of them.

package import Console

package enum ReportFormat: String, CaseIterable, Sendable {
  /// For people at a terminal; may change with any version.
  case text
  /// For people who go on writing.
  case markdown
  /// Columns separated by TAB; the first says what a line is about. Stable.
  case tsv
  /// One JSON object. Stable.
  case json
  /// One file for a browser or a printer, with figures; it needs no network and no script.
  case html

  /// What a file's name asks for; nil where it says nothing.
  package init?(fileName: String) {
    guard let dot = fileName.lastIndex(of: ".") else { return nil }
    switch fileName[dot...].lowercased() {
    case ".txt", ".text": self = .text
    case ".md", ".markdown": self = .markdown
    case ".tsv": self = .tsv
    case ".json": self = .json
    case ".html", ".htm": self = .html
    default: return nil
    }
  }

  /// The report as bytes of UTF-8. The same model gives the same bytes.
  package func write(_ model: ReportModel, style: TextStyle = .plain) -> [UInt8] {
    switch self {
    case .text: TextReport.write(model, style: style)
    case .markdown: MarkdownReport.write(model)
    case .tsv: TabSeparatedReport.write(model)
    case .json: JSONReport.write(model)
    case .html: HTMLReport.write(model)
    }
  }
}
