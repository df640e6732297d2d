// Which datasets share images, as a matrix: a row's dataset, and how many of its images are in the column's as well.
// Each cell has its numbers; the shade only guides the eye.

import Console

struct HeatMapFigure {
  /// The datasets, in the order of rows and columns.
  let datasets: [ReportDataset]
  private let model: ReportModel

  /// Datasets that one drawing can show; more do not fit a page.
  private static let datasetsMax = 12
  private static let labelWidth = 168
  private static let headHeight = 52
  private static let cellWidth = 72
  private static let cellHeight = 42

  /// The upper bounds of the shades, in thousandths of the row's images.
  private static let bounds = [1, 10, 100, 500]
  /// What the shades mean.
  private static let steps = ["under 0.1 %", "0.1 to 1 %", "1 to 10 %", "10 to 50 %", "50 % and more"]

  /// The datasets that share images, those that share most if there are too many.
  init(_ model: ReportModel) {
    self.model = model
    var shared: [String: Int] = [:]
    for overlap in model.overlaps where overlap.images > 0 {
      shared[overlap.first, default: 0] += overlap.images
      shared[overlap.second, default: 0] += overlap.images
    }
    let most = shared.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(Self.datasetsMax).map(\.key)
    datasets = model.datasets.filter { most.contains($0.slug) }
  }

  /// Datasets that share images and have no room in the drawing.
  var omitted: Int {
    Set(model.overlaps.flatMap { $0.images > 0 ? [$0.first, $0.second] : [] }).count - datasets.count
  }

  var drawing: Drawing {
    Drawing(
      title: "Share of each dataset’s images that are in another", description: description,
      width: Self.labelWidth + datasets.count * Self.cellWidth,
      height: Self.headHeight + datasets.count * Self.cellHeight
    ) { markup in
      for (column, dataset) in datasets.enumerated() { head(column, dataset, to: &markup) }
      for (row, dataset) in datasets.enumerated() {
        markup.newLine()
        markup.element(
          "text", ["x": "0", "y": String(Self.headHeight + row * Self.cellHeight + 25)],
          text: dataset.name.shortened(23))
        for (column, other) in datasets.enumerated() { cell(row, column, dataset, other, to: &markup) }
      }
    }
  }

  private var description: String {
    guard let largest = model.overlaps.max(by: { $0.images < $1.images }) else {
      return "No images are shared."
    }
    return
      "A matrix of \(datasets.count) datasets. The most images, \(Figures.grouped(largest.images)), are shared by "
      + "\(model.name(largest.first)) and \(model.name(largest.second))."
  }

  /// A slug above its column, in up to three lines, broken at its joints.
  private func head(_ column: Int, _ dataset: ReportDataset, to markup: inout MarkupWriter) {
    var lines = [""]
    for word in dataset.slug.split(whereSeparator: { $0 == "_" || $0 == "-" }) {
      if let last = lines.last, last.isEmpty || last.count + word.count < 10 {
        lines[lines.count - 1] += last.isEmpty ? word : " " + word
      } else {
        lines.append(String(word))
      }
    }
    for (line, text) in lines.prefix(3).enumerated() {
      markup.element(
        "text",
        [
          "class": "muted", "text-anchor": "middle",
          "x": String(Self.labelWidth + column * Self.cellWidth + Self.cellWidth / 2),
          "y": String(Self.headHeight - 8 - 14 * (min(lines.count, 3) - 1 - line)),
        ], text: text.shortened(11))
    }
  }

  private func cell(
    _ row: Int, _ column: Int, _ dataset: ReportDataset, _ other: ReportDataset, to markup: inout MarkupWriter
  ) {
    let left = Self.labelWidth + column * Self.cellWidth
    let top = Self.headHeight + row * Self.cellHeight
    let shared = model.shared(dataset.slug, other.slug)
    let step = Self.step(shared, of: dataset.images)
    let isOwn = row == column
    markup.element(
      "rect",
      [
        "class": isOwn ? "own" : shared == 0 ? "none" : "cell h\(step)", "x": String(left + 1),
        "y": String(top + 1),
        "width": String(Self.cellWidth - 2), "height": String(Self.cellHeight - 2),
      ]
    ) { _ in }
    let middle = String(left + Self.cellWidth / 2)
    let shade = isOwn || shared == 0 ? "" : " t\(step)"
    if isOwn || shared == 0 {
      markup.element(
        "text",
        ["class": isOwn ? "small" : "muted", "text-anchor": "middle", "x": middle, "y": String(top + 25)],
        text: isOwn ? Figures.grouped(shared) : "0")
      return
    }
    markup.element(
      "text", ["class": "share" + shade, "text-anchor": "middle", "x": middle, "y": String(top + 18)],
      text: Share.text(shared, of: dataset.images))
    markup.element(
      "text", ["class": "small" + shade, "text-anchor": "middle", "x": middle, "y": String(top + 34)],
      text: Figures.grouped(shared))
  }

  private static func step(_ part: Int, of whole: Int) -> Int {
    bounds.firstIndex { Double(part) * 1_000 < Double(whole) * Double($0) } ?? bounds.count
  }

  static var legend: [LegendEntry] {
    steps.enumerated().map { step, text in
      LegendEntry(text: text) { markup in
        markup.element(
          "rect",
          [
            "class": "h\(step)", "width": String(LegendEntry.sampleWidth),
            "height": String(LegendEntry.sampleHeight),
          ]
        ) { _ in }
      }
    }
  }
}
