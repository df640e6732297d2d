// What the figures of a report come to, each in one sentence without its stop: the title of a drawing or table.

import Console

enum Findings {
  /// Where most images were taken from.
  static func sizes(_ model: ReportModel) -> String {
    let total = model.memberships
    guard total > 0 else {
      return "This index has no image of \(model.datasets.count == 1 ? "the" : "any") dataset"
    }
    guard let most = SourceKind.groups(model).first(where: { !$0.kinds.isEmpty && $0.images > 0 }) else {
      return "Where the images were taken from is not recorded"
    }
    let source = Prose.list(most.kinds.map(SourceKind.name))
    if total == 1 { return "\(source) gave the only image" }
    // An image in two datasets is two memberships, so only these add up over kinds.
    let parts = model.images == total ? "images" : "memberships"
    return "\(source) gave \(Share.text(most.images, of: total)) of the \(parts)"
  }

  /// The two datasets that share most; nil where none do.
  static func overlap(_ model: ReportModel) -> String? {
    let pairs = model.overlaps.filter { $0.images > 0 }
    guard let images = pairs.map(\.images).max(), let most = pairs.first(where: { $0.images == images })
    else {
      return nil
    }
    let shared =
      "\(model.name(most.first)) and \(model.name(most.second)) share \(Figures.counted(images, "image"))"
    return model.datasets.count > 2 ? shared + "; no other two share more" : shared
  }

  /// How many of the datasets were made from others; nil where the catalogue knows of none.
  static func lineage(_ model: ReportModel) -> String? {
    let made = model.datasets.filter { !$0.derived.isEmpty }
    guard let first = made.first else { return nil }
    guard made.count > 1 else {
      return "\(first.name) was made from \(Prose.list(first.derived.map(model.name)))"
    }
    let all = Figures.counted(model.datasets.count, "dataset")
    return made.count == model.datasets.count
      ? "All \(all) were made from others"
      : "\(Figures.grouped(made.count)) of the \(all) were made from others"
  }

  /// How much of what was published the index has; nil where no size is known.
  static func coverage(_ model: ReportModel) -> String? {
    let sizes = model.datasets.compactMap { dataset in
      dataset.published.flatMap { $0 > 0 ? (name: dataset.name, images: dataset.images, published: $0) : nil }
    }
    guard let first = sizes.first else { return nil }
    let published = sizes.reduce(0) { $0 + $1.published }
    // A dataset of which the index has more than was published makes up for no other.
    let share = Share.text(sizes.reduce(0) { $0 + min($1.images, $1.published) }, of: published)
    let all = published == 1 ? "the only image" : "the \(Figures.grouped(published)) images"
    return sizes.count == 1
      ? "This index has \(share) of \(all) of \(first.name)"
      : "This index has \(share) of \(all) published in \(Figures.grouped(sizes.count)) datasets"
  }

  /// The label with most memberships; nil where no row that was found has a label.
  static func labels(_ reference: CrossReference) -> String? {
    let found = reference.rankedLabels.filter { $0.memberships > 0 && !$0.name.isEmpty }
    guard let most = found.first else { return nil }
    let all = reference.labels.reduce(0) { $0 + $1.memberships }
    guard most.memberships < all else {
      return all == 1
        ? "The only membership is of \(most.name)"
        : "All \(Figures.grouped(all)) memberships are of \(most.name)"
    }
    let share = "\(Figures.grouped(most.memberships)) of \(Figures.grouped(all)) memberships"
    let rest =
      found.dropFirst().first?.memberships == most.memberships
      ? "no other label has more" : "the most of any label"
    return "\(most.name) has \(share), \(rest)"
  }
}
