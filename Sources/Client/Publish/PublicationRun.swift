// `whichset publish`: an export of everything, each key of each row taken as it comes, becomes a publication.

package import Console
package import DaemonClient
import Identifiers
import Platform
package import Publishing
import WireProtocol

package struct PublicationRun: Sendable {
  private let folder: String
  private let key: String

  /// - Parameters:
  ///   - folder: where the publication is, or will be.
  ///   - key: the file of the private key that signs it, or of the public key of an agent's.
  package init(folder: String, key: String) {
    self.folder = folder
    self.key = key
  }

  package func run(_ daemon: consuming DaemonLink) throws(Trouble) -> PublicationOutcome {
    // Better now than after all the work.
    guard try FileKind.at(key, followsLinks: true) != nil else {
      throw Trouble("cannot sign with \(key): there is no such file")
    }
    var writer = try PublicationWriter(folder: folder)
    let rules = try NamedValues(try daemon.ask(StatsRequest())).count(StatsRequest.Line.rules)
    guard rules == ruleVersion else {
      throw Trouble(
        "the daemon makes keys by version \(rules) of the rules, and this program by \(ruleVersion); update one of them"
      )
    }
    var exchange = KeyExchange(KeyGathering(folder: folder))
    var output = LineOutput(.none)
    try daemon.run(&exchange, output: &output)
    let datasets = exchange.datasets
    return try writer.write(
      exchange.finish(), datasets: datasets, rules: rules, now: WallClock.seconds,
      name: { Namespace(rawValue: $0)?.name ?? "" },
      sign: { path throws(Trouble) in try Signature.sign(path, with: key) })
  }
}

/// Asks for all rows, and gathers their keys.
private struct KeyExchange: Exchange, ~Copyable {
  private var gathering: KeyGathering
  private let row = RowDigests()
  private var scanner = StreamScanner()
  private var isAsked = false
  private(set) var isOver = false
  private(set) var datasets: [PublishedDataset] = []
  private var lists: [[Arguments.Field]] = []
  private var slug: String?
  private var rowCount = 0

  init(_ gathering: consuming KeyGathering) { self.gathering = gathering }

  consuming func finish() -> KeyGathering { gathering }

  mutating func prepare(_ requests: inout Requests, _ output: inout ByteQueue) {
    if !isAsked { requests.add(ExportRequest([]).line) }
    isAsked = true
  }

  mutating func receive(
    _ line: Span<UInt8>, _ requests: inout Requests, _ output: inout ByteQueue
  ) throws(Trouble) {
    switch try scanner.take(line) {
    case .part: break
    case .line: try take(line)
    case .end(let fields):
      guard let end = ExportRequest.End(fields), end.datasets == datasets.count, slug == nil else {
        throw Trouble(ReplyText.notUnderstood(fields))
      }
      isOver = true
    }
  }

  private mutating func take(_ line: Span<UInt8>) throws(Trouble) {
    if line.count > 0, line[0] == UInt8(ascii: "#") {
      guard let mark = ExportLine(line) else { throw Trouble(ReplyText.notUnderstood(line)) }
      return try take(mark, line)
    }
    rowCount += 1
    let best: Namespace
    switch row.read(line) {
    case .success(let namespace): best = namespace
    case .failure(let rejection):
      // A miss of it would be signed.
      throw Trouble(
        "a row of \(slug ?? "no dataset") has no key by the present rules (\(rejection.text)): "
          + "\(ReplyText.string(line)). Load the list again with whichset ingest --replace")
    }
    var hasPrimary = best.imageRank == nil
    for key in row.keys {
      let isPrimary = !hasPrimary && key.namespace == best
      hasPrimary = hasPrimary || isPrimary
      try gathering.add(key.digest, kind: key.namespace.rawValue, isPrimary: isPrimary)
    }
  }

  private mutating func take(_ mark: ExportLine, _ line: Span<UInt8>) throws(Trouble) {
    switch mark {
    case .export(ExportLine.version), .field, .datasets: break
    case .dataset(let slug) where self.slug == nil:
      self.slug = slug
      (rowCount, lists) = (0, [])
      try gathering.begin(dataset: slug)
    case .list(let fields):
      lists.append(fields.filter { PublishedDataset.listNames.contains($0.name) })
    case .rows(rowCount):
      guard let slug = slug.take() else { throw Trouble(ReplyText.notUnderstood(line)) }
      datasets.append(PublishedDataset(slug: slug, lists: lists))
    default: throw Trouble(ReplyText.notUnderstood(line))
    }
  }
}

/// The keys of a row, as digests.
private final class RowDigests {
  private(set) var keys: [(namespace: Namespace, digest: KeyDigest)] = []
  private var rows = RowKeys()
  private var digester = Digester()
  private var text: [UInt8] = []

  /// Reads a row without its LF, as `RowKeys` does.
  func read(_ row: Span<UInt8>) -> Result<Namespace, RowKeys.Rejection> {
    keys.removeAll(keepingCapacity: true)
    return rows.read(row) { namespace, identification, parser in
      text.removeAll(keepingCapacity: true)
      KeyReader.append(identification, by: parser, to: &text)
      keys.append((namespace, digester.key(text.span)))
    }
  }
}
