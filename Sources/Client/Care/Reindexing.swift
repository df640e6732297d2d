// Has the daemon make keys anew, and tells how far it is and what came of it.

import WireProtocol

/// Datasets whose keys are to be made anew.
package struct Reindexing: Sendable {
  private let slug: String?

  /// - Parameter slug: the dataset; nil for all that older rules made keys of.
  package init(slug: String?) { self.slug = slug }

  /// The columns of what came of it.
  package static let columns = RecordColumns(
    names: ["dataset", "rows", "kept", "images"], numbers: ["rows", "kept", "images"], hasHeader: true)

  /// Has it done by the daemon at `socket`; the reply's lines as records.
  package func run(socket: String, console: IngestConsole) throws(Trouble) -> Reply {
    var request = try StreamedRequest(
      RequestText.line(.reindex, slug.map { [$0] } ?? []), path: socket, output: LineOutput(Descriptor.none))
    var lines: [[UInt8]] = []
    defer { console.clear() }
    _ = try request.run(
      progress: { console.draw(share: $0) },
      line: { line, _ in
        var bytes: [UInt8] = []
        bytes.append(line)
        lines.append(bytes)
      })
    return Reply(status: .lines(count: lines.count, fields: []), lines: lines)
  }
}
