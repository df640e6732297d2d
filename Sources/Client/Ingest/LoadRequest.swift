// What is to be loaded where, as the daemon hears it in `INGEST`.

import Digests
import ListFormats
package import WireProtocol

package typealias LoadMode = IngestRequest.Mode

/// A load, but for its rows.
package struct LoadRequest: Equatable, Sendable {
  package let slug: String
  /// What becomes of the list that it has.
  package let mode: LoadMode
  /// Names the load, so that it can go on after a crash.
  package let source: String
  /// What the list is called.
  package let name: String
  package let format: String
  /// Bytes of the list; nil where that is not known ahead.
  package let byteCount: Int?
  /// Lists that are recorded in place of this one, each as names and values: what the rows of an export are of.
  package var lists: [[Arguments.Field]] = []

  /// The `INGEST` line without its LF.
  package func line(sha256: String?) -> String {
    var request = IngestRequest()
    (request.slug, request.mode, request.source) = (slug, mode, source)
    (request.listName, request.format, request.byteCount) = (name, format, byteCount)
    request.sha256 = sha256 ?? ""
    return request.line
  }

  /// A `source` that is the same whenever the same files are loaded the same way, so that a second run goes on
  /// where the first was cut off. What cannot be read twice gets a new one each time.
  ///
  /// - Parameters:
  ///   - reading: words that differ where other rows would be made of the files.
  ///   - folder: what relative paths start from.
  package static func source(
    files: ListFiles, slug: String, mode: LoadMode, reading: String, folder: String
  ) -> String {
    var text = "\(ProgramVersion.text) \(slug) \(mode.rawValue) \(reading) "
    text += "\(BlockLimits.rowsMax) \(BlockLimits.bytesMax)"
    for file in files.files {
      let path = file.path.hasPrefix("/") ? file.path : folder + "/" + file.path
      text += "\n\(path)\t\(file.byteCount ?? -1)\t\(file.modified)"
    }
    if !files.isReplayable {
      var generator = SystemRandomNumberGenerator()
      text += "\n\(generator.next())\(generator.next())"
    }
    var digest = RunningDigest()
    digest.update(Array(text.utf8).span)
    return String(digest.hexadecimal().prefix(32))
  }
}

/// The bounds of a block. They are part of a load's identity: other bounds would cut other blocks.
package enum BlockLimits {
  /// Rows of a block.
  package static let rowsMax = 8_192
  /// Bytes of a block, well below `ProtocolLimits.bodyBytesMax`.
  package static let bytesMax = 1 << 19
  /// Bytes of blocks that are kept because they are not durable yet and cannot be read again.
  package static let retainedBytesMax = 64 << 20
}
