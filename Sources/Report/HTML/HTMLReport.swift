// The report as one HTML file: headings, prose, figures as SVG within the page, and beside each figure the same numbers
// as a table. Nothing is fetched and nothing runs; the policy in its head says so to the browser as well.

enum HTMLReport {
  /// The report as one document.
  static func write(_ model: ReportModel) -> [UInt8] {
    var markup = MarkupWriter()
    markup.markup("<!DOCTYPE html>\n")
    markup.element("html", ["lang": "en"]) { markup in
      markup.element("head") { head(model, to: &$0) }
      markup.newLine()
      markup.element("body") { body(model, to: &$0) }
    }
    markup.newLine()
    return markup.bytes
  }

  private static func head(_ model: ReportModel, to markup: inout MarkupWriter) {
    markup.begin("meta", ["charset": "utf-8"])
    markup.begin(
      "meta",
      ["http-equiv": "Content-Security-Policy", "content": "default-src 'none'; style-src 'unsafe-inline'"])
    markup.begin("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"])
    markup.begin("meta", ["name": "color-scheme", "content": "light dark"])
    markup.begin("meta", ["name": "generator", "content": "whichset \(model.stamp.program)"])
    markup.element("title", text: model.title)
    markup.styleSheet(StyleSheet.text)
  }

  private static func body(_ model: ReportModel, to markup: inout MarkupWriter) {
    markup.element(
      "svg", ["width": "0", "height": "0", "aria-hidden": "true", "style": "position:absolute"],
      SeriesPattern.define)
    let sections = HTMLSections(model).all
    markup.element("header") { markup in
      markup.element("h1") { $0.isolated(model.title) }
      markup.element("p", ["class": "stamp"]) { markup in
        markup.element(
          "time", ["datetime": Sentences.date(model.stamp.moment)], text: Sentences.date(model.stamp.moment))
        markup.text(" · index version \(model.stamp.index) · identifier rules \(model.stamp.rules)")
        markup.text(" · whichset \(model.stamp.program)")
      }
      markup.element("nav", ["aria-label": "Contents"]) {
        $0.element("ul") { markup in
          for section in sections {
            markup.element("li") { $0.element("a", ["href": "#\(section.name)"], text: section.heading) }
          }
        }
      }
    }
    markup.newLine()
    markup.element("main") { markup in
      if let reference = model.crossReference {
        markup.element("p", ["class": "lead"], text: Sentences.summary(reference))
      }
      let isLead = model.crossReference == nil
      markup.element("p", ["class": isLead ? "lead" : nil], text: Sentences.summary(model))
      markup.element("p", text: Sentences.caution)
      for section in sections {
        markup.newLine()
        markup.element("section", ["aria-labelledby": section.name]) { markup in
          markup.element("h2", ["id": section.name], text: section.heading)
          section.write(&markup)
        }
      }
    }
    markup.newLine()
    markup.element("footer") { $0.element("p", ["class": "source"], text: Sentences.indexVersion) }
  }
}

extension MarkupWriter {
  /// Text of the index whose direction must not reach what stands around it (HTML's `bdi`).
  package mutating func isolated(_ text: String) { element("bdi", text: text) }

  /// Rows up to which a table is kept on one page.
  private static var keptRowsMax: Int { 6 }

  /// A table that scrolls by itself where it is too wide; `name` begins its ids.
  mutating func table(_ table: ReportTable, name: String) {
    element(
      "div",
      [
        "class": table.rows.count <= Self.keptRowsMax ? "scroll keep" : "scroll", "role": "region",
        "tabindex": "0", "aria-labelledby": "\(name)-caption",
      ]
    ) {
      $0.element("table") { markup in
        // The span stays in view while the table below it scrolls.
        markup.element("caption", ["id": "\(name)-caption"]) { $0.element("span", text: table.caption) }
        markup.element("thead") {
          $0.element("tr") { markup in
            for column in table.columns {
              markup.element("th", ["scope": "col", "class": column.isFigure ? "n" : nil]) {
                $0.isolated(column.name)
              }
            }
          }
        }
        markup.rows("tbody", table.rows, table.columns)
        if !table.totals.isEmpty { markup.rows("tfoot", table.totals, table.columns) }
      }
    }
    element("p", ["class": "source"], text: "Source: " + table.source)
  }

  private mutating func rows(_ name: StaticString, _ rows: [[String]], _ columns: [ReportTable.Column]) {
    element(name) { markup in
      for row in rows {
        markup.newLine()
        markup.element("tr") { markup in
          for (index, cell) in row.enumerated() {
            if index == 0 {
              markup.element("th", ["scope": "row"]) { $0.isolated(cell) }
            } else if columns[index].isFigure {
              markup.element("td", ["class": "n"], text: cell)
            } else {
              markup.element("td", ["class": columns[index].isOneLine ? "d" : nil]) { $0.isolated(cell) }
            }
          }
        }
      }
    }
  }

  /// A figure and, closed, the table of its numbers.
  mutating func figure(_ figure: ReportFigure, table: ReportTable? = nil) {
    let name = "\(figure.name.rawValue)-figure"
    // A drawing of its own width may be wider than the text, and is not to be broken.
    let isWide = figure.drawings.contains { $0.width != nil }
    element("figure", ["class": isWide ? "wide keep" : nil]) { markup in
      markup.element("figcaption", ["id": "\(name)-caption"], text: figure.finding)
      markup.element("p", ["class": "shows"], text: figure.shows + ".")
      // On paper, the legend is the head of each page.
      markup.element("div", ["class": "pages"]) { markup in
        if !figure.legend.isEmpty { markup.element("div", ["class": "head"]) { $0.legend(figure.legend) } }
        markup.element(
          "div",
          isWide
            ? ["class": "scroll", "role": "region", "tabindex": "0", "aria-labelledby": "\(name)-caption"]
            : [:]
        ) { markup in
          for (index, drawing) in figure.drawings.enumerated() {
            markup.drawing(drawing, name: index == 0 ? name : "\(name)-\(index + 1)")
          }
        }
      }
      markup.element("p", ["class": "source"], text: "Source: " + figure.source)
    }
    guard let table else { return }
    element("details") { markup in
      markup.element("summary", text: "These numbers as a table")
      markup.table(table, name: "\(figure.name.rawValue)-table")
    }
  }
}
