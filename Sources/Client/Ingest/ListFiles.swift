// The files of a load before they are read: what they are called, how large they are, and whether they can be
// read a second time.

package import Console
import Digests
import ListFormats
package import Platform

/// What a load's digest, size and name are made of.
package struct ListFiles: Equatable, Sendable {
  package struct File: Equatable, Sendable {
    /// As the user gave it; `-` is standard input.
    package let path: String
    /// Bytes on disk; nil where that is not known ahead (a pipe, standard input).
    package let byteCount: Int?
    /// When it was last changed, in nanoseconds since 1970; 0 where it has no size.
    package let modified: Int

    /// What messages call it.
    package var name: String { path == "-" ? "standard input" : path }
  }

  /// The files in the order of loading, at least one.
  package let files: [File]

  package init(files: [File]) { self.files = files }

  /// Looks at the files, and at those in folders. The corresponding C function is `fstat`.
  package static func examine(_ paths: [String]) throws(Trouble) -> ListFiles {
    var files: [File] = []
    for path in paths {
      for file in try ListFolder.files(of: path) { files.append(try examine(file)) }
    }
    let result = ListFiles(files: files)
    guard files.count == 1 || result.isReplayable else {
      throw Trouble("several lists in one load must be regular files; give one, or join them into one file")
    }
    return result
  }

  /// Whether all can be read again from their start.
  package var isReplayable: Bool { files.allSatisfy { $0.byteCount != nil } }

  /// Bytes of all files; nil where that is not known ahead.
  package var byteCount: Int? {
    files.reduce(0) { total, file in
      guard let total, let count = file.byteCount else { return nil }
      return total + count
    }
  }

  /// Bytes of a list's name that is made of those of its files.
  private static let titleBytesMax = 256

  /// What the list is called in the index if the user says nothing: the files' last names; of many, the first and the
  /// last, and how many there are.
  package var title: String {
    let names = files.map { $0.name.split(separator: "/").last.map(String.init) ?? $0.name }
    let title = names.joined(separator: ", ")
    guard title.utf8.count > Self.titleBytesMax, let first = names.first, let last = names.last else {
      return title
    }
    return "\(first.prefix(60))…\(last.prefix(60)) (\(names.count) files)"
  }

  /// Opens a file of the load.
  package func open(_ index: Int) throws(Trouble) -> Descriptor {
    files[index].path == "-" ? Descriptor(borrowing: 0) : try Descriptor.reading(files[index].path)
  }

  /// Throws where a file is no longer what it was when it was examined.
  package func requireUnchanged(_ index: Int) throws(Trouble) {
    guard files[index].byteCount != nil, try Self.examine(files[index].path) != files[index] else { return }
    throw Trouble("\(files[index].name) was changed while it was read")
  }

  /// SHA-256 over the bytes of all files in order. O(bytes).
  package func digest() throws(Trouble) -> String {
    if files.count == 1 {
      let descriptor = try open(0)
      do {
        return try ListReader.sha256(ofFileDescriptor: descriptor.raw, name: files[0].name)
      } catch {
        throw Trouble("cannot read \(error)")
      }
    }
    var digest = RunningDigest()
    var chunk = [UInt8](repeating: 0, count: 1 << 18)
    for index in files.indices {
      let descriptor = try open(index)
      reading: while true {
        switch descriptor.read(into: &chunk) {
        case .bytes(0): break reading
        case .bytes(let count): digest.update(chunk.span.extracting(0..<count))
        case .wouldBlock: continue
        case .failed(let code): throw Trouble("cannot read \(files[index].name)", code: code)
        }
      }
    }
    return digest.hexadecimal()
  }

  private static func examine(_ path: String) throws(Trouble) -> File {
    guard path != "-" else { return File(path: path, byteCount: nil, modified: 0) }
    let descriptor = try Descriptor.reading(path)
    let status = try Trouble.wrapping("cannot read \(path)", try descriptor.status())
    switch status.kind {
    case .folder: throw Trouble("\(path) is a folder; name a file in it")
    case .regular: return File(path: path, byteCount: status.byteCount, modified: status.modifiedNanoseconds)
    default: return File(path: path, byteCount: nil, modified: 0)
    }
  }
}
