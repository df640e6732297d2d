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
  private let crossrefs = StreamCount(max: ProtocolLimits.crossrefsMax, of: "cross-references")
  private let ruleVersion: Int
  private let readers: BlockReaders
  private let figures: WorkFigures

  /// How long rows stay in memory only, at most, while more are coming.
  private static let undurable = Duration.seconds(5)

  init(
    index: Index, register: LoadRegister, streams: StreamCount, log: DaemonLog,
    ruleVersion: Int = Identifiers.ruleVersion, figures: WorkFigures = WorkFigures()
  ) {
    self.figures = figures
    self.index = index
    self.streams = streams
    self.ruleVersion = ruleVersion
    self.register = register
    self.log = log
    readers = BlockReaders(
      secret: index.snapshot.secret, lanes: index.limits.stagingLanes, ruleVersion: ruleVersion)
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
      case .openCrossref(let givesMatches):
        var result = JobResult("OK")
        result.crossref = Crossref(
          index, givesMatches: givesMatches, permit: try crossrefs.permit(), ruleVersion: ruleVersion)
        return result
      case .crossrefItems(let crossref, let rows, let body):
        return take(body, rows: rows, into: crossref)
      case .tally(let crossref):
        return advance(ReplyStream(try CrossrefSource(crossref), permit: try crossref.takePermit()))
      case .dropCrossref(let crossref):
        crossref.drop()
        return JobResult(reply: [])
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

  /// Takes a block of a cross-reference; one that fails is the end of it.
  private func take(_ body: [UInt8], rows: Int, into crossref: Crossref) -> JobResult {
    do {
      return JobResult(reply: try crossref.take(body, rows: rows))
    } catch {
      crossref.drop()
      var result = failed(error)
      result.closesCrossref = true
      return result
    }
  }

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
        body.span.count(of: UInt8(ascii: "\n")) == count
      else { throw ProtocolError(.body, "the body does not hold \(count) whole rows") }
      let loads = register.count
      if staged.isRoomCheckDue() { try index.checkRoom(toMerge: staged) }
      try staged.makeRoom(for: body.count, loads: loads)
      let rejections = readers.read(body, into: &staged.lanes)
      staged.endBlock(accepted: count - rejections.count, rejected: rejections.count)
      figures.rows(accepted: count - rejections.count, rejected: rejections.count)
      if staged.isMemoryFull(loads: loads) || .now - staged.lastDurable > Self.undurable {
        makeDurable(load, &staged)
      }
      load.note(staged.summary)
      var result = JobResult("OK \(rejections.count) block=\(block) durable=\(staged.durableBlock)")
      for (row, rejection) in rejections {
        result.reply.append(contentsOf: "\(row)\t".utf8)
        Escapes.append(rejection.code, to: &result.reply, keepingSpaces: true)
        result.reply.append(UInt8(ascii: "\t"))
        Escapes.append(rejection.text, to: &result.reply, keepingSpaces: true)
        result.reply.append(UInt8(ascii: "\n"))
      }
      return result
    }
  }

  /// Writes the rows in memory to a run. If that fails they stay where they are: the block has been taken, and the
  /// next one is refused before its rows are.
  private func makeDurable(_ load: OpenLoad, _ staged: inout StagedLoad) {
    do {
      readers.sort(&staged.lanes)
      try staged.spill()
    } catch {
      log.failure("staging", error)
    }
  }

  private func drop(_ load: OpenLoad) throws -> JobResult {
    _ = load.abandon()
    try index.dropLoad(named: load.identifier)
    register.release(load.identifier)
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
    return JobResult("OK")
  }

  /// The figures of a list in a reply.
  static func figures(of list: ListRecord) -> String {
    "rows=\(list.rows + list.rejected) accepted=\(list.rows) rejected=\(list.rejected) "
      + "images=\(list.imagesNew) memberships=\(list.membershipsNew)"
  }
}
