// One figure as a file of SVG, for a page that somebody else lays out: title, legend, drawing, source and what to cite,
// in light colours. It needs nothing from elsewhere.

import Console

package enum SVGFile {
  private static let margin = 16
  /// The width of the text, and of a drawing that has none of its own.
  private static let textWidth = 672
  private static let lineHeight = 18

  /// The figure as one document.
  package static func write(_ figure: ReportFigure, of model: ReportModel) -> [UInt8] {
    let inner = max(textWidth, figure.drawings.compactMap(\.width).max() ?? 0)
    let width = inner + 2 * margin
    var content = MarkupWriter()
    var top = margin
    // Columns that fit `textWidth`: bold letters of 16 pixels take up to 10, those of 13 up to 7.
    lines(figure.finding, columns: 64, class: "title", &top, &content)
    lines(figure.shows + ".", columns: 92, class: nil, &top, &content)
    top += lineHeight / 2
    for entry in figure.legend {
      place(
        top: top, width: LegendEntry.sampleWidth, height: LegendEntry.sampleHeight, &content,
        entry.writeSample)
      content.element(
        "text", ["x": String(margin + LegendEntry.sampleWidth + 8), "y": String(top + 12)], text: entry.text)
      content.newLine()
      top += lineHeight
    }
    top += lineHeight / 2
    for drawing in figure.drawings {
      place(top: top, width: drawing.width ?? inner, height: drawing.height, &content, drawing.write)
      top += drawing.height
    }
    top += lineHeight
    lines("Source: " + figure.source, columns: 92, class: "muted", &top, &content)
    lines(Sentences.citation(model), columns: 92, class: "muted", &top, &content)

    var file = MarkupWriter()
    file.element(
      "svg",
      [
        "xmlns": "http://www.w3.org/2000/svg", "role": "img", "width": String(width),
        "height": String(top + margin), "viewBox": "0 0 \(width) \(top + margin)",
        "aria-labelledby": "title desc",
      ]
    ) { file in
      file.element("title", ["id": "title"], text: figure.finding)
      file.element("desc", ["id": "desc"], text: figure.drawings.first?.description ?? figure.shows)
      file.styleSheet(StyleSheet.ofDrawing)
      SeriesPattern.define(to: &file)
      file.element("rect", ["class": "ground", "width": String(width), "height": String(top + margin)]) { _ in
      }
      file.newLine()
      file.append(content)
    }
    file.newLine()
    return file.bytes
  }

  private static func lines(
    _ text: String, columns: Int, class name: String?, _ top: inout Int, _ markup: inout MarkupWriter
  ) {
    for line in Prose(width: columns).paragraph(text).split(separator: "\n") {
      markup.element(
        "text", ["class": name, "x": String(margin), "y": String(top + 14)], text: String(line))
      markup.newLine()
      top += lineHeight
    }
  }

  private static func place(
    top: Int, width: Int, height: Int, _ markup: inout MarkupWriter, _ content: (inout MarkupWriter) -> Void
  ) {
    markup.element(
      "svg", ["x": String(margin), "y": String(top), "width": String(width), "height": String(height)],
      content)
    markup.newLine()
  }
}
