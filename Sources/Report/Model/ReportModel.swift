// What a report says, as values: everything that any of its forms shows is in here, so that the same model gives
// the same bytes. Where the values come from is left to `ReportGathering`, how they look to the forms.

/// A report on an index, or on some of its datasets.
package struct ReportModel: Equatable, Sendable {
  package var title: String
  /// What makes the report citable.
  package var stamp: ReportStamp
  /// The datasets, ordered by slug.
  package var datasets: [ReportDataset]
  /// Pairs of datasets that share images; the smaller slug first, ordered.
  package var overlaps: [ReportOverlap]
  /// Distinct images that are in at least one of the datasets.
  package var images: Int
  /// Datasets that those of the report were made from, at any remove, and that are not in it; ordered by slug.
  package var ancestors: [ReportAncestor]
  /// A list compared with the datasets; nil where none was given.
  package var crossReference: CrossReference?

  /// Makes a model; datasets and overlaps are put in order.
  package init(
    title: String, stamp: ReportStamp, datasets: [ReportDataset], overlaps: [ReportOverlap], images: Int,
    ancestors: [ReportAncestor] = [], crossReference: CrossReference? = nil
  ) {
    self.title = title
    self.stamp = stamp
    self.datasets = datasets.sorted { $0.slug < $1.slug }
    self.overlaps = overlaps.sorted { ($0.first, $0.second) < ($1.first, $1.second) }
    self.images = images
    self.ancestors = ancestors.sorted { $0.slug < $1.slug }
    self.crossReference = crossReference
  }

  /// Memberships: each image once for each dataset that it is in.
  package var memberships: Int { datasets.reduce(0) { $0 + $1.images } }

  /// Images that two datasets share; a dataset shares all of its images with itself. O(pairs).
  package func shared(_ first: String, _ second: String) -> Int {
    if first == second { return datasets.first { $0.slug == first }?.images ?? 0 }
    let pair = (min(first, second), max(first, second))
    return overlaps.first { ($0.first, $0.second) == pair }?.images ?? 0
  }
}

/// When, by what and of what a report was made.
package struct ReportStamp: Equatable, Sendable {
  /// Seconds since 1970, UTC.
  package var moment: Int
  /// The version of the program that made it.
  package var program: String
  /// The daemon's version of the identifier rules.
  package var rules: String
  /// Names the lists that the index holds (`IndexVersion`).
  package var index: String
  /// The digest of all rows of the index; nil where it was not asked for.
  package var digest: String?
}

/// One dataset: its counts in the index and its entry in the catalogue.
package struct ReportDataset: Equatable, Sendable {
  package var slug: String
  /// Distinct images of it in the index; so many memberships as well.
  package var images: Int
  /// Distinct accounts that its lists name.
  package var accounts: Int = 0
  /// Rows of its lists that were taken.
  package var rows: Int = 0
  /// Rows of its lists that were not.
  package var rejected: Int = 0
  /// Its name in full; nil where the catalogue has none, as in all that follow.
  package var title: String?
  /// Images that were published, by its makers' word.
  package var published: Int?
  /// The year of its publication.
  package var year: String?
  package var institution: String?
  package var country: String?
  /// Kinds of source: `flickr`, `search_engine`, ...
  package var kinds: [String] = []
  /// Whether it can still be had.
  package var status: String?
  /// Slugs of datasets that it was made from.
  package var derived: [String] = []
  /// How sure its facts are; nil if unknown.
  package var confidence: String?
  /// Where its facts stand.
  package var sources: [String] = []
  /// Whom to write to about it.
  package var contact: String?
  /// Where its list is published, was, or why it is not.
  package var listPlaces: [String] = []
  /// The lists that it was loaded from, oldest first.
  package var lists: [ReportList] = []

  /// What people call it.
  package var name: String { title ?? slug }
}

/// A dataset that others of the report were made from and that is not in the report.
package struct ReportAncestor: Equatable, Sendable {
  package var slug: String
  /// Its name in full; nil where the catalogue has none.
  package var title: String?
  /// The year of its publication.
  package var year: String?
  /// Slugs of datasets that it was made from.
  package var derived: [String] = []
  /// Whether the index has it, although the report was not asked for it.
  package var isHeld = false
}

/// One list as it was loaded.
package struct ReportList: Equatable, Sendable {
  /// What the list is called.
  package var name: String
  /// The digest of its bytes, 64 hexadecimal digits; nil where it is not known.
  package var sha256: String?
  /// Rows that were taken.
  package var rows: Int
  /// Rows that were not.
  package var rejected: Int = 0
  /// When it was loaded: seconds since 1970, UTC.
  package var loaded: Int?
  /// The version of the identifier rules that its keys were made by.
  package var rules: String?
}

/// The images that two datasets share.
package struct ReportOverlap: Equatable, Sendable {
  package var first: String
  package var second: String
  package var images: Int

  package init(_ first: String, _ second: String, images: Int) {
    self.first = min(first, second)
    self.second = max(first, second)
    self.images = images
  }
}
