// A list of the reader's own, compared with the datasets, by label (a country, say): counts of memberships and of
// distinct images, which differ where an image is in several datasets.

import Console
import Platform

/// The outcome of comparing a list with the datasets.
package struct CrossReference: Equatable, Sendable {
  /// What the list is called.
  package var list: String
  /// The digest of its bytes; nil where it is not known.
  package var sha256: String?
  /// What the labels are, as the list's own column is called: `country`.
  package var labelName: String
  /// Distinct identifiers of the list.
  package var identifiers: Int
  /// Rows whose identifier is none, or only the network could resolve.
  package var unanswered: Int
  /// Distinct images of the list that are in a dataset.
  package var images: Int
  /// Slugs of datasets and the distinct images of the list in each, ordered by slug.
  package var datasets: [Count]
  /// The labels, most memberships first; equal ones by name.
  package var labels: [Label]

  package struct Count: Equatable, Sendable {
    package var slug: String
    package var images: Int

    package init(_ slug: String, _ images: Int) {
      self.slug = slug
      self.images = images
    }
  }

  /// What was found of one label.
  package struct Label: Equatable, Sendable {
    /// The label; empty where the list has none.
    package var name: String
    /// Distinct identifiers with this label.
    package var identifiers: Int
    /// Distinct images with this label that are in a dataset.
    package var images: Int
    /// Rows with this label that could not be compared.
    package var rejected: Int
    /// Distinct images in each dataset, in the order of `CrossReference.datasets`.
    package var datasets: [Int]
    package var memberships: Int { datasets.reduce(0, +) }
    /// The part of its identifiers that are in a dataset.
    var rate: String { Share.text(images, of: identifiers) }

    package init(_ name: String, identifiers: Int, images: Int, rejected: Int = 0, datasets: [Int]) {
      self.name = name
      self.identifiers = identifiers
      self.images = images
      self.rejected = rejected
      self.datasets = datasets
    }
  }

  /// Makes a cross-reference; each label needs as many counts as there are datasets.
  package init(
    list: String, sha256: String? = nil, labelName: String, identifiers: Int, unanswered: Int = 0,
    images: Int,
    datasets: [Count], labels: [Label]
  ) {
    precondition(labels.allSatisfy { $0.datasets.count == datasets.count })
    self.list = list
    self.sha256 = sha256
    self.labelName = labelName
    self.identifiers = identifiers
    self.unanswered = unanswered
    self.images = images
    let order = datasets.indices.sorted { datasets[$0].slug < datasets[$1].slug }
    self.datasets = order.map { datasets[$0] }
    self.labels = labels.map { label in
      Label(
        label.name, identifiers: label.identifiers, images: label.images, rejected: label.rejected,
        datasets: order.map { label.datasets[$0] })
    }.sorted { ($1.memberships, $0.name) < ($0.memberships, $1.name) }
  }

  /// Memberships of the list's images: each once for each dataset that it is in.
  package var memberships: Int { datasets.reduce(0) { $0 + $1.images } }

  /// The rows without a label; nil where there are none.
  var unlabelled: Label? { labels.first { $0.name.isEmpty } }

  /// The labels as people look them up: in the order of words.
  var sortedLabels: [Label] {
    labels.filter { !$0.name.isEmpty }.sorted { Collation.precedes($0.name, $1.name) }
  }

  /// The labels with most memberships first, those with as many in the order of words, and rows without one last.
  var rankedLabels: [Label] {
    sortedLabels.enumerated()
      .sorted { ($1.element.memberships, $0.offset) < ($0.element.memberships, $1.offset) }
      .map(\.element) + (unlabelled.map { [$0] } ?? [])
  }
}
