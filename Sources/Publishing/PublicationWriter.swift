// Writes a publication into its folder. Files are named by their contents, so a file that is there stays, and readers of
// the former publication find its files until the new head is in place. Then what the new one does not name is
// removed: nothing of what was erased stays.
//
// A crash leaves the former publication, and files that the next run removes.

package import Console
import Glibc
import Platform

/// What a run has done.
package struct PublicationOutcome: Equatable, Sendable {
  package var head: Head
  package var keys = 0
  package var images = 0
  package var datasets = 0
  /// Files of rows.
  package var files = 0
  package var filesWritten = 0
  package var filesRemoved = 0
}

package struct PublicationWriter: ~Copyable {
  private let folder: String
  private let lock: SystemFile<SystemFailure>
  private var digester = Digester()
  /// What this run has made, to be removed if it fails.
  private var made: [String] = []
  private var filesWritten = 0
  private var filesRemoved = 0
  private var foldersMade: Set<Int> = []

  /// Opens the folder, or makes it; nothing else writes to it meanwhile.
  package init(folder: String) throws(Trouble) {
    lock = try Self.lock(folder)
    self.folder = folder
  }

  private static func lock(_ folder: String) throws(Trouble) -> SystemFile<SystemFailure> {
    let what = "cannot publish to \(folder)"
    try Trouble.wrapping(what, try Folder<SystemFailure>.make(folder, rights: 0o755))
    let lock = try Trouble.wrapping(what, try SystemFile<SystemFailure>(reading: folder))
    guard lock.tryLock() else { throw Trouble("\(what): another program is publishing to it") }
    let names = try Trouble.wrapping(what, try Folder<SystemFailure>.names(in: folder))
    guard names.isEmpty || names.contains(PublishedPath.head) || names.allSatisfy(isOurs) else {
      throw Trouble("\(what): it has other files in it; give a new or an empty folder")
    }
    return lock
  }

  private static func isOurs(_ name: String) -> Bool {
    name == PublishedPath.rows || name == partName || PublishedPath.isManifest(name)
  }

  private static var partName: String { PublishedPath.head + ".part" }

  /// Writes the publication of `keys`.
  ///
  /// - Parameters:
  ///   - datasets: by slug.
  ///   - rules: the version of the rules that made the keys.
  ///   - name: the name of a namespace by its number.
  ///   - now: seconds since 1970.
  ///   - sign: signs the file of this path.
  package mutating func write(
    _ keys: consuming KeyGathering, datasets: [PublishedDataset], rules: Int, now: Int,
    name: (UInt8) -> String, sign: (String) throws(Trouble) -> [UInt8]
  ) throws(Trouble) -> PublicationOutcome {
    let gathered = try keys.finish(folder: folder)
    var manifest = Manifest(
      bits: PublicationLimits.bits(keys: gathered.count), fileBytes: 0, rules: rules, images: gathered.images,
      keys: gathered.counts.enumerated().compactMap { $1 > 0 ? (name(UInt8($0)), $1) : nil },
      datasets: datasets, sections: [])
    let former = try formerHead()
    do throws(Trouble) {
      try writeFiles(gathered, &manifest)
      let bytes = manifest.bytes
      guard bytes.count <= PublicationLimits.manifestBytesMax else {
        throw Trouble("the manifest would be too long")
      }
      let hash = digester.hexadecimal(bytes)
      _ = try store(bytes, as: PublishedPath.manifest(hash))
      let head = Head(
        sequence: former?.manifest == hash ? former!.sequence : max(now, (former?.sequence ?? 0) + 1),
        published: now, manifest: hash)
      guard head.sequence <= PublicationLimits.sequenceMax else {
        throw Trouble(
          "the head of \(folder) has the highest number that there can be; publish to a new folder")
      }
      try place(head, sign)
      try sweep(manifest, hash)
      return PublicationOutcome(
        head: head, keys: gathered.count, images: gathered.images, datasets: datasets.count,
        files: 1 << manifest.bits, filesWritten: filesWritten, filesRemoved: filesRemoved)
    } catch {
      // What cannot be removed now is removed by the next run.
      for path in made { try? Folder<SystemFailure>.removeFile(path) }
      throw error
    }
  }

  /// The head that is there, of any signer; nil without a readable one.
  private func formerHead() throws(Trouble) -> Head? {
    let path = "\(folder)/\(PublishedPath.head)"
    guard let file = try Descriptor.regular(path, O_RDONLY, "cannot read \(path)") else { return nil }
    let bytes = try Trouble.wrapping(
      "cannot read \(path)", try file.readAll(bytesMax: PublicationLimits.headBytesMax))
    return Signature.split(bytes).flatMap { Head($0.statement) }
  }

  private mutating func writeFiles(_ keys: borrowing GatheredKeys, _ manifest: inout Manifest) throws(Trouble)
  {
    // First only measured, since all files get the size of the longest.
    var longest = 0
    try keys.forEachFile(bits: manifest.bits) { file, rows throws(Trouble) in
      longest = max(longest, try RowFile.assemble(rows, texts: keys.texts).count)
    }
    manifest.fileBytes = PublicationLimits.fileBytes(holding: longest)
    guard manifest.fileBytes <= PublicationLimits.fileBytesMax else {
      throw Trouble("a file would be too long")
    }
    let (bits, fileBytes, filesOfSection) = (manifest.bits, manifest.fileBytes, manifest.filesOfSection)
    var hashes: [UInt8] = []
    var sections: [String] = []
    try keys.forEachFile(bits: bits) { file, rows throws(Trouble) in
      var bytes = try RowFile.assemble(rows, texts: keys.texts)
      bytes += repeatElement(0, count: fileBytes - bytes.count)
      let section = file / filesOfSection
      let hash = digester.hexadecimal(bytes)
      hashes += digester.last
      try makeFolder(section)
      if try store(bytes, as: PublishedPath.file(section, file % filesOfSection, hash)) { filesWritten += 1 }
      guard (file + 1) % filesOfSection == 0 else { return }
      let sectionHash = digester.hexadecimal(hashes)
      _ = try store(hashes, as: PublishedPath.section(section, sectionHash))
      sections.append(sectionHash)
      hashes = []
    }
    manifest.sections = sections
  }

  private mutating func makeFolder(_ section: Int) throws(Trouble) {
    guard foldersMade.insert(section).inserted else { return }
    for path in [PublishedPath.rows, PublishedPath.folder(section)] {
      try Trouble.wrapping(
        "cannot publish to \(folder)", try Folder<SystemFailure>.make("\(folder)/\(path)", rights: 0o755))
    }
  }

  /// Writes a file unless it is there with these bytes: a crash may have left one that is cut off.
  ///
  /// - Returns: whether it was written.
  private mutating func store(_ bytes: [UInt8], as name: String) throws(Trouble) -> Bool {
    let path = "\(folder)/\(name)"
    let what = "cannot write \(path)"
    if let file = try Descriptor.regular(path, O_RDONLY | O_NOFOLLOW, what) {
      if try Trouble.wrapping(what, try file.readAll(bytesMax: bytes.count)) == bytes { return false }
      try Trouble.wrapping(what, try Folder<SystemFailure>.removeFile(path))
    }
    made.append(path)
    do throws(SystemFailure) {
      let file = try Descriptor(opening: path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o644)
      try file.writeAll(bytes.span)
    } catch {
      throw Trouble(what, error)
    }
    return true
  }

  /// Puts all on the disk, then the head in its place.
  private mutating func place(_ head: Head, _ sign: (String) throws(Trouble) -> [UInt8]) throws(Trouble) {
    let path = "\(folder)/\(PublishedPath.head)"
    let part = "\(folder)/\(Self.partName)"
    let what = "cannot write \(path)"
    try Trouble.wrapping(what, try Folder<SystemFailure>.removeFile(part))
    var file = try Trouble.wrapping(what, try PartFile<SystemFailure>(path, as: part, mode: 0o644))
    try Trouble.wrapping(what, try file.file.write(head.statement[...]))
    let signature = try sign(part)
    do throws(SystemFailure) {
      try file.file.write(signature[...])
      try file.file.sync()
      try lock.descriptor.syncFileSystem()
      try file.place()
      // From now on the head leads to what this run has made.
      made = []
      try file.syncName()
    } catch {
      throw Trouble(what, error)
    }
  }

  /// Removes what the publication does not name.
  private mutating func sweep(_ manifest: Manifest, _ hash: String) throws(Trouble) {
    let what = "the publication is in place, but what it replaced could not be removed"
    do throws(SystemFailure) {
      for name in try Folder<SystemFailure>.names(in: folder)
      where PublishedPath.isManifest(name) && name != PublishedPath.manifest(hash) {
        try Folder<SystemFailure>.removeFile("\(folder)/\(name)")
      }
      for (section, sectionHash) in manifest.sections.enumerated() {
        try sweep(section, sectionHash, manifest)
      }
      let kept = Set((0..<manifest.sectionCount).map { PublishedPath.folder($0) })
      for name in try Folder<SystemFailure>.names(in: "\(folder)/\(PublishedPath.rows)")
      where PublishedPath.isFolder(name) && !kept.contains("\(PublishedPath.rows)/\(name)") {
        let path = "\(folder)/\(PublishedPath.rows)/\(name)"
        filesRemoved += try Folder<SystemFailure>.names(in: path).count
        try Folder<SystemFailure>.remove(path)
      }
    } catch {
      throw Trouble(what, error)
    }
  }

  private mutating func sweep(_ section: Int, _ hash: String, _ manifest: Manifest) throws(SystemFailure) {
    let name = PublishedPath.section(section, hash)
    let hashes = try Descriptor(opening: "\(folder)/\(name)", O_RDONLY).readAll(
      bytesMax: manifest.filesOfSection * Digester.byteCount)
    var kept: Set<String> = [name]
    for file in 0..<manifest.filesOfSection {
      let hash = Array(hashes[(file * Digester.byteCount)..<((file + 1) * Digester.byteCount)]).hexadecimal
      kept.insert(PublishedPath.file(section, file, hash))
    }
    let path = PublishedPath.folder(section)
    for name in try Folder<SystemFailure>.names(in: "\(folder)/\(path)")
    where PublishedPath.isFile(name) && !kept.contains("\(path)/\(name)") {
      try Folder<SystemFailure>.removeFile("\(folder)/\(path)/\(name)")
      filesRemoved += 1
    }
  }
}
