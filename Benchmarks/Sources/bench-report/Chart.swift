// Charts as SVG, written by hand: horizontal bars in groups, readable on light and on dark ground, without a script or
// a font of their own.

internal import BenchmarkWork

/// A picture of panels with bars.
struct Chart {
  /// A bar: its label, who it is of, and its length, which is printed behind it.
  struct Bar {
    let label: String
    let kind: Int
    let value: Double
    let decimals: Int
  }

  /// Bars that share a scale.
  struct Panel {
    let title: String
    let groups: [[Bar]]
  }

  let fileName: String
  let title: String
  let panels: [Panel]

  private static let barStep = 20
  private static let groupGap = 10
  private static let panelHead = 44
  private static let labelWidth = 310
  private static let barWidthMax = 340.0
  private static let width = 720

  /// The picture.
  var svg: String {
    var body = ""
    var top = 34
    for panel in panels {
      body += Self.text(panel.title, x: 16, y: top + 22, kind: "panel")
      top += Self.panelHead - 10
      let longest = panel.groups.joined().map(\.value).max() ?? 0
      for group in panel.groups {
        for bar in group {
          let length = longest > 0 ? max(1, bar.value / longest * Self.barWidthMax) : 1
          body += Self.text(bar.label, x: Self.labelWidth - 8, y: top + 13, kind: "label")
          body += """
              <rect class="bar\(bar.kind)" x="\(Self.labelWidth)" y="\(top)" \
            width="\(fixed(length, 1))" height="\(Self.barStep - 4)" rx="2"/>

            """
          body += Self.text(
            fixed(bar.value, bar.decimals), x: Self.labelWidth + Int(length) + 6, y: top + 13, kind: "value")
          top += Self.barStep
        }
        top += Self.groupGap
      }
    }
    return """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(Self.width) \(top + 8)" role="img">
        <title>\(Self.escaped(title))</title>
        <style>
          svg { font: 13px system-ui, sans-serif; background: #ffffff }
          text { fill: #1f2328 } .title { font-weight: 600; font-size: 15px } .panel { font-weight: 600 }
          .label { text-anchor: end }
          .bar0 { fill: #2f6fd0 } .bar1 { fill: #c2552d } .bar2 { fill: #8a8f98 }
          @media (prefers-color-scheme: dark) {
            svg { background: #0d1117 } text { fill: #e6edf3 }
            .bar0 { fill: #6ea8fe } .bar1 { fill: #f0936b } .bar2 { fill: #7d8590 }
          }
        </style>
      \(Self.text(title, x: 16, y: 26, kind: "title"))\(body)</svg>

      """
  }

  private static func text(_ text: String, x: Int, y: Int, kind: String) -> String {
    "  <text class=\"\(kind)\" x=\"\(x)\" y=\"\(y)\">\(escaped(text))</text>\n"
  }

  private static func escaped(_ text: String) -> String {
    text.map { ["&": "&amp;", "<": "&lt;", ">": "&gt;"][$0] ?? String($0) }.joined()
  }
}
