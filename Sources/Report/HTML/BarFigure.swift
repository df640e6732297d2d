// Bars with their labels above them: the lengths are percentages and the texts keep their size, so that one drawing
// fits a telephone and a wide screen. Used for sizes, for coverage and, in segments, for labels of a list.

/// A bar chart.
struct BarFigure {
  /// A row: a bar, or a heading of those below.
  enum Row {
    /// Stands above the bars of a group.
    case heading(String)
    case bar(Bar)
  }

  /// One bar.
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

  /// A part of a bar.
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

  /// Appends the drawing; `name` begins its ids.
  func write(_ name: String, to markup: inout MarkupWriter) {
    let height = rows.reduce(0) { $0 + Self.height($1) }
    markup.element(
      "svg",
      [
        "class": "fluid", "role": "img", "height": String(height),
        "aria-labelledby": "\(name)-title \(name)-desc",
      ]
    ) { markup in
      markup.element("title", ["id": "\(name)-title"], text: title)
      markup.element("desc", ["id": "\(name)-desc"], text: description)
      var top = 0
      for row in rows {
        markup.newLine()
        write(row, top: top, to: &markup)
        top += Self.height(row)
      }
    }
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
