// Where the files of a publication come from.

package import Console
import Glibc
import Platform

package protocol PublicationSource {
  /// For messages.
  var name: String { get }
  /// The contents of files, in their order; nil where there is none.
  ///
  /// - Parameter bytesMax: how long any of them may be.
  mutating func read(_ paths: [String], bytesMax: Int) throws(Trouble) -> [[UInt8]?]
}

/// A publication in a folder.
package struct PublishedFolder: PublicationSource {
  package let name: String

  /// The publication at `path`, wherever links lead to. The corresponding C function is `realpath`.
  package init(_ path: String) throws(Trouble) {
    // The result is ours to free; the C string lives through the call.
    guard let resolved = unsafe realpath(path, nil) else { throw Trouble("cannot read \(path)", code: errno) }
    defer { unsafe free(resolved) }
    name = unsafe String(cString: resolved)
  }

  package func read(_ paths: [String], bytesMax: Int) throws(Trouble) -> [[UInt8]?] {
    var files: [[UInt8]?] = []
    for path in paths {
      let what = "cannot read \(name)/\(path)"
      guard let file = try Descriptor.regular("\(name)/\(path)", O_RDONLY, what) else {
        files.append(nil)
        continue
      }
      let bytes = try Trouble.wrapping(what, try file.readAll(bytesMax: bytesMax))
      guard bytes.count <= bytesMax else {
        throw Trouble("\(what): it is longer than \(Figures.bytes(bytesMax))")
      }
      files.append(bytes)
    }
    return files
  }
}
