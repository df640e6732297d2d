// The keys of an index as they come, dataset by dataset, by the sections of a generation.

package import Console
package import Publishing

package final class GenerationGathering {
  private let folder: String
  private var slugs: [String] = []
  private var sections: [Section: Gathering] = [:]

  private final class Gathering {
    var keys: KeyGathering?

    init(_ folder: String) { keys = KeyGathering(folder: folder) }
  }

  /// - Parameter folder: where what does not fit into memory is kept meanwhile.
  package init(folder: String) { self.folder = folder }

  package func begin(dataset slug: String) throws(Trouble) {
    slugs.append(slug)
    for gathering in sections.values { try gathering.keys?.begin(dataset: slug) }
  }

  /// Adds an integer of the dataset that was begun last.
  package func add(_ value: UInt64, namespace: UInt8, isPrimary: Bool) throws(Trouble) {
    let (section, key) = Section.integer(value, namespace: namespace)
    try gathering(section).keys?.add(key, kind: namespace, isPrimary: isPrimary)
  }

  /// Adds a text of the dataset that was begun last.
  ///
  /// - Parameter text: the digest of `namespace:value`.
  package func add(_ text: KeyDigest, namespace: UInt8, isPrimary: Bool) throws(Trouble) {
    try gathering(.texts).keys?.add(text, kind: namespace, isPrimary: isPrimary)
  }

  private func gathering(_ section: Section) throws(Trouble) -> Gathering {
    if let gathering = sections[section] { return gathering }
    let gathering = Gathering(folder)
    for slug in slugs { try gathering.keys?.begin(dataset: slug) }
    sections[section] = gathering
    return gathering
  }

  /// All keys of each section, by their stored forms, and the datasets. Empties this.
  func finish() throws(Trouble) -> (sections: [GatheredSection], datasets: [String]) {
    var finished: [GatheredSection] = []
    for (section, gathering) in sections.sorted(by: { $0.key < $1.key }) {
      guard let keys = gathering.keys.take() else { continue }
      finished.append(GatheredSection(section, try keys.finish(folder: folder)))
    }
    sections = [:]
    return (finished, slugs.sorted())
  }
}

/// A section's keys, and the numbers that their sets have in the generation.
final class GatheredSection {
  let section: Section
  let keys: GatheredKeys
  let bits: Int
  var sets: [UInt64] = []

  init(_ section: Section, _ keys: consuming GatheredKeys) {
    self.section = section
    bits = ClusterLimits.bits(keys: keys.count)
    self.keys = keys
  }
}
