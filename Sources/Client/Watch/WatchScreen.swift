// A frame as lines of a screen, whatever its size. Pure: `top` puts them on the terminal, `--once` prints them.

import Console

/// Lays a frame out.
package struct WatchScreen: Sendable {
  /// A line, and whether it is a heading.
  package struct Line: Equatable, Sendable {
    /// The text, no longer than the screen is wide.
    package let text: String
    /// Whether it is to stand out.
    package let isHeading: Bool

    /// Makes a line.
    package init(text: String, isHeading: Bool) {
      self.text = text
      self.isHeading = isHeading
    }
  }

  private let columns: Int
  private var lines: [Line] = []

  /// Lays out a frame for a screen of this size.
  ///
  /// - Parameters:
  ///   - rows: of the screen; what does not fit is left out from below. Nil for as many as there are.
  ///   - hint: behind the title, where there is room.
  package static func lines(
    _ frame: WatchFrame, socket: String, columns: Int, rows: Int?, hint: String
  ) -> [Line] {
    var screen = WatchScreen(columns: max(1, columns))
    screen.addTitle(frame, socket, hint)
    screen.addFigures(frame)
    screen.addVerbs(frame)
    screen.addLoads(frame)
    return Array(screen.lines.prefix(rows ?? .max))
  }

  private init(columns: Int) { self.columns = columns }

  private mutating func add(_ text: String, isHeading: Bool = false) {
    var text = String(text.prefix(columns))
    while text.last == " " { text.removeLast() }
    lines.append(Line(text: text, isHeading: isHeading))
  }

  private mutating func addTitle(_ frame: WatchFrame, _ socket: String, _ hint: String) {
    let version = frame.now.values(of: "version", in: "whichset_build_info").first ?? ""
    let uptime = Figures.duration(wholeSeconds: Int(frame.now.sum("whichset_uptime_seconds")))
    let title = "whichset \(version) at \(socket), up \(uptime)"
    let gap = columns - title.count - hint.count
    add(gap > 1 ? title + String(repeating: " ", count: gap) + hint : title, isHeading: true)
  }

  private mutating func addFigures(_ frame: WatchFrame) {
    let now = frame.now
    func whole(_ name: String) -> String { Figures.grouped(Int(now.sum("whichset_\(name)"))) }
    func bytes(_ name: String) -> String { Figures.bytes(Int(now.sum("whichset_\(name)_bytes"))) }
    let span = frame.isSinceStart ? "since its start" : "in \(Figures.fixed(frame.seconds, decimals: 1)) s"
    add(
      "lookups      \(Self.rate(frame.lookups))/s  hits \(Self.share(frame.hitShare))"
        + "  invalid \(Self.share(frame.invalidShare))  errors \(Self.rate(frame.errors))/s  \(span)")
    add(
      "connections  \(whole("connections"))  refused \(whole("connections_refused_total"))"
        + "  dropped \(whole("connections_dropped_total"))  streams \(whole("streams"))"
        + "  slow \(whole("slow_total"))")
    let size = max(1, now.sum("whichset_map_size_bytes"))
    add(
      "map          \(bytes("map_used")) of \(bytes("map_size"))"
        + " (\(Figures.fixed(now.sum("whichset_map_used_bytes") / size * 100, decimals: 1)) %)"
        + "  to reuse \(bytes("map_free"))  disk \(bytes("disk_free")) free")
    add(
      "memory       \(bytes("memory_own")) own, \(bytes("memory_resident")) with the map"
        + "  snapshots \(whole("snapshots")), oldest \(whole("snapshot_oldest_seconds")) s")
    add("index        \(whole("images")) images in \(whole("datasets")) datasets")
    add("")
  }

  private mutating func addVerbs(_ frame: WatchFrame) {
    let widths = [10, 13, 9, 9, 9, 17]
    add(Self.row(["VERB", "PER SECOND", "P50 <=", "P99 <=", "P99.9 <=", "TOTAL"], widths), isHeading: true)
    for verb in frame.verbs {
      add(
        Self.row(
          [verb.verb, Self.rate(verb.perSecond)] + verb.quantiles.map(Self.time)
            + [Figures.grouped(Int(verb.total))], widths))
    }
  }

  private mutating func addLoads(_ frame: WatchFrame) {
    guard !frame.loads.isEmpty else { return }
    let widths = [26, 8, 13, 11, 10, 11]
    add("")
    add(Self.row(["LOAD", "MODE", "ROWS", "REJECTED", "STAGED", "STATE"], widths), isHeading: true)
    for load in frame.loads where load.columns.count >= 8 {
      let columns = load.columns
      func number(_ index: Int) -> String { Int(columns[index]).map(Figures.grouped) ?? columns[index] }
      add(
        Self.row(
          [
            String(columns[0].prefix(widths[0])), columns[1], number(3), number(5),
            Int(columns[6]).map(Figures.bytes) ?? columns[6], columns[7],
          ], widths))
    }
  }

  /// The first cell to the left, the others to the right of their columns.
  private static func row(_ cells: [String], _ widths: [Int]) -> String {
    var text = ""
    for (index, cell) in cells.enumerated() {
      let padding = String(repeating: " ", count: max(index == 0 ? 0 : 1, widths[index] - cell.count))
      text += index == 0 ? cell + padding : padding + cell
    }
    return text
  }

  private static func rate(_ perSecond: Double) -> String {
    perSecond >= 10 || perSecond == 0
      ? Figures.grouped(Int(perSecond.rounded())) : Figures.fixed(perSecond, decimals: 1)
  }

  private static func share(_ share: Double?) -> String {
    share.map { "\(Figures.fixed($0 * 100, decimals: 1)) %" } ?? "-"
  }

  /// A duration in three digits or so: `16 us`, `2.0 ms`, `1.05 s`.
  static func time(_ seconds: Double?) -> String {
    guard let seconds else { return "-" }
    guard seconds.isFinite else { return "longer" }
    if seconds < 0.001 { return "\(Figures.fixed(seconds * 1_000_000, decimals: 0)) us" }
    if seconds < 1 {
      let milliseconds = seconds * 1_000
      return "\(Figures.fixed(milliseconds, decimals: milliseconds < 10 ? 1 : 0)) ms"
    }
    return "\(Figures.fixed(seconds, decimals: 2)) s"
  }
}
