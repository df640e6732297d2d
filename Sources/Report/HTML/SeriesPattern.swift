// What tells the series of a stacked bar apart: patterns in one colour, so that they can be told apart by anybody, and
// in print.

enum SeriesPattern {
  /// Series that can be told apart. Further ones are shown together, as the last.
  static let countMax = 6

  /// The value of `fill` for a series; series 0 is the plain colour.
  static func reference(_ series: Int) -> String { "url(#series\(series))" }

  /// Appends the definitions, once for the document.
  static func define(to markup: inout MarkupWriter) {
    markup.element("defs") { markup in
      for series in 1..<countMax { pattern(series, to: &markup) }
    }
  }

  private static func pattern(_ series: Int, to markup: inout MarkupWriter) {
    markup.element(
      "pattern",
      ["id": "series\(series)", "width": "6", "height": "6", "patternUnits": "userSpaceOnUse"]
    ) { markup in
      markup.element("rect", ["class": "ground", "width": "6", "height": "6"]) { _ in }
      switch series {
      case 1: markup.element("path", ["class": "mark", "d": "M-1,1 l2,-2 M0,6 l6,-6 M5,7 l2,-2"]) { _ in }
      case 2: break
      case 3: markup.element("circle", ["class": "dot", "cx": "3", "cy": "3", "r": "1.5"]) { _ in }
      case 4: markup.element("path", ["class": "mark", "d": "M0,3 h6"]) { _ in }
      default: markup.element("path", ["class": "mark", "d": "M3,0 v6"]) { _ in }
      }
    }
  }

  /// Appends a sample of a series, for a legend.
  static func sample(_ series: Int, to markup: inout MarkupWriter) {
    markup.element(
      "rect",
      [
        "class": series == 0 ? "bar" : "segment", "fill": series == 0 ? nil : reference(series), "x": "1",
        "y": "1",
        "width": String(LegendEntry.sampleWidth - 2), "height": String(LegendEntry.sampleHeight - 2),
      ]
    ) { _ in }
  }
}
