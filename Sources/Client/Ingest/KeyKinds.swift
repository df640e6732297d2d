// The kinds of keys that a list gives, which decide what its images can be found by.

package import Console
import DaemonClient
package import Identifiers
import WireProtocol

/// Keys by namespace.
package struct KeyKinds: Equatable, Sendable {
  private let counts: [Namespace: Int]

  package init(_ counts: [Namespace: Int]) { self.counts = counts }

  /// In the order of namespaces.
  private var listed: [(name: String, count: Int)] {
    Namespace.allCases.compactMap { namespace in counts[namespace].map { (namespace.name, $0) } }
  }

  package var record: Record { Record(listed.map { ($0.name, $0.count) }) }

  /// `flickr 1,200, nsid 3`.
  package var text: String {
    listed.map { "\($0.name) \(Figures.grouped($0.count))" }.joined(separator: ", ")
  }

  /// The kinds that name images.
  private var images: Set<Namespace> { Set(counts.keys.filter { $0.imageRank != nil }) }

  /// What to say where all images are named in a way that only their own dataset knows; nil where they are not.
  package var namesFilesOnly: String? {
    images == [.file]
      ? "all keys are names of files: no other list has them, and only file:<dataset>/<name> finds these images"
      : nil
  }

  /// What to say of a dataset that shares no kind of key with any other: it cannot overlap with one.
  func warning(about slug: String, _ daemon: inout DaemonLink) throws(Trouble) -> String? {
    if let namesFilesOnly { return namesFilesOnly }
    let others = try daemon.ask(DatasetsRequest()).records.filter { $0.slug != slug && $0.images > 0 }
    guard !others.isEmpty, !images.isEmpty else { return nil }
    for other in others {
      let reply = try daemon.reply(to: DatasetRequest(other.slug))
      let report = NamedValues(try DatasetRequest.Reply.read(try reply.accepted()))
      if try !images.isDisjoint(with: IndexedDataset.keys(of: report).keys) { return nil }
    }
    let names = KeyKinds(counts.filter { images.contains($0.key) }).listed.map(\.name).joined(separator: ", ")
    return "all images are known by \(names) only, by which no other dataset has any: no overlap can be found"
  }
}
