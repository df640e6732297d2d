// `COMMIT`: makes a load visible.

internal import Index
internal import Platform
internal import Synchronization
internal import WireProtocol

extension CommitRequest: LinesHandler {
  typealias Thread = WriterThread

  func admit(_ held: Holdings) throws(ProtocolError) { _ = try held.openLoad() }

  func change(_ held: Holdings) -> Change? { held.load.map { Change("commit", of: "load \($0.identifier)") } }

  mutating func take(_ line: Span<UInt8>?) {
    if let line { take(ListDescription(line: line)) } else { take(nil as ListDescription?) }
  }

  func answer(on thread: WriterThread, _ held: inout Holdings) throws -> LoadCounts {
    let load = try held.openLoad()
    do {
      let outcome = try commit(load, on: thread)
      held.load = nil
      var counts = LoadCounts(outcome.list, isUnchanged: outcome.isUnchanged)
      if outcome.imagesLeftOut > 0 { counts.suppressed = outcome.imagesLeftOut }
      return counts
    } catch {
      thread.figures.loadFailed()
      throw error
    }
  }

  private func commit(_ load: OpenLoad, on thread: WriterThread) throws -> LoadOutcome {
    guard load.beginCommit() else { throw ProtocolError(.load, "the load has ended") }
    var outcome: LoadOutcome?
    defer {
      // A load whose client has gone is given up here: for good if it is done, else it stays staged.
      if load.endCommit(isDone: outcome != nil) || outcome != nil {
        thread.register.release(load.identifier)
      }
    }
    let done = try load.staged.withLock { staged in
      guard blocks == staged.block else {
        throw ProtocolError(.block, "\(staged.block) blocks have come, not \(blocks ?? 0)")
      }
      // A list without rows would make a dataset that says nothing, or empty the one that it replaces.
      guard staged.accepted > 0 else {
        throw ProtocolError(.load, "no row of the list was accepted; nothing was changed")
      }
      return try thread.writer.commit(
        &staged, sha256: sha256.isEmpty ? staged.manifest.sha256 : sha256, ruleVersion: thread.ruleVersion,
        now: WallClock.seconds, record: records)
    }
    outcome = done
    // What was staged is in the index now; if this fails, it is removed when the daemon starts the next time.
    do {
      try thread.index.dropLoad(named: load.identifier)
    } catch {
      thread.log.failure("removing staged rows", error)
    }
    thread.figures.committed(isUnchanged: done.isUnchanged, leftOut: done.imagesLeftOut)
    thread.log.loaded(load.identifier, done)
    return done
  }

  /// What is recorded for the list that the load was.
  private func records(_ own: ListRecord) -> [ListRecord] {
    guard !lists.isEmpty else { return [own] }
    var records = lists.map { ListRecord($0, rules: own.ruleVersion) }
    // By this the staged rows are known to be superfluous once the load is visible.
    records[records.count - 1].source = own.source
    return records
  }
}

extension ListRecord {
  fileprivate init(_ list: ListDescription, rules: Int) {
    self.init()
    (name, format, sha256) = (list.name, list.format, list.sha256)
    (byteCount, rows, rejected) = (list.byteCount, list.rows, list.rejected)
    (imagesNew, membershipsNew) = (list.images, list.memberships)
    (loadedAt, ruleVersion) = (list.loadedAt, rules)
  }
}
