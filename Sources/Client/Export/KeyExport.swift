// An export by key: part files with a row a key, in the order of the keys' texts, and a manifest. Rows of the daemon's
// export become facts (a key, a dataset), `sort` puts these in order, and `KeyParts` joins them. Whatever has no key by
// the rules of this program is refused, since a reader of the files would take it for a miss.
//
// The folder gets its name when all of it is on the disk: it is whole, or it is not there.

import ByteText
package import Console
import DaemonClient
import Glibc
import Identifiers
import ListFormats
import Platform
package import WireProtocol

package enum KeyExportLimits {
  /// Part files of one export.
  package static let partsMax = 1_000
  /// Keys of one part file.
  package static let partKeys = 1...1_000_000_000
  package static let partKeysDefault = 10_000_000
}

/// A dataset of which keys are exported.
package struct KeyedDataset: Sendable {
  package let slug: String
  /// Its lists, oldest first.
  package fileprivate(set) var lists: [ListDescription] = []
  fileprivate(set) var rows = 0
}

package struct KeyExport: Sendable {
  private let slugs: [String]
  private let folder: String
  private let partKeys: Int
  private let version: @Sendable ([KeyedDataset]) -> String

  /// - Parameters:
  ///   - slugs: the datasets; none for all.
  ///   - folder: is made; may be there if it is empty.
  ///   - partKeys: keys of each part file but the last.
  ///   - version: the version of an index of these datasets.
  package init(
    slugs: [String], folder: String, partKeys: Int,
    version: @escaping @Sendable ([KeyedDataset]) -> String
  ) {
    self.slugs = slugs
    self.folder = folder.count > 1 && folder.last == "/" ? String(folder.dropLast()) : folder
    self.partKeys = partKeys
    self.version = version
  }

  /// Exports from the daemon at `socket`.
  ///
  /// - Returns: how many keys and part files were written.
  package func run(socket: String) throws(Trouble) -> (keys: Int, parts: Int) {
    let what = "cannot write \(folder)"
    if let kind = try FileKind.at(folder, followsLinks: false) {
      guard kind == .folder else { throw Trouble("\(what): it \(kind.text), not a folder") }
      guard try Trouble.wrapping(what, try Folder<SystemFailure>.names(in: folder)).isEmpty else {
        throw Trouble("\(what): the folder is not empty. Choose another name")
      }
    }
    // `sort` may end first, which is no reason to end without a word.
    Signals.block([SIGPIPE])
    let part = PartFile<SystemFailure>.unforeseenPath(beside: folder)
    try Trouble.wrapping(what, try Folder<SystemFailure>.make(part))
    Interruption.announce("whichset: interrupted; \(folder) was not written. Remove \(part)\n")
    defer { Interruption.fallSilent() }
    do throws(Trouble) {
      let written = try write(into: part, socket: socket)
      do throws(SystemFailure) {
        try Folder<SystemFailure>.sync(part)
        try Folder<SystemFailure>.rename(part, to: folder)
        try Folder<SystemFailure>.sync(Folder<SystemFailure>.parent(of: folder))
      } catch {
        throw Trouble(what, error)
      }
      return written
    } catch {
      // The error that kept the folder from its name is the one to report.
      try? Folder<SystemFailure>.remove(part)
      throw error
    }
  }

  private func write(into part: String, socket: String) throws(Trouble) -> (keys: Int, parts: Int) {
    let facts = KeyFacts()
    var parts = KeyParts(folder: part, partKeys: partKeys)
    var sort = try LineSort(scratch: part)
    try sort.run(
      feeding: { input throws(Trouble) in
        var daemon = try DaemonLink(path: socket)
        let end = try daemon.stream(
          ExportRequest(slugs), to: LineOutput(input),
          line: { line, output throws(Trouble) in try facts.take(line, to: &output) })
        guard end.datasets == facts.datasets.count, end.rows == facts.rowCount else {
          throw Trouble("the daemon's export is not whole")
        }
      }, line: { line throws(Trouble) in try parts.take(line) })
    try parts.end()
    try writeManifest(into: part, facts.datasets, parts)
    return (parts.keyCount, parts.files.count)
  }

  private func writeManifest(
    into part: String, _ datasets: [KeyedDataset], _ parts: borrowing KeyParts
  ) throws(Trouble) {
    let (keysOfDatasets, keysOfNamespaces) = (parts.keysOfDatasets, parts.keysOfNamespaces)
    let namespaces = Namespace.allCases.filter { $0.imageRank != nil }
    let manifest: Record = [
      "format": "whichset keys 1",
      "index": version(datasets),
      "rules": ruleVersion,
      "keys": parts.keyCount,
      "memberships": parts.membershipCount,
      "namespaces": Record(namespaces.map { ($0.name, keysOfNamespaces[$0.name] ?? 0) }),
      "unsearchable": namespaces.filter { $0.isOptional && keysOfNamespaces[$0.name] == nil }.map(\.name),
      "datasets": datasets.map { dataset -> Record in
        [
          "slug": dataset.slug, "rows": dataset.rows, "keys": keysOfDatasets[dataset.slug] ?? 0,
          "lists": dataset.lists.map { NamedValues.list($0.values.map { ($0.name, $0.value) }) },
        ]
      },
      "parts": parts.files.map { file -> Record in
        [
          "file": file.name, "first": file.first, "last": file.last, "keys": file.keys, "bytes": file.bytes,
          "sha256": file.sha256,
        ]
      },
    ]
    var bytes: [UInt8] = []
    JSON.append(manifest, to: &bytes)
    bytes.append(UInt8(ascii: "\n"))
    let path = "\(part)/manifest.json"
    try Trouble.wrapping(
      "cannot write \(path)", try Folder<SystemFailure>.replaceFile(path, with: bytes))
  }
}

/// Rows of an export as facts: a line a key of an image, `key TAB slug`.
private final class KeyFacts {
  private(set) var datasets: [KeyedDataset] = []
  private(set) var rowCount = 0
  private var rows = RowKeys()

  func take(_ line: Span<UInt8>, to output: inout [UInt8]) throws(Trouble) {
    switch ExportLine(line) {
    case .dataset(let slug): datasets.append(KeyedDataset(slug: slug))
    case .list(let fields):
      let dataset = try present
      guard let list = ListDescription(fields) else { throw Trouble(ReplyText.notUnderstood(line)) }
      guard list.rules == ruleVersion else {
        throw Trouble(
          "keys of \(datasets[dataset].slug) were made by rules \(list.rules), and this program has rules "
            + "\(ruleVersion). Run whichset reindex, or use the client of the daemon's version")
      }
      datasets[dataset].lists.append(list)
    case .rows(let count):
      let dataset = try present
      guard count == datasets[dataset].rows else { throw Trouble("the daemon's export is not whole") }
    case .export, .field, .datasets: break
    case nil: try takeRow(line, of: try present, to: &output)
    }
  }

  private var present: Int {
    get throws(Trouble) {
      guard !datasets.isEmpty else { throw Trouble("the daemon's export begins in the middle") }
      return datasets.count - 1
    }
  }

  private func takeRow(_ row: Span<UInt8>, of dataset: Int, to output: inout [UInt8]) throws(Trouble) {
    datasets[dataset].rows += 1
    rowCount += 1
    let slug = datasets[dataset].slug
    var key: [UInt8] = []
    let outcome = rows.read(row) { namespace, identification, parser in
      guard namespace.imageRank != nil else { return }
      key.removeAll(keepingCapacity: true)
      KeyReader.append(identification, by: parser, to: &key)
      TabSeparated.column(key.span, &output)
      output.append(UInt8(ascii: "\t"))
      output.append(slug)
      output.append(UInt8(ascii: "\n"))
    }
    guard case .failure(let rejection) = outcome else { return }
    throw Trouble(
      "a row of \(slug) has no key by the present rules (\(rejection.text)): \(ReplyText.string(row)). "
        + "Load the list again with whichset ingest --replace")
  }
}
