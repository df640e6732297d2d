// The jobs of the staging thread: opening loads, taking their rows in, dropping them.

internal import Identifiers
internal import Index
internal import Synchronization
internal import WireProtocol

/// Stages loads. It stays on one thread.
final class StagingWorker {
  private let index: Index
  private let register: LoadRegister
  private let log: DaemonLog
  private let streams: StreamCount
  private let ruleVersion: Int
  private var rows: RowReader
  private var ends: [ObjectIdentifier: ContinuousClock.Instant] = [:]

  /// How long rows stay in memory only, at most, while more are coming.
  private static let undurable = Duration.seconds(5)

  init(
    index: Index, register: LoadRegister, streams: StreamCount, log: DaemonLog,
    ruleVersion: Int = Identifiers.ruleVersion
  ) {
    self.index = index
    self.streams = streams
    self.ruleVersion = ruleVersion
    self.register = register
    self.log = log
    rows = RowReader(secret: index.snapshot.secret, ruleVersion: ruleVersion)
  }

  func run(_ job: Job) -> JobResult {
    do {
      switch job {
      case .openLoad(let manifest): return try open(manifest)
      case .stageRows(let load, let block, let rows, let body):
        return try stage(load, block: block, rows: rows, body: body)
      case .abort(let load): return try drop(load)
      case .abortStaged(let name): return try dropStaged(name)
      case .detach(let load): return detach(load)
      case .refuse(let error): return JobResult(error)
      case .reindex(let slug):
        let source = try ReindexSource(
          index, register: register, slug: slug, ruleVersion: ruleVersion, log: log)
        return advance(ReplyStream(source, permit: try streams.permit()))
      case .advance(let stream): return advance(stream)
      case .cancel(let stream):
        stream.cancel()
        return JobResult(reply: [])
      case .listLoads, .get, .overlap, .commit, .remove, .describe, .export, .digest:
        preconditionFailure("a job of another thread")
      }
    } catch {
      return failed(error)
    }
  }

  private func advance(_ stream: ReplyStream) -> JobResult { stream.step { failed($0) } }

  private func failed(_ error: any Error) -> JobResult { JobResult(failure: error, during: "staging", log) }

  private func open(_ manifest: LoadManifest) throws -> JobResult {
    let dataset = index.snapshot.dataset(manifest.slug)
    if let list = IndexWriter.unchangedList(of: dataset, sha256: manifest.sha256, mode: manifest.mode) {
      if !register.isOpen(manifest.identifier) { try index.dropLoad(named: manifest.identifier) }
      return JobResult("OK unchanged=1 \(Self.figures(of: list))")
    }
    if manifest.mode == .create, dataset?.lists.isEmpty == false {
      throw IndexError.hasList(manifest.slug)
    }
    try register.claim(manifest.identifier)
    do {
      var staged = try index.openLoad(manifest)
      if !staged.manifest.isResumable(as: manifest) {
        // Of the same name, but not the same list, or to be treated otherwise: it starts anew.
        try staged.remove()
        staged = try index.openLoad(manifest)
      }
      let reply =
        "OK load=\(manifest.identifier) block=\(staged.block) rows=\(staged.rows) "
        + "accepted=\(staged.accepted) rejected=\(staged.rejected)"
      let load = OpenLoad(identifier: manifest.identifier, staged: staged)
      register.register(load)
      ends[ObjectIdentifier(load)] = .now
      var result = JobResult(reply)
      result.opened = load
      return result
    } catch {
      register.release(manifest.identifier)
      throw error
    }
  }

  private func stage(_ load: OpenLoad, block: Int, rows count: Int, body: [UInt8]) throws -> JobResult {
    try load.staged.withLock { staged in
      guard block == staged.block + 1 else {
        throw ProtocolError(.block, "block \(staged.block + 1) is next")
      }
      guard body.last == UInt8(ascii: "\n") || body.isEmpty,
        body.count(where: { $0 == UInt8(ascii: "\n") }) == count
      else { throw ProtocolError(.body, "the body does not hold \(count) whole rows") }
      try staged.makeRoom(for: body.count)
      var rejections: [UInt8] = []
      var rejected = 0
      var start = 0
      var row = 0
      while start < body.count {
        // The last byte is an LF.
        let end = Newline.find(in: body.span, from: start)!
        row += 1
        if let rejection = rows.read(body.span.extracting(start..<end), into: &staged) {
          rejected += 1
          rejections.append(contentsOf: "\(row)\t".utf8)
          Escapes.append(rejection.code, to: &rejections, keepingSpaces: true)
          rejections.append(UInt8(ascii: "\t"))
          Escapes.append(rejection.text, to: &rejections, keepingSpaces: true)
          rejections.append(UInt8(ascii: "\n"))
        }
        start = end + 1
      }
      staged.endBlock(accepted: count - rejected, rejected: rejected)
      if staged.isMemoryFull || .now - (ends[ObjectIdentifier(load)] ?? .now) > Self.undurable {
        makeDurable(load, &staged)
      }
      var result = JobResult("OK \(rejected) block=\(block) durable=\(staged.durableBlock)")
      result.reply += rejections
      return result
    }
  }

  /// Writes the rows in memory to a run. If that fails they stay where they are: the block has been taken, and the
  /// next one is refused before its rows are.
  private func makeDurable(_ load: OpenLoad, _ staged: inout StagedLoad) {
    do {
      try staged.spill()
      ends[ObjectIdentifier(load)] = .now
    } catch {
      log.failure("staging", error)
    }
  }

  private func drop(_ load: OpenLoad) throws -> JobResult {
    _ = load.abandon()
    try index.dropLoad(named: load.identifier)
    forget(load)
    var result = JobResult("OK")
    result.closesLoad = true
    return result
  }

  private func dropStaged(_ name: String) throws -> JobResult {
    guard !register.isOpen(name) else {
      throw ProtocolError(.busy, "this load is open on another connection")
    }
    guard try index.stagedLoadNames().contains(name) else {
      throw ProtocolError(.load, "no such load; LOADS lists them")
    }
    try index.dropLoad(named: name)
    return JobResult("OK")
  }

  private func detach(_ load: OpenLoad) -> JobResult {
    // A load that is being committed stays the writer's; one that has ended is nobody's.
    if load.abandon() {
      load.staged.withLock { makeDurable(load, &$0) }
      register.release(load.identifier)
    }
    ends[ObjectIdentifier(load)] = nil
    return JobResult("OK")
  }

  private func forget(_ load: OpenLoad) {
    register.release(load.identifier)
    ends[ObjectIdentifier(load)] = nil
  }

  /// The figures of a list in a reply.
  static func figures(of list: ListRecord) -> String {
    "rows=\(list.rows + list.rejected) accepted=\(list.rows) rejected=\(list.rejected) "
      + "images=\(list.imagesNew) memberships=\(list.membershipsNew)"
  }
}
