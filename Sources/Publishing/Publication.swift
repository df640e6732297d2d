// A publication as it is asked: every file is compared with the hash that the signed head leads to before it is looked
// into. So each answer, a "no" too, is what the owner of the key has signed; what is not is refused.

package import Console

package struct Publication {
  package private(set) var manifest: Manifest
  private var head: Head
  private var source: any PublicationSource
  private let trust: PublicationTrust
  /// The hashes of the files of sections that were read.
  private var sections: [Int: [UInt8]] = [:]

  /// Reads and verifies what is signed.
  package init(_ source: any PublicationSource, trust: PublicationTrust) throws(Trouble) {
    var source = source
    self.trust = trust
    (head, manifest) = try Self.open(&source, trust)
    self.source = source
  }

  private static func open(
    _ source: inout any PublicationSource, _ trust: PublicationTrust
  ) throws(Trouble) -> (Head, Manifest) {
    // The head may be replaced, and its manifest removed, between the two.
    for _ in 0..<triesMax {
      guard let file = try source.read([PublishedPath.head], bytesMax: PublicationLimits.headBytesMax)[0]
      else {
        throw Trouble("\(source.name) is no publication: it has no file head")
      }
      let head = try trust.verified(file, of: source.name)
      let path = PublishedPath.manifest(head.manifest)
      guard let bytes = try source.read([path], bytesMax: PublicationLimits.manifestBytesMax)[0] else {
        continue
      }
      try require(bytes, head.manifest, path, source.name)
      guard let manifest = Manifest(bytes) else {
        throw Trouble("\(source.name): the manifest is none that this program reads")
      }
      try trust.remember(head, of: source.name)
      return (head, manifest)
    }
    throw missing("the manifest", source.name)
  }

  private static let triesMax = 3

  private static func missing(_ what: String, _ name: String) -> Trouble {
    Trouble("\(name): \(what) is missing; it may be being replaced just now, or its copy is not complete")
  }

  private static func require(_ bytes: [UInt8], _ hash: String, _ path: String, _ name: String)
    throws(Trouble)
  {
    var digester = Digester()
    guard digester.hexadecimal(bytes) == hash else {
      throw Trouble("\(name): \(path) is not the file that was signed: it was changed or damaged")
    }
  }

  /// Whether no key of a namespace is in it.
  package func hasNone(of namespace: String) -> Bool { !manifest.keys.contains { $0.name == namespace } }

  /// The datasets of each key, separated by commas; nil for one that is in none.
  ///
  /// - Parameter isPinned: whether all is to be what it was when it was opened; else a publication that is replaced
  ///   meanwhile is read again.
  package mutating func datasets(
    of digests: [KeyDigest], isPinned: Bool = false
  ) throws(Trouble) -> [ArraySlice<UInt8>?] {
    for _ in 0..<Self.triesMax {
      if let found = try lookUp(digests) { return found }
      let (head, manifest) = try Self.open(&source, trust)
      if head.manifest == self.head.manifest { break }
      guard !isPinned else {
        throw Trouble("\(source.name) was replaced while it was read; run the command again")
      }
      self.head = head
      self.manifest = manifest
      sections = [:]
    }
    throw Self.missing("a file of rows", source.name)
  }

  /// Nil where a file is missing.
  private mutating func lookUp(_ digests: [KeyDigest]) throws(Trouble) -> [ArraySlice<UInt8>?]? {
    let bits = manifest.bits
    let wanted = Set(digests.map { $0.prefix(bits) }).sorted()
    guard try readSections(Set(wanted.map { $0 / manifest.filesOfSection })) else { return nil }
    var found = [ArraySlice<UInt8>?](repeating: nil, count: digests.count)
    var places: [Int: [Int]] = [:]
    for (place, digest) in digests.enumerated() { places[digest.prefix(bits), default: []].append(place) }
    for start in stride(from: 0, to: wanted.count, by: Self.filesAtOnce) {
      let some = Array(wanted[start..<min(start + Self.filesAtOnce, wanted.count)])
      let paths = some.map { path(ofFile: $0) }
      for (prefix, (path, bytes)) in zip(
        some, zip(paths, try source.read(paths, bytesMax: manifest.fileBytes)))
      {
        guard let bytes else { return nil }
        try Self.require(bytes, hash(ofFile: prefix), path, source.name)
        guard bytes.count == manifest.fileBytes, let rows = RowFile.Rows(bytes, prefix: prefix, bits: bits)
        else {
          throw Trouble("\(source.name): \(path) is not as the format has it")
        }
        // Copied, so that an answer does not keep the whole file.
        for place in places[prefix] ?? [] {
          found[place] = rows.slugs(of: digests[place]).map { Array($0)[...] }
        }
      }
    }
    return found
  }

  /// Files that are in memory at the same time.
  private static let filesAtOnce = 64

  private func hash(ofFile prefix: Int) -> String {
    let start = prefix % manifest.filesOfSection * Digester.byteCount
    return Array(sections[prefix / manifest.filesOfSection]![start..<(start + Digester.byteCount)])
      .hexadecimal
  }

  private func path(ofFile prefix: Int) -> String {
    PublishedPath.file(
      prefix / manifest.filesOfSection, prefix % manifest.filesOfSection, hash(ofFile: prefix))
  }

  /// Returns false where one is missing.
  private mutating func readSections(_ wanted: Set<Int>) throws(Trouble) -> Bool {
    let wanted = wanted.filter { sections[$0] == nil }.sorted()
    let byteCount = manifest.filesOfSection * Digester.byteCount
    let paths = wanted.map { PublishedPath.section($0, manifest.sections[$0]) }
    for (section, (path, bytes)) in zip(wanted, zip(paths, try source.read(paths, bytesMax: byteCount))) {
      guard let bytes else { return false }
      try Self.require(bytes, manifest.sections[section], path, source.name)
      guard bytes.count == byteCount else {
        throw Trouble("\(source.name): \(path) is not as the format has it")
      }
      sections[section] = bytes
    }
    return true
  }
}
