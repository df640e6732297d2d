// The hashes of a local file, all in one pass over its bytes: `check --file` asks for each of them, since a list may have
// any.

package import Console
import Digests
import ListFormats
import Platform

package struct PictureHashes: Equatable, Sendable {
  /// `md5:...`, `sha1:...` and `sha256:...`, in this order.
  package let identifiers: [String]

  /// Reads a file to its end. O(bytes) time, bounded memory.
  ///
  /// - Throws: where it cannot be read; the text names it.
  package init(ofFile path: String) throws(Trouble) {
    let descriptor = try Descriptor.reading(path)
    var md5 = RunningDigest(.md5)
    var sha1 = RunningDigest(.sha1)
    var sha256 = RunningDigest(.sha256)
    var chunk = [UInt8](repeating: 0, count: 1 << 18)
    reading: while true {
      switch descriptor.read(into: &chunk) {
      case .bytes(0): break reading
      case .bytes(let count):
        let bytes = chunk.span.extracting(0..<count)
        md5.update(bytes)
        sha1.update(bytes)
        sha256.update(bytes)
      case .wouldBlock: continue
      case .failed(let code): throw Trouble("cannot read \(path)", code: code)
      }
    }
    identifiers = [
      "md5:\(md5.hexadecimal())", "sha1:\(sha1.hexadecimal())", "sha256:\(sha256.hexadecimal())",
    ]
  }
}
