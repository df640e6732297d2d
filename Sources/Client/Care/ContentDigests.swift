// Asking for the digests of what the index holds, which takes as long as reading all of it.

import WireProtocol

/// Digests of content.
package enum ContentDigests {
  /// Asks the daemon at `path`: `digest` of the whole index, then `digest.<slug>` of each dataset.
  package static func ask(_ path: String, _ console: IngestConsole) throws(Trouble) -> [(
    name: String, value: String
  )] {
    var request = try StreamedRequest(
      DigestRequest(), path: path, output: LineOutput(Descriptor.none))
    var digests: [(name: String, value: String)] = []
    defer { console.clear() }
    let end = try request.run(
      progress: { console.draw(share: $0) },
      line: { line, _ in
        if let dataset = DigestRequest.Dataset(columns: ReplyText.columns(line)) {
          digests.append(("digest.\(dataset.slug)", dataset.digest))
        }
      })
    return [("digest", DigestRequest.End { end[$0] }?.digest ?? "")] + digests
  }
}
