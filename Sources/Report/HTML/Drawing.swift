// A drawing as the report's page and a file of its own both hold it, and what its signs mean.

struct Drawing {
  /// What it is called and what it shows, for those who do not see it.
  let title: String
  let description: String
  /// In pixels; nil where it takes the width that there is.
  let width: Int?
  let height: Int
  let write: (inout MarkupWriter) -> Void
}

/// An entry of a legend: a sample, and what it stands for.
struct LegendEntry {
  static let sampleWidth = 24
  static let sampleHeight = 14

  let text: String
  /// Draws the sample, which is as large as these two say.
  let writeSample: (inout MarkupWriter) -> Void
}

extension MarkupWriter {
  /// A drawing within a page; `name` begins its ids.
  mutating func drawing(_ drawing: Drawing, name: String) {
    element(
      "svg",
      [
        "class": drawing.width == nil ? "fluid" : "fixed", "role": "img",
        "width": drawing.width.map(String.init),
        "height": String(drawing.height),
        "viewBox": drawing.width.map { "0 0 \($0) \(drawing.height)" },
        "aria-labelledby": "\(name)-title \(name)-desc",
      ]
    ) { markup in
      markup.element("title", ["id": "\(name)-title"], text: drawing.title)
      markup.element("desc", ["id": "\(name)-desc"], text: drawing.description)
      drawing.write(&markup)
    }
  }

  /// A legend within a page.
  mutating func legend(_ entries: [LegendEntry]) {
    element("ul", ["class": "legend"]) { markup in
      for entry in entries {
        markup.element("li") { markup in
          markup.element(
            "svg",
            [
              "width": String(LegendEntry.sampleWidth), "height": String(LegendEntry.sampleHeight),
              "aria-hidden": "true",
            ], entry.writeSample)
          markup.isolated(entry.text)
        }
      }
    }
  }
}
