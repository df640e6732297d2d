// What a generation is, and the head that names it.
//
// Manifest:                                                 Head:
//   whichset generation 1                                     whichset cluster 1
//   generation: 0123456789abcdef                              generation: 0123456789abcdef
//   rules: 4                                                  published: 1790000000
//   images: 20000                                             manifest: <SHA-256>
//   keys: flickr=20000 TAB nsid=300
//   section: namespace=1 TAB width=36 TAB bits=8 TAB keys=20000
//   dataset: slug
//   set: slug,slug

import ByteText
import Console
package import WireProtocol
import Publishing

package struct GenerationManifest: Equatable, Sendable {
  package struct SectionPart: Equatable, Sendable {
    package let section: Section
    /// Bits that number its buckets.
    package let bits: Int
    package let keys: Int

    package init(section: Section, bits: Int, keys: Int) {
      self.section = section
      self.bits = bits
      self.keys = keys
    }
  }

  package let generation: UInt64
  package let rules: Int
  /// The host that has the index.
  package let publisher: String
  /// The SHA-256 of `GenerationFacts`.
  package let facts: String
  package let images: Int
  /// Keys by the names of their namespaces.
  package let keys: [Arguments.Field]
  /// In the order of their buckets.
  package let sections: [SectionPart]
  package let datasets: [String]
  /// The datasets of a key, by number: slugs separated by commas.
  package let sets: [[UInt8]]

  private static let begin = "whichset generation 1"

  package init(
    generation: UInt64, rules: Int, publisher: String, facts: String, images: Int,
    keys: [Arguments.Field], sections: [SectionPart], datasets: [String], sets: [[UInt8]]
  ) {
    self.generation = generation
    self.rules = rules
    self.publisher = publisher
    self.facts = facts
    self.images = images
    self.keys = keys
    self.sections = sections
    self.datasets = datasets
    self.sets = sets
  }

  package var bucketCount: Int { sections.reduce(0) { $0 + 1 << $1.bits } }

  package var bytes: [UInt8] {
    var bytes: [UInt8] = []
    func add(_ name: String, _ fields: [(String, Int)]) {
      bytes.append("\(name): ")
      FieldLine.append(fields.map { Arguments.Field(name: $0, value: String($1)) }, to: &bytes)
      bytes.append("\n")
    }
    bytes.append("\(Self.begin)\ngeneration: \(GenerationKeys.text(generation))\nrules: \(rules)\n")
    bytes.append("publisher: \(publisher)\nfacts: \(facts)\n")
    bytes.append("images: \(images)\nkeys: ")
    FieldLine.append(keys, to: &bytes)
    bytes.append("\n")
    for part in sections {
      add(
        "section",
        [
          ("namespace", Int(part.section.namespace)), ("width", part.section.width), ("bits", part.bits),
          ("keys", part.keys),
        ])
    }
    for dataset in datasets { bytes.append("dataset: \(dataset)\n") }
    for set in sets {
      bytes.append("set: ")
      bytes += set
      bytes.append("\n")
    }
    return bytes
  }

  /// Undoes `bytes`; nil for anything else.
  package init?(_ bytes: [UInt8]) {
    var lines = TextLines(bytes)
    guard lines.next() == Self.begin, let text = lines.value("generation"),
      let generation = GenerationKeys.generation(text), let rules = lines.number("rules"),
      let publisher = lines.value("publisher"), let facts = lines.hash("facts"),
      let images = lines.number("images"), let keys = lines.fields("keys")
    else { return nil }
    var sections: [SectionPart] = []
    while let fields = lines.fields("section") {
      guard fields.map(\.name) == ["namespace", "width", "bits", "keys"] else { return nil }
      let values = fields.compactMap { Decimal.parse($0.value) }
      guard values.count == 4, let namespace = UInt8(exactly: values[0]), values[1] <= 128,
        values[2] <= ClusterLimits.bucketBitsMax
      else { return nil }
      let section = Section(namespace: namespace, width: values[1])
      guard section.isKnown, sections.last.map({ $0.section < section }) ?? true else { return nil }
      sections.append(SectionPart(section: section, bits: values[2], keys: values[3]))
    }
    var datasets: [String] = []
    while let slug = lines.value("dataset") { datasets.append(slug) }
    let known = Set(datasets)
    var sets: [[UInt8]] = []
    while let set = lines.value("set") {
      guard
        set.split(separator: ",", omittingEmptySubsequences: false).allSatisfy({ known.contains(String($0)) })
      else { return nil }
      sets.append(Array(set.utf8))
    }
    self.init(
      generation: generation, rules: rules, publisher: publisher, facts: facts, images: images, keys: keys,
      sections: sections, datasets: datasets, sets: sets)
    guard lines.isAtEnd, datasets.allSatisfy({ Slug.isValid($0) }), sets.count <= ClusterLimits.setsMax,
      bucketCount <= ClusterLimits.bucketsMax, self.bytes == bytes
    else { return nil }
  }
}

package struct GenerationHead: Equatable, Sendable {
  package let generation: UInt64
  /// When it was published, in seconds since 1970.
  package let published: Int
  /// The SHA-256 of its manifest.
  package let manifest: String

  private static let begin = "whichset cluster 1"

  package init(generation: UInt64, published: Int, manifest: String) {
    self.generation = generation
    self.published = published
    self.manifest = manifest
  }

  package var bytes: [UInt8] {
    Array(
      "\(Self.begin)\ngeneration: \(GenerationKeys.text(generation))\npublished: \(published)\nmanifest: \(manifest)\n"
        .utf8)
  }

  /// Undoes `bytes`; nil for anything else.
  package init?(_ bytes: [UInt8]) {
    var lines = TextLines(bytes)
    guard lines.next() == Self.begin, let text = lines.value("generation"),
      let generation = GenerationKeys.generation(text), let published = lines.number("published"),
      let manifest = lines.hash("manifest"), lines.isAtEnd
    else { return nil }
    self.init(generation: generation, published: published, manifest: manifest)
    guard self.bytes == bytes else { return nil }
  }
}
