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

  package func run(_ daemon: consuming DaemonLink) throws(Trouble) -> (
    outcome: PublicationOutcome, skipped: Int
  ) {
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
    let (datasets, skipped) = (exchange.datasets, exchange.skipped)
    let outcome = try writer.write(
      exchange.finish(), datasets: datasets, rules: rules, now: WallClock.seconds,
      name: { Namespace(rawValue: $0)?.name ?? "" },
      sign: { path throws(Trouble) in try Signature.sign(path, with: key) })
    return (outcome, skipped)
  }
}

/// Asks for all rows, and gathers their keys.
private struct KeyExchange: Exchange, ~Copyable {
  private var gathering: KeyGathering
  private var rows = RowKeys(keepsKeys: true)
  private var digester = Digester()
  private var scanner = StreamScanner()
  private var isAsked = false
  private(set) var isOver = false
  private(set) var datasets: [PublishedDataset] = []
  private var lists: [[Arguments.Field]] = []
  private var slug: String?
  private var rowCount = 0
  /// Rows that the present rules refuse.
  private(set) var skipped = 0

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
    guard case .success(let best) = rows.read(line) else {
      skipped += 1
      return
    }
    let texts = rows.texts
    var hasPrimary = best.imageRank == nil
    for key in rows.keys {
      let isPrimary = !hasPrimary && key.namespace == best
      hasPrimary = hasPrimary || isPrimary
      let digest = digester.key(texts.span.extracting(key.text))
      try gathering.add(digest, kind: key.namespace.rawValue, isPrimary: isPrimary)
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
