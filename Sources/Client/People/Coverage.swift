// What a "not found" covers and what it does not: the datasets and list versions that were searched, how much of what was
// published they hold, and which kinds of identifiers could be found in them at all. Pure.

import Catalogue
import Console
package import Identifiers

package struct Coverage: Sendable {
  private let index: IndexedDatasets

  package init(_ index: IndexedDatasets) { self.index = index }

  /// Datasets in which an identifier of this kind could be found.
  package func searchable(by namespace: Namespace) -> [IndexedDataset] {
    index.datasets.filter { ($0.keys[namespace] ?? 0) > 0 }
  }

  /// How much of what was published the index holds, as far as both are known.
  package struct Share: Equatable, Sendable {
    /// Images that the index holds of datasets whose published number is known; one in two datasets counts twice.
    package let listed: Int
    /// Images that those datasets published.
    package let published: Int
    /// Datasets of which it is not known how many they published.
    package let unknown: [String]
  }

  /// The share of all datasets.
  package var share: Share {
    var (listed, published) = (0, 0)
    var unknown: [String] = []
    for dataset in index.datasets {
      if let images = index.entry(dataset.slug).images {
        listed += dataset.images
        published += images
      } else {
        unknown.append(dataset.slug)
      }
    }
    return Share(listed: listed, published: published, unknown: unknown)
  }

  /// What was searched, in one sentence.
  package var sentence: String {
    let lists = index.datasets.reduce(0) { $0 + $1.lists.count }
    let rows = index.datasets.reduce(0) { $0 + $1.rows }
    return "\(Figures.counted(index.datasets.count, "dataset")), \(Figures.counted(lists, "list")) with "
      + "\(Figures.counted(rows, "row")), \(Figures.counted(index.images, "image"))."
  }

  /// What misses do not prove, a sentence or two each, for identifiers of these kinds.
  package func limits(for namespaces: [Namespace]) -> [String] {
    guard !index.datasets.isEmpty else {
      return ["This index holds no dataset yet, so nothing can be found in it."]
    }
    var limits = namespaces.compactMap(identifierLimit)
    limits += [fileNameLimit(namespaces), shareLimit, absentLimit].compactMap(\.self)
    for namespace in namespaces where !limits.contains(Self.otherNames(namespace)) {
      limits.append(Self.otherNames(namespace))
    }
    return limits
  }

  private func identifierLimit(_ namespace: Namespace) -> String? {
    let found = searchable(by: namespace)
    let plural = Self.plural(namespace)
    if found.isEmpty {
      return
        "No list here has \(plural), so none can be found here: this is no answer. Ask by another name of the image."
    }
    let others = index.datasets.filter { dataset in !found.contains { $0.slug == dataset.slug } }
    guard !others.isEmpty else { return nil }
    let reasons = others.map { dataset in
      let kinds = Self.kinds(of: dataset)
      return "\(dataset.slug) (\(kinds.isEmpty ? "empty" : "by \(Prose.list(kinds))"))"
    }
    return "\(Figures.counted(others.count, "dataset")) cannot be found by \(plural): \(Prose.list(reasons))."
  }

  private func fileNameLimit(_ namespaces: [Namespace]) -> String? {
    let slugs = index.datasets.filter { Set($0.keys.keys) == [.file] }.map(\.slug)
    guard !slugs.isEmpty, !namespaces.contains(.file) else { return nil }
    return "Of \(Prose.list(slugs)) this index has only file names, which no URL leads to."
  }

  private var shareLimit: String? {
    let share = share
    var sentences: [String] = []
    if share.published > 0 {
      let images = Figures.counted(share.listed, "image")
      let published = Figures.grouped(share.published)
      sentences.append(
        "Counted once in each dataset, the lists here hold \(images) of \(published) that were published\(Self.percentage(share))."
      )
    }
    if !share.unknown.isEmpty {
      sentences.append("How many images there are of \(Prose.list(share.unknown)) is not known.")
    }
    return sentences.isEmpty ? nil : sentences.joined(separator: " ")
  }

  private static func percentage(_ share: Share) -> String {
    guard share.listed <= share.published else { return "" }
    let percent = Double(share.listed) * 100 / Double(share.published)
    if share.listed == share.published { return " (all)" }
    if percent < 0.01 { return share.listed == 0 ? "" : " (less than 0.01 %)" }
    // Never rounded up to all.
    return " (\(Figures.fixed(min(percent, 99.99), decimals: 2)) %)"
  }

  private var absentLimit: String? {
    let absent = index.catalogue.entries.filter { index[$0.id] == nil }.count
    guard absent > 0 else { return nil }
    return
      "\(Figures.counted(absent, "dataset")) of the catalogue \(absent == 1 ? "is" : "are") not in this index, "
      + "and there are datasets that publish no list."
  }

  private static func otherNames(_ namespace: Namespace) -> String {
    switch namespace {
    case .md5, .sha1, .sha256:
      "Only identical bytes have the same hash: a resized, cropped or re-encoded copy is not found this way."
    case .nsid, .flickrUser:
      "Only lists that name accounts can tell: an account's photos may be listed by their ids alone."
    default:
      "The same picture under another address or id, uploaded again or copied elsewhere, is another image here."
    }
  }

  /// The kinds of identifiers by which a dataset can be found, in words.
  package static func kinds(of dataset: IndexedDataset) -> [String] {
    Namespace.allCases.filter { (dataset.keys[$0] ?? 0) > 0 }.map(plural)
  }

  /// Identifiers of a namespace, in words.
  package static func plural(_ namespace: Namespace) -> String {
    switch namespace {
    case .flickr: "Flickr photo ids"
    case .flickrSet: "Flickr albums"
    case .coco: "COCO ids"
    case .yfcc: "YFCC100M ids"
    case .openimages: "Open Images ids"
    case .imdbRm: "IMDb image pages"
    case .url: "URLs"
    case .nsid: "Flickr account ids"
    case .flickrUser: "Flickr account names"
    case .imdb: "IMDb image files"
    case .md5: "MD5 hashes"
    case .sha1: "SHA-1 hashes"
    case .sha256: "SHA-256 hashes"
    case .file: "file names"
    case .yfccHash: "YFCC100M hashes"
    }
  }
}
