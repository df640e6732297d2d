// What a publication is: a manifest that says what is in it and has the hashes of its sections, each of which has those of
// its files; and a head that names the manifest and is signed. All but the head depend on what is published alone.
//
// Manifest:                                     Head:
//   whichset manifest 1                           whichset published 1
//   bits: 3                                       sequence: 1790000000
//   file-bytes: 16384                             published: 1790000000
//   rules: 4                                      manifest: <SHA-256>
//   images: 20000                                 -----BEGIN SSH SIGNATURE-----
//   keys: flickr=20000 TAB nsid=300               ...
//   dataset: slug
//   list: sha256=... TAB rows=...
//   section: <SHA-256>

import ByteText
import Console
package import WireProtocol

package struct PublishedDataset: Equatable, Sendable {
  package let slug: String
  /// The records of its lists, as an export has them.
  package let lists: [[Arguments.Field]]

  package init(slug: String, lists: [[Arguments.Field]]) {
    self.slug = slug
    self.lists = lists
  }

  /// Of a list's record what tells versions apart. The name of a file is nobody's business.
  package static let listNames = ["sha256", "rows", "loaded", "rules"]
}

package struct Manifest: Equatable, Sendable {
  /// How many bits of a digest name its file.
  package var bits: Int
  /// The size of each file of rows.
  package var fileBytes: Int
  /// The version of the rules that made the keys.
  package var rules: Int
  package var images: Int
  /// Keys by the names of their namespaces.
  package var keys: [(name: String, count: Int)]
  package var datasets: [PublishedDataset]
  /// The hash of each section.
  package var sections: [String]

  private static let begin = "whichset manifest 1"

  package static func == (left: Manifest, right: Manifest) -> Bool { left.bytes == right.bytes }

  var fileBits: Int { min(bits, PublicationLimits.sectionBits) }
  var sectionCount: Int { 1 << (bits - fileBits) }
  var filesOfSection: Int { 1 << fileBits }

  package var bytes: [UInt8] {
    var bytes: [UInt8] = []
    func add(_ name: String, _ fields: [Arguments.Field]) {
      bytes.append("\(name): ")
      FieldLine.append(fields, to: &bytes)
      bytes.append("\n")
    }
    bytes.append(
      "\(Self.begin)\nbits: \(bits)\nfile-bytes: \(fileBytes)\nrules: \(rules)\nimages: \(images)\n")
    add("keys", keys.map { Arguments.Field(name: $0.name, value: String($0.count)) })
    for dataset in datasets {
      bytes.append("dataset: \(dataset.slug)\n")
      for list in dataset.lists { add("list", list) }
    }
    for section in sections { bytes.append("section: \(section)\n") }
    return bytes
  }

  package init(
    bits: Int, fileBytes: Int, rules: Int, images: Int, keys: [(name: String, count: Int)],
    datasets: [PublishedDataset], sections: [String]
  ) {
    self.bits = bits
    self.fileBytes = fileBytes
    self.rules = rules
    self.images = images
    self.keys = keys
    self.datasets = datasets
    self.sections = sections
  }

  /// Undoes `bytes`; nil for anything else.
  package init?(_ bytes: [UInt8]) {
    var lines = TextLines(bytes)
    guard lines.next() == Self.begin, let bits = lines.number("bits"), bits <= PublicationLimits.bitsMax,
      let fileBytes = lines.number("file-bytes"), fileBytes <= PublicationLimits.fileBytesMax,
      let rules = lines.number("rules"), let images = lines.number("images"), let keys = lines.fields("keys")
    else { return nil }
    self.init(
      bits: bits, fileBytes: fileBytes, rules: rules, images: images, keys: [], datasets: [], sections: [])
    for field in keys {
      guard let count = Decimal.parse(field.value) else { return nil }
      self.keys.append((field.name, count))
    }
    while let slug = lines.value("dataset") {
      guard Slug.isValid(slug) else { return nil }
      var lists: [[Arguments.Field]] = []
      while let list = lines.fields("list") { lists.append(list) }
      datasets.append(PublishedDataset(slug: slug, lists: lists))
    }
    while let hash = lines.hash("section") { sections.append(hash) }
    // What is written in another way than ours is none of ours.
    guard lines.isAtEnd, sections.count == sectionCount, self.bytes == bytes else { return nil }
  }
}

package struct Head: Equatable, Sendable {
  /// Grows with each publication that has another manifest.
  package let sequence: Int
  /// When it was last made or confirmed, in seconds since 1970.
  package let published: Int
  /// The hash of the manifest.
  package let manifest: String

  private static let begin = "whichset published 1"

  package init(sequence: Int, published: Int, manifest: String) {
    self.sequence = sequence
    self.published = published
    self.manifest = manifest
  }

  /// What is signed.
  package var statement: [UInt8] {
    Array("\(Self.begin)\nsequence: \(sequence)\npublished: \(published)\nmanifest: \(manifest)\n".utf8)
  }

  /// Reads a statement; nil for anything else.
  init?(_ statement: [UInt8]) {
    var lines = TextLines(statement)
    guard lines.next() == Self.begin, let sequence = lines.number("sequence"),
      sequence <= PublicationLimits.sequenceMax, let published = lines.number("published"),
      let manifest = lines.hash("manifest"), lines.isAtEnd
    else { return nil }
    self.init(sequence: sequence, published: published, manifest: manifest)
    guard self.statement == statement else { return nil }
  }
}

/// `name: value` a line.
package struct TextLines {
  private var lines: ArraySlice<Substring>

  package init(_ bytes: [UInt8]) {
    lines =
      String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)[...]
    if lines.last == "" { lines.removeLast() }
  }

  package var isAtEnd: Bool { lines.isEmpty }

  package mutating func next() -> String? { lines.popFirst().map(String.init) }

  /// The value of the next line if that has this name; else the line stays.
  package mutating func value(_ name: String) -> String? {
    guard let line = lines.first, line.hasPrefix("\(name): ") else { return nil }
    lines.removeFirst()
    return String(line.dropFirst(name.utf8.count + 2))
  }

  package mutating func number(_ name: String) -> Int? { value(name).flatMap { Decimal.parse($0) } }

  package mutating func fields(_ name: String) -> [Arguments.Field]? {
    value(name).flatMap { FieldLine.parse(Array($0.utf8).span) }
  }

  package mutating func hash(_ name: String) -> String? {
    value(name).flatMap { Hash.isHash($0) ? $0 : nil }
  }
}

package enum Hash {
  /// Whether this is a SHA-256 in hexadecimal.
  package static func isHash(_ text: some StringProtocol) -> Bool {
    text.utf8.count == 2 * Digester.byteCount
      && text.utf8.allSatisfy { ASCII.isDigit($0) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0) }
  }
}

/// The names of files in a publication.
enum PublishedPath {
  static let head = "head"
  static let rows = "rows"
  private static let manifestStart = "manifest-"
  private static let sectionStart = "section-"

  static func manifest(_ hash: String) -> String { manifestStart + hash }
  static func isManifest(_ name: String) -> Bool {
    name.hasPrefix(manifestStart) && Hash.isHash(name.dropFirst(manifestStart.count))
  }

  static func folder(_ section: Int) -> String { "\(rows)/\(hexadecimal(section, digits: 4))" }
  static func isFolder(_ name: String) -> Bool { name.utf8.count == 4 && UInt16(name, radix: 16) != nil }

  static func section(_ number: Int, _ hash: String) -> String { "\(folder(number))/\(sectionStart)\(hash)" }
  static func file(_ section: Int, _ file: Int, _ hash: String) -> String {
    "\(folder(section))/\(hexadecimal(file, digits: 2))-\(hash)"
  }
  /// The hash in a file's name; nil for the head, which has none.
  static func hash(of path: String) -> String? {
    guard let dash = path.lastIndex(of: "-") else { return nil }
    let hash = path[path.index(after: dash)...]
    return Hash.isHash(hash) ? String(hash) : nil
  }
  /// Whether a file of a section's folder is called so.
  static func isFile(_ name: String) -> Bool {
    guard let dash = name.firstIndex(of: "-") else { return false }
    return Hash.isHash(name[name.index(after: dash)...])
      && (name.hasPrefix(sectionStart) || name.utf8.count == 3 + 2 * Digester.byteCount)
  }

  private static func hexadecimal(_ value: Int, digits: Int) -> String {
    var text: [UInt8] = []
    Hexadecimal.append(UInt64(value), digits: digits, to: &text)
    return String(decoding: text, as: UTF8.self)
  }
}
