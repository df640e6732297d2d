// The bars of a list's labels: a bar a label, a segment a dataset.

import Console

/// The stacked bars of a cross-reference.
struct LabelChart {
  private let reference: CrossReference
  private let model: ReportModel
  /// Indices of `reference.datasets`, those with most images first, and how they are drawn.
  private let order: [Int]
  /// Labels of images that were found, most memberships first, rows without a label last.
  private let labels: [CrossReference.Label]

  /// Labels that one drawing shows; more are in the table alone.
  private static let labelsMax = 60
  /// Characters of a label that stand beside the numbers on a narrow screen.
  private static let labelCharactersMax = 24

  init(_ reference: CrossReference, _ model: ReportModel) {
    self.reference = reference
    self.model = model
    labels = reference.rankedLabels.filter { $0.memberships > 0 }
    order = reference.datasets.indices.filter { reference.datasets[$0].images > 0 }
      .sorted { first, second in
        let pair = (reference.datasets[first], reference.datasets[second])
        return (pair.1.images, pair.0.slug) < (pair.0.images, pair.1.slug)
      }
  }

  /// What the drawing shows.
  var shows: String {
    let shown = min(labels.count, Self.labelsMax)
    let most = shown < labels.count ? "; the \(shown) with most" : ""
    return
      "Memberships of the list’s images in each dataset, by \(reference.labelName)\(most). The percentage is that of "
      + "the distinct identifiers listed"
  }

  /// The pattern of a place in `order`; the last one stands for all further datasets.
  private func series(_ place: Int) -> Int { min(place, SeriesPattern.countMax - 1) }

  /// Each dataset, its pattern, its sum.
  var legend: [LegendEntry] {
    order.enumerated().prefix(SeriesPattern.countMax).map { place, dataset in
      let rest = order[place...].map { reference.datasets[$0].images }
      let isRest = place == SeriesPattern.countMax - 1 && rest.count > 1
      let name = isRest ? "\(rest.count) other datasets" : model.name(reference.datasets[dataset].slug)
      let images = isRest ? rest.reduce(0, +) : reference.datasets[dataset].images
      return LegendEntry(text: "\(name) \(Figures.grouped(images))") { SeriesPattern.sample(place, to: &$0) }
    }
  }

  var figure: BarFigure {
    let shown = labels.prefix(Self.labelsMax)
    return BarFigure(
      title: "Memberships by \(reference.labelName) and dataset",
      description:
        "A bar for each of \(Figures.grouped(shown.count)) values of \(reference.labelName), most first, in "
        + "segments for the datasets, in the order of the legend.",
      whole: shown.map(\.memberships).max() ?? 0,
      rows: shown.map { label in
        let images = Figures.counted(label.images, "image")
        return .bar(
          BarFigure.Bar(
            label: Sentences.label(label.name).shortened(Self.labelCharactersMax),
            value: "\(Figures.grouped(label.memberships)) in \(images), \(label.rate)",
            segments: order.enumerated().map { place, dataset in
              let count = label.datasets[dataset]
              return BarFigure.Segment(
                series: series(place), length: count,
                title: "\(Sentences.label(label.name)), \(model.name(reference.datasets[dataset].slug)): "
                  + Figures.grouped(count))
            }))
      })
  }
}
