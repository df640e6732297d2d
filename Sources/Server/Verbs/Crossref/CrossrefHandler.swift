// The verbs that open a cross-reference and fill it (`Crossref`).

internal import Index
internal import WireProtocol

extension CrossrefRequest: ThreadHandler {
  typealias Thread = StagingThread

  func admit(_ held: Holdings) throws(ProtocolError) {
    guard held.crossref == nil else {
      throw ProtocolError(.busy, "this connection has a cross-reference open; TALLY ends it")
    }
  }

  func answer(on thread: StagingThread, _ held: inout Holdings) throws -> Done {
    held.crossref = Crossref(
      thread.index,
      distant: try thread.distant.map { index throws(ProtocolError) in
        DistantCrossref(index: index, state: try index.state())
      }, givesMatches: givesMatches, slot: try thread.crossrefs.take(for: held.owner),
      room: thread.spools.room(for: held.owner), ruleVersion: thread.ruleVersion)
    return Done()
  }
}

extension ItemsRequest: BodyHandler {
  typealias Thread = StagingThread

  func admit(_ held: Holdings) throws(ProtocolError) { _ = try held.openCrossref() }

  func answer(on thread: StagingThread, _ held: inout Holdings) throws -> Reply {
    let crossref = try held.openCrossref()
    do {
      return try crossref.take(body, rows: rows, thread.distantReader)
    } catch {
      // A block that fails is the end of it.
      crossref.drop()
      held.crossref = nil
      throw error
    }
  }
}

extension Holdings {
  func openCrossref() throws(ProtocolError) -> Crossref {
    guard let crossref else {
      if let lapse { throw lapse }
      throw ProtocolError(.load, "no cross-reference is open on this connection; XREF opens one")
    }
    return crossref
  }
}
