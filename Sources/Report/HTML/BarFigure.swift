// Bars with their labels above them: the lengths are percentages and the texts keep their size, so that one drawing
// fits a telephone and a wide screen. Used for sizes, for coverage and, in segments, for labels of a list.

import Console

struct BarFigure {
  /// A row: a bar, or a heading of those below.
  enum Row {
    /// Stands above the bars of a group.
    case heading(String)
    case bar(Bar)
  }

  struct Bar {
    /// To the left above the bar.
    var label: String
    /// To the right above the bar.
    var value: String
    /// Below the bar; nil for nothing.
    var note: String?
    /// From left to right; the lengths are parts of `whole`.
    var segments: [Segment]
  }

  struct Segment {
    /// Which series it is of: its pattern.
    var series: Int
    var length: Int
    /// What a pointer shows.
    var title: String
  }

  /// What the drawing is called and what it shows, for those who do not see it.
  var title: String
  var description: String
  /// The number that the full width stands for.
  var whole: Int
  /// Whether each bar shows a share of the full width.
  var hasTrack = false
  var rows: [Row]

  /// Characters of a label that stand beside its value on a narrow screen.
  private static let labelCharactersMax = 30

  /// The height of one drawing in pixels. A printed page breaks between drawings only, so high ones leave gaps.
  private static let heightMax = 360

  /// The drawing, in several parts where it is high.
  var drawings: [Drawing] {
    let parts = parts
    return parts.enumerated().map { index, rows in
      Drawing(
        title: title + (parts.count == 1 ? "" : ", part \(index + 1) of \(parts.count)"),
        description: description,
        width: nil, height: rows.reduce(0) { $0 + Self.height($1) }
      ) { markup in
        var top = 0
        for row in rows {
          markup.newLine()
          write(row, top: top, to: &markup)
          top += Self.height(row)
        }
      }
    }
  }

  /// The rows in runs that fit a page; a heading stays with the bar below it.
  private var parts: [[Row]] {
    var parts: [[Row]] = [[]]
    var height = 0
    for row in rows {
      let isHeading = if case .heading = row { true } else { false }
      let needed = Self.height(row) + (isHeading ? 56 : 0)
      let follows = if case .heading? = parts[parts.count - 1].last { true } else { false }
      if height + needed > Self.heightMax, !follows, height > 0 {
        parts.append([])
        height = 0
      }
      parts[parts.count - 1].append(row)
      height += Self.height(row)
    }
    return parts
  }

  private static func height(_ row: Row) -> Int {
    switch row {
    case .heading: 32
    case .bar(let bar): bar.note == nil ? 40 : 56
    }
  }

  private func write(_ row: Row, top: Int, to markup: inout MarkupWriter) {
    switch row {
    case .heading(let text):
      markup.element("text", ["class": "group", "x": "0", "y": String(top + 20)], text: text)
    case .bar(let bar):
      markup.element(
        "text", ["x": "0", "y": String(top + 13)], text: bar.label.shortened(Self.labelCharactersMax))
      markup.element("text", ["x": "100%", "y": String(top + 13), "text-anchor": "end"], text: bar.value)
      if hasTrack {
        markup.element("rect", ["class": "track", "y": String(top + 19), "width": "100%", "height": "12"]) {
          _ in
        }
      }
      var start = 0
      for segment in bar.segments where segment.length > 0 {
        markup.element(
          "rect",
          [
            "class": segment.series == 0 ? "bar" : "segment",
            "fill": segment.series == 0 ? nil : SeriesPattern.reference(segment.series),
            "x": Share.length(start, of: whole), "y": String(top + 19),
            "width": Share.length(segment.length, of: whole), "height": "12",
          ]
        ) { $0.element("title", text: segment.title) }
        start += segment.length
      }
      if let note = bar.note {
        markup.element("text", ["class": "muted", "x": "0", "y": String(top + 45)], text: note)
      }
    }
  }
}

extension String {
  /// At most so many characters, the last of them an ellipsis where some are missing.
  func shortened(_ charactersMax: Int) -> String {
    count <= charactersMax ? self : prefix(charactersMax - 1) + "…"
  }
}

extension Share {
  /// The share as a percentage with three decimals, at most 100, for lengths in SVG: `3.512%`.
  static func length(_ part: Int, of whole: Int) -> String {
    guard whole > 0, part > 0 else { return "0%" }
    return Figures.fixed(min(100, 100 * Double(part) / Double(whole)), decimals: 3) + "%"
  }
}
