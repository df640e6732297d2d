// The colours of the HTML report, light and dark, as values, so that a test can hold them to the contrast that WCAG 2.2
// asks of text (4.5 to 1, success criterion 1.4.3) and of graphics (3 to 1, 1.4.11). No meaning stands in colour alone.

/// Colours, each as `#rrggbb`.
package struct Palette: Sendable {
  package let paper: String
  package let ink: String
  /// Text of less weight.
  package let muted: String
  /// Fine lines that mean nothing by themselves.
  package let rule: String
  /// Bars, links, and what is focused.
  package let accent: String
  /// Behind a bar that shows a share.
  package let track: String
  /// The heat map's steps, from the smallest share to the largest, and the colour of text on each.
  package let heat: [(fill: String, text: String)]

  package static let light = Palette(
    paper: "#ffffff", ink: "#1a1a1a", muted: "#595959", rule: "#d9d9d9", accent: "#22577a", track: "#e6e6e6",
    heat: [
      ("#eef4f8", "#1a1a1a"), ("#d3e3ed", "#1a1a1a"), ("#a5c6da", "#1a1a1a"), ("#2f6f97", "#ffffff"),
      ("#123a54", "#ffffff"),
    ])

  /// On a dark screen.
  package static let dark = Palette(
    paper: "#151515", ink: "#ececec", muted: "#adadad", rule: "#3d3d3d", accent: "#84b9da", track: "#333333",
    heat: [
      ("#1f2a31", "#ececec"), ("#25404f", "#ececec"), ("#2c5a74", "#ffffff"), ("#84b9da", "#151515"),
      ("#cbe3f2", "#151515"),
    ])

  /// The colours by the names of their variables in CSS.
  var variables: [(name: String, colour: String)] {
    [
      ("paper", paper), ("ink", ink), ("muted", muted), ("rule", rule), ("accent", accent), ("track", track),
    ]
      + heat.enumerated().flatMap { step, colours in
        [("heat\(step)", colours.fill), ("on\(step)", colours.text)]
      }
  }

  /// The colours as variables of CSS.
  var properties: String { variables.map { "--\($0.name):\($0.colour);" }.joined() }
}
