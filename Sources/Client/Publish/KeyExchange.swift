// An export of everything, each key of each row taken as it comes.

import Console
import DaemonClient
import Identifiers
import Publishing
import WireProtocol

/// Takes the keys of an index, dataset by dataset.
protocol KeySink: ~Copyable {
  /// Whether integers need digests.
  static var digestsIntegers: Bool { get }
  mutating func begin(dataset slug: String) throws(Trouble)
  mutating func add(_ key: RowKey, isPrimary: Bool) throws(Trouble)
}

struct RowKey {
  let namespace: Namespace
  /// Nil for a text.
  let integer: UInt64?
  let digest: KeyDigest
}

extension KeyGathering: KeySink {
  static var digestsIntegers: Bool { true }

  mutating func add(_ key: RowKey, isPrimary: Bool) throws(Trouble) {
    try add(key.digest, kind: key.namespace.rawValue, isPrimary: isPrimary)
  }
}

/// Asks for all rows, and gathers their keys.
struct KeyExchange<Sink: KeySink & ~Copyable>: Exchange, ~Copyable {
  private var gathering: Sink
  private let row = RowDigests(digestsIntegers: Sink.digestsIntegers)
  private var scanner = StreamScanner()
  private var isAsked = false
  private(set) var isOver = false
  private(set) var datasets: [PublishedDataset] = []
  private var lists: [[Arguments.Field]] = []
  private var slug: String?
  private var rowCount = 0

  init(_ gathering: consuming Sink) { self.gathering = gathering }

  consuming func finish() -> Sink { gathering }

  /// The version of the rules by which the daemon makes keys, which is this program's.
  static func requireRules(_ daemon: inout DaemonLink) throws(Trouble) -> Int {
    let rules = try NamedValues(try daemon.ask(StatsRequest())).count(StatsRequest.Line.rules)
    guard rules == ruleVersion else {
      throw Trouble(
        "the daemon makes keys by version \(rules) of the rules, and this program by \(ruleVersion); update one of them"
      )
    }
    return rules
  }

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
      try gathering.add(key, isPrimary: isPrimary)
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
  private(set) var keys: [RowKey] = []
  private let digestsIntegers: Bool
  private var rows = RowKeys()
  private var digester = Digester()
  private var text: [UInt8] = []

  init(digestsIntegers: Bool) { self.digestsIntegers = digestsIntegers }

  /// Reads a row without its LF, as `RowKeys` does.
  func read(_ row: Span<UInt8>) -> Result<Namespace, RowKeys.Rejection> {
    keys.removeAll(keepingCapacity: true)
    return rows.read(row) { namespace, identification, parser in
      var integer: UInt64?
      if case .integer(_, let value) = identification { integer = value }
      text.removeAll(keepingCapacity: true)
      if integer == nil || digestsIntegers { KeyReader.append(identification, by: parser, to: &text) }
      let digest = text.isEmpty ? KeyDigest(high: 0, low: 0) : digester.key(text.span)
      keys.append(RowKey(namespace: namespace, integer: integer, digest: digest))
    }
  }
}
