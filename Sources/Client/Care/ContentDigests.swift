// Asking for the digests of what the index holds, which takes as long as reading all of it.

import WireProtocol

/// Digests of content.
package enum ContentDigests {
  /// Asks the daemon at `path`: `digest` of the whole index, then `digest.<slug>` of each dataset.
  package static func ask(_ path: String, _ console: IngestConsole) throws(Trouble) -> [(
    name: String, value: String
  )] {
    var request = try StreamedRequest(
      RequestText.line(.digest), path: path, output: LineOutput(Descriptor.none))
    var digests: [(name: String, value: String)] = []
    defer { console.clear() }
    let end = try request.run(
      progress: { console.draw(share: $0) },
      line: { line, _ in
        let columns = ReplyText.columns(line)
        if columns.count >= 3 { digests.append(("digest.\(columns[0])", columns[2])) }
      })
    return [("digest", end["digest"] ?? "")] + digests
  }
}
