// The line that tells a waiting person how far a load is. Pure; drawing it is left to `ProgressConsole`.

package struct ProgressLine: Equatable, Sendable {
  /// Rows that were read.
  package var rows = 0
  /// Bytes of the list that were read.
  package var bytesRead = 0
  /// Bytes of the list; nil where that is not known.
  package var byteTotal: Int?
  /// Seconds since the start.
  package var seconds = 0.0
  /// Whether all rows are sent and the daemon merges them.
  package var isMerging = false

  package init(byteTotal: Int?) { self.byteTotal = byteTotal }

  /// The line, at most `columns` characters.
  package func text(columns: Int) -> String {
    let rate = seconds > 0 ? Int(Double(rows) / seconds) : 0
    var text = Figures.counted(rows, "row")
    if isMerging {
      text += " sent; the daemon merges them"
      return String(text.prefix(columns))
    }
    text += "  \(Figures.grouped(rate))/s"
    guard let byteTotal, byteTotal > 0 else {
      return String((text + "  \(Figures.bytes(bytesRead)) read").prefix(columns))
    }
    let share = min(Double(bytesRead) / Double(byteTotal), 1)
    text += "  \(Int(share * 100)) %"
    if share > 0.01, seconds > 1 { text += "  \(Figures.duration(seconds: seconds / share - seconds)) left" }
    let barColumns = min(columns - Self.textColumns, 40)
    guard barColumns >= 10, text.count <= Self.textColumns - 4 else { return String(text.prefix(columns)) }
    let filled = Int(share * Double(barColumns))
    let bar = String(repeating: "#", count: filled) + String(repeating: "-", count: barColumns - filled)
    return "[\(bar)]  \(text)"
  }

  /// Columns that are kept for the figures, so that the bar does not change its width while they grow.
  private static let textColumns = 59
}
