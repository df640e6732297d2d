// The jobs of the query thread: answers that take longer than a reactor may be held up. They see one snapshot.

internal import Identifiers
internal import Index
internal import Synchronization
internal import WireProtocol

/// Answers slow queries. It stays on one thread.
final class QueryWorker {
  private let index: Index
  private let register: LoadRegister
  private let log: DaemonLog
  private let ruleVersion: Int
  private let streams: StreamCount
  private let reloading: Reloading?
  private var keys: KeyMaker
  /// Of the snapshot that an account was last asked of.
  private var ties: AccountTies?

  init(
    index: Index, register: LoadRegister, streams: StreamCount, log: DaemonLog, reloading: Reloading? = nil,
    ruleVersion: Int = Identifiers.ruleVersion
  ) {
    self.reloading = reloading
    self.index = index
    self.streams = streams
    self.ruleVersion = ruleVersion
    keys = KeyMaker(ruleVersion: ruleVersion)
    self.register = register
    self.log = log
  }

  func run(_ job: Job) -> JobResult {
    do {
      switch job {
      case .get(let identifier): return try get(identifier)
      case .overlap(let namespace): return overlap(namespace)
      case .listImages(let request):
        let source = try ImageListSource(request, in: index.snapshot, ruleVersion: ruleVersion)
        return advance(ReplyStream(source, permit: try streams.permit()))
      case .account(let request, let crossref):
        return advance(ReplyStream(try account(request, crossref), permit: try streams.permit()))
      case .listLoads: return try listLoads()
      case .export(let slugs):
        let source = try ExportSource(index.snapshot, slugs: slugs, ruleVersion: ruleVersion)
        return advance(ReplyStream(source, permit: try streams.permit()))
      case .digest:
        let source = DigestSource(index.snapshot, ruleVersion: ruleVersion)
        return advance(ReplyStream(source, permit: try streams.permit()))
      case .stats(let figures):
        return JobResult(index.snapshot, figures.figures, ruleVersion: ruleVersion)
      case .measure(let figures):
        figures.measure()
        return JobResult(reply: [])
      case .metrics(let figures):
        let lines = figures.metrics()
        return JobResult(reply: Array("OK \(lines.count)\n\(lines.joined(separator: "\n"))\n".utf8))
      case .reload: return JobResult(reloading: reloading)
      case .advance(let stream): return advance(stream)
      case .cancel(let stream):
        stream.cancel()
        return JobResult(reply: [])
      default: preconditionFailure("a job of another thread")
      }
    } catch {
      return failed(error)
    }
  }

  private func advance(_ stream: ReplyStream) -> JobResult { stream.step { failed($0) } }

  private func failed(_ error: any Error) -> JobResult { JobResult(failure: error, during: "querying", log) }

  // MARK: - ACCOUNT

  private func account(_ request: AccountRequest, _ crossref: Crossref?) throws -> AccountSource {
    let snapshot = crossref?.snapshot ?? index.snapshot
    let identification = keys.parser.parse(request.identifier.span)
    if let error = ProtocolError(identification) { throw error }
    guard case .text(let namespace) = identification, namespace.namesAccount else {
      throw ProtocolError(
        .identifier, "it names no account: give nsid:, flickr-user: or the URL of an account")
    }
    let name = AccountName(namespace, keys.parser.text.copied)
    if ties?.version != snapshot.version { ties = AccountTies(snapshot) }
    let counted = try crossref.map { ($0, label: try $0.labels.number(of: request.label.span)) }
    return AccountSource(
      name, in: snapshot, ties: ties!, spool: index.keySpool(), crossref: counted,
      listsImages: request.listsImages, ruleVersion: ruleVersion)
  }

  // MARK: - GET

  private func get(_ identifier: [UInt8]) throws -> JobResult {
    let snapshot = index.snapshot
    let identification = keys.parser.parse(identifier.span)
    if let error = ProtocolError(identification) { return JobResult(error) }
    guard let key = keys.key(identification, secret: snapshot.secret) else { return .miss }
    var keyText: [UInt8] = []
    keys.appendText(identification, to: &keyText)
    let tokens = try snapshot.tokens(of: key.key, space: key.namespace.rawValue)
    guard !tokens.isEmpty else { return .miss }

    func bareLine(_ dataset: Int) -> GetLine {
      GetLine(slug: slug(dataset, snapshot), key: keyText, form: keyText, fields: [])
    }
    var found: [GetLine] = []
    var keyRows = KeyRows()
    let limit = ProtocolLimits.getLinesMax + 1
    let entries = try snapshot.listings(of: key.key, space: key.namespace.rawValue, limit: limit)
    // Entries come by dataset: of those from here on, not all is known.
    var firstCutOff = entries.count < limit ? Int.max : entries[limit - 1].dataset
    for entry in entries {
      guard found.count < limit else {
        firstCutOff = entry.dataset
        break
      }
      keyRows.note(entry.payload[...], of: entry.dataset)
      if entry.payload.isEmpty {
        found.append(bareLine(entry.dataset))
      } else if let primary = ListingLink.primary(of: entry.payload) {
        found += try linked(primary, from: key, keyText, dataset: entry.dataset, in: snapshot)
      } else if let line = line(entry.payload, key, keyText, dataset: entry.dataset, in: snapshot) {
        found.append(line)
      }
    }
    for token in tokens where token.dataset < firstCutOff && keyRows.hasUnlistedRow(token) {
      found.append(bareLine(token.dataset))
    }
    return reply(found)
  }

  /// One line of the reply.
  private struct GetLine {
    let slug: String
    let key: [UInt8]
    let form: [UInt8]
    let fields: [Listing.Field]
  }

  private func slug(_ dataset: Int, _ snapshot: Snapshot) -> String { snapshot.datasets[dataset]?.slug ?? "" }

  private func line(
    _ payload: [UInt8], _ key: NamespacedKey, _ keyText: [UInt8]?, dataset: Int, in snapshot: Snapshot
  ) -> GetLine? {
    guard let listing = Listing(payload, id: Self.id(of: key)) else { return nil }
    return GetLine(
      slug: slug(dataset, snapshot), key: keyText ?? text(of: key, listing), form: listing.form,
      fields: listing.fields)
  }

  /// The lines of a primary key that name `key` among their further keys.
  private func linked(
    _ primary: NamespacedKey, from key: NamespacedKey, _ keyText: [UInt8], dataset: Int, in snapshot: Snapshot
  ) throws -> [GetLine] {
    let value = Array(keyText.drop { $0 != UInt8(ascii: ":") }.dropFirst())
    let entries = try snapshot.listings(
      of: primary.key, space: primary.namespace.rawValue, limit: ProtocolLimits.getLinesMax)
    return entries.filter { $0.dataset == dataset }.compactMap { entry in
      guard let line = line(entry.payload, primary, nil, dataset: dataset, in: snapshot),
        line.fields.contains(Listing.Field(namespace: key.namespace, value: value))
      else { return nil }
      return line
    }
  }

  /// The text of a primary key, which its listing gives where the key itself does not.
  private func text(of key: NamespacedKey, _ listing: Listing) -> [UInt8] {
    var text: [UInt8] = []
    if key.namespace.isInteger {
      KeyText.append(key.namespace, integer: key.key.integerValue, to: &text)
    } else if listing.canonical.isEmpty {
      keys.appendText(keys.parser.parse(listing.form.span), to: &text)
    } else {
      KeyText.append(key.namespace, to: &text)
      text += listing.canonical
    }
    return text
  }

  private static func id(of key: NamespacedKey) -> [UInt8] {
    guard key.namespace.isInteger else { return [] }
    var id: [UInt8] = []
    NamespaceValue.append(key.key.integerValue, of: key.namespace, to: &id)
    return id
  }

  private func reply(_ found: [GetLine]) -> JobResult {
    let lines = found.sorted { ($0.slug, $0.key.count) < ($1.slug, $1.key.count) }.prefix(
      ProtocolLimits.getLinesMax)
    let isTruncated = found.count > lines.count
    var result = JobResult("OK \(lines.count)\(isTruncated ? " truncated=1" : "")")
    for line in lines {
      result.reply += Array(line.slug.utf8)
      for column in [line.key, line.form] {
        result.reply.append(UInt8(ascii: "\t"))
        Escapes.append(column.span, to: &result.reply, keepingSpaces: true)
      }
      for field in line.fields {
        result.reply += Array("\t\(field.namespace.name)=".utf8)
        Escapes.append(field.value.span, to: &result.reply, keepingSpaces: true)
      }
      result.reply.append(UInt8(ascii: "\n"))
    }
    return result
  }

  // MARK: - OVERLAP and LOADS

  /// Sums over the sets of datasets; no key is read.
  private func overlap(_ namespace: Namespace?) -> JobResult {
    let snapshot = index.snapshot
    var shared: [[Int]: Int] = [:]
    snapshot.forEachDatasetSet { space, tokens, keys in
      guard !space.namesAccounts, tokens.count > 1, namespace == nil || space.id == namespace?.rawValue else {
        return
      }
      for first in tokens.indices {
        for second in tokens.indices
        where second > first && (tokens[first].isPrimary || tokens[second].isPrimary) {
          shared[[tokens[first].dataset, tokens[second].dataset], default: 0] += keys
        }
      }
    }
    let lines = shared.map { pair, keys in
      (pair.map { slug($0, snapshot) }.sorted(), keys)
    }.sorted { $0.0.lexicographicallyPrecedes($1.0) }
    var result = JobResult("OK \(lines.count)")
    for (slugs, keys) in lines { result.reply += Array("\(slugs[0])\t\(slugs[1])\t\(keys)\n".utf8) }
    return result
  }

  private func listLoads() throws -> JobResult {
    var lines: [String] = []
    let open = Dictionary(uniqueKeysWithValues: register.loads.map { ($0.identifier, $0) })
    for name in try index.stagedLoadNames() {
      if let load = open[name] {
        // A load that is being committed is locked for as long as the merge takes.
        let line = load.staged.withLockIfAvailable { Self.describe($0.summary, state: "open") }
        let state = load.isCommitting ? "committing" : "open"
        lines.append(
          line ?? load.lastSummary.map { Self.describe($0, state: state) }
            ?? "\(name)\t-\t-\t-\t-\t-\t-\t\(state)")
      } else if register.isOpen(name) {
        // It is being opened.
        lines.append("\(name)\t-\t-\t-\t-\t-\t-\topen")
      } else if let load = try index.peekLoad(named: name) {
        lines.append(Self.describe(load, state: "idle"))
      }
    }
    var result = JobResult("OK \(lines.count)")
    for line in lines { result.reply += Array((line + "\n").utf8) }
    return result
  }

  private static func describe(_ load: LoadSummary, state: String) -> String {
    [
      load.manifest.identifier, load.manifest.mode.rawValue, "\(load.block)", "\(load.rows)",
      "\(load.accepted)", "\(load.rejected)", "\(load.stagedBytes)", state,
    ].joined(separator: "\t")
  }
}
