// The names of the datasets of an index, for completing words: asked for quickly, and without a word where that
// fails, since somebody is in the middle of typing.

import WireProtocol

/// Asks a daemon for the names of its datasets.
package enum DatasetNames {
  /// How long a person at the TAB key should wait at most.
  package static let patience = Duration.milliseconds(250)

  /// The slugs, in order; none where there is no daemon, or it takes too long.
  package static func ask(_ path: String, within patience: Duration = patience) -> [String] {
    guard let link = try? DaemonLink(path: path) else { return [] }
    return (try? slugs(link, until: .now + patience)) ?? []
  }

  /// What a list of slugs, parted by commas, may become: each name that is not in it takes the place of its last one.
  package static func completions(of list: String, among names: [String]) -> [String] {
    let parts = list.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    let before = parts.dropLast()
    let prefix = before.map { $0 + "," }.joined()
    return names.filter { $0.hasPrefix(parts.last ?? "") && !before.contains($0) }.map { prefix + $0 }
  }

  private static func slugs(
    _ link: consuming DaemonLink, until deadline: ContinuousClock.Instant
  ) throws(Trouble) -> [String] {
    var requests = ByteQueue()
    requests.storage.append(DatasetsRequest().line + "\n")
    var assembler = ReplyAssembler()
    while true {
      let left = deadline - .now
      guard left > .zero else { return [] }
      var entries = [Poll.entry(link.raw, link.events(requests))]
      _ = Poll.wait(&entries, milliseconds: Int32(left / .milliseconds(1)) + 1)
      if Poll.isWritable(entries[0]) { link.send(&requests) }
      guard Poll.isReadable(entries[0]) else { continue }
      try link.receive()
      if let reply = try assembler.take(from: &link.replies) {
        return try reply.accepted().records.compactMap(\.first)
      }
      if link.hasEnded { return [] }
    }
  }
}
