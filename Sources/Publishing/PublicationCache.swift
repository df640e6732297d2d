// Files of publications that were fetched, kept for the next time under their hashes. Each is compared with its hash again
// when it is read, so a damaged one is fetched again; for the same reason none is put on the disk by force: what a crash
// cuts off is no answer. Without room or rights for it, answers come without it.

package import Console
import Glibc
import Platform

/// The files of one publication, in a folder that has those of all.
package final class PublicationCache {
  private let root: String
  private let folder: String
  private let bytesMax: Int
  private let filesMax: Int
  private let note: (String) -> Void
  private var isOff = false
  /// What is in the folder of all; nil until something is added.
  private var entries: [Entry]?
  private var byteCount = 0

  private struct Entry {
    let path: String
    let byteCount: Int
    /// When it was last read or written, in nanoseconds since 1970.
    let used: Int
  }

  /// - Parameters:
  ///   - name: of the publication.
  ///   - root: the folder that has the files of all publications. It is made when there is something to be kept.
  ///   - note: says why the cache is off, once.
  package init(
    of name: String, in root: String, bytesMax: Int = PublicationLimits.cacheBytesMax,
    filesMax: Int = PublicationLimits.cachedFilesMax, note: @escaping (String) -> Void
  ) {
    var digester = Digester()
    folder = "\(root)/\(digester.hexadecimal(Array(name.utf8)))"
    self.root = root
    self.bytesMax = bytesMax
    self.filesMax = filesMax
    self.note = note
  }

  /// The folder of the user; nil without a home directory.
  package static var userFolder: String? {
    UserFolder.path("XDG_CACHE_HOME", orAtHome: ".cache").map { "\($0)/published" }
  }

  /// The file with this hash; nil where it is not here.
  func file(_ hash: String, bytesMax: Int, _ digester: inout Digester) -> [UInt8]? {
    guard !isOff else { return nil }
    let path = "\(folder)/\(hash)"
    do throws(Trouble) {
      let what = "cannot read \(path)"
      guard let file = try Descriptor.regular(path, O_RDONLY | O_NOFOLLOW, what) else { return nil }
      let bytes = try Trouble.wrapping(what, try file.readAll(bytesMax: bytesMax))
      guard bytes.count <= bytesMax, digester.hexadecimal(bytes) == hash else {
        try Trouble.wrapping(what, try Folder<SystemFailure>.removeFile(path))
        return nil
      }
      // Else it is only removed too early.
      try? Folder<SystemFailure>.touch(path)
      return bytes
    } catch {
      turnOff(error)
      return nil
    }
  }

  /// Keeps a file, and removes those for it that were not read for the longest time.
  func keep(_ bytes: [UInt8], as hash: String) {
    guard !isOff, bytes.count <= bytesMax / 8 else { return }
    let path = "\(folder)/\(hash)"
    do throws(SystemFailure) {
      try UserFolder.make(folder)
      try makeRoom(bytes.count)
      var part = try PartFile<SystemFailure>(
        path, as: PartFile<SystemFailure>.unforeseenPath(beside: path), mode: 0o600)
      try part.file.write(bytes[...])
      try part.place()
      entries?.append(Entry(path: path, byteCount: bytes.count, used: .max))
      byteCount += bytes.count
    } catch {
      turnOff(Trouble("cannot keep files in \(folder)", error))
    }
  }

  private func turnOff(_ trouble: Trouble) {
    isOff = true
    note("\(trouble.text); answers come without the cache")
  }

  /// Other programs may add files meanwhile; they count them when they add one.
  private func makeRoom(_ more: Int) throws(SystemFailure) {
    var entries = if let entries { entries } else { try present() }
    if byteCount + more > bytesMax || entries.count >= filesMax {
      entries.sort { $0.used < $1.used }
      var kept = entries[...]
      // More than needed, so that this is seldom.
      while let oldest = kept.first,
        byteCount + more > bytesMax / 8 * 7 || kept.count >= filesMax - filesMax / 8
      {
        try Folder<SystemFailure>.removeFile(oldest.path)
        byteCount -= oldest.byteCount
        kept.removeFirst()
      }
      entries = Array(kept)
    }
    self.entries = entries
  }

  /// Looks at each file. The rests of interrupted programs are among them.
  private func present() throws(SystemFailure) -> [Entry] {
    var entries: [Entry] = []
    for publication in try Folder<SystemFailure>.names(in: root) where Hash.isHash(publication) {
      for name in try Folder<SystemFailure>.names(in: "\(root)/\(publication)") {
        let path = "\(root)/\(publication)/\(name)"
        guard let status = try FileStatus.at(path, followsLinks: false) else { continue }
        entries.append(
          Entry(path: path, byteCount: status.byteCount, used: status.modifiedNanoseconds))
        byteCount += status.byteCount
      }
    }
    return entries
  }
}

/// A publication of which files are kept. The head has no hash, and is read each time.
package struct CachedPublication: PublicationSource {
  private var origin: any PublicationSource
  private let cache: PublicationCache

  package var name: String { origin.name }

  package init(_ origin: any PublicationSource, _ cache: PublicationCache) {
    self.origin = origin
    self.cache = cache
  }

  package mutating func read(_ paths: [String], bytesMax: Int) throws(Trouble) -> [[UInt8]?] {
    var digester = Digester()
    let hashes = paths.map { PublishedPath.hash(of: $0) }
    var files = hashes.map { hash in
      hash.flatMap { cache.file($0, bytesMax: bytesMax, &digester) }
    }
    let missing = paths.indices.filter { files[$0] == nil }
    guard !missing.isEmpty else { return files }
    for (place, bytes) in zip(missing, try origin.read(missing.map { paths[$0] }, bytesMax: bytesMax)) {
      files[place] = bytes
      // What is not what it is called is refused where it is used.
      if let bytes, let hash = hashes[place], digester.hexadecimal(bytes) == hash {
        cache.keep(bytes, as: hash)
      }
    }
    return files
  }
}
