// Carries a load through: reads blocks, sends them, hears replies, and after a lost connection goes on over the
// next. What to send when is decided by `IngestSession`, and `DaemonLink` moves the bytes.

package import Console
package import DaemonClient
import Platform
import WireProtocol

/// A load and all that it needs.
package struct IngestRunner<Source: BlockSource>: ~Copyable {
  private var session: IngestSession
  private var source: Source
  private var retained = RetainedBlocks()
  private var rejectLog: RejectLog
  private let console: ProgressConsole
  private let path: String
  private let patience: Duration
  private var assembler = ReplyAssembler()
  private var opening: String?
  private var stop: IngestStop?
  private var retry: Retry
  private var hasBegun = false
  private var outcome: LoadOutcome?

  /// The reason for trying again that was last reported, without its digits.
  private var toldReason = ""

  /// Bytes that may wait for the socket before no more blocks are read.
  private static var pendingBytesMax: Int { 2 << 20 }

  /// A load that is to be carried through.
  ///
  /// - Parameters:
  ///   - patience: how long a lost daemon is waited for.
  ///   - path: the daemon's socket.
  package init(
    _ session: IngestSession, source: Source, rejectLog: consuming RejectLog, console: ProgressConsole,
    path: String, patience: Duration
  ) {
    self.session = session
    self.source = source
    self.rejectLog = rejectLog
    self.console = console
    self.path = path
    self.patience = patience
    retry = Retry(patience: patience)
  }

  /// The first rejected rows, where no file takes them, and how many came for which reason.
  package var rejectsShown: (rows: [RejectedRow], tally: RejectTally) { (rejectLog.shown, rejectLog.tally) }

  /// Runs the load to its end.
  ///
  /// - Throws: when it cannot be finished; the text says what became of what is staged.
  package mutating func run() throws(Trouble) -> LoadOutcome {
    defer { Interruption.fallSilent() }
    while true {
      do throws(IngestStop) {
        return try talk()
      } catch {
        session.disconnected()
        guard case .again(let reason) = error else {
          if case .end(_, dropsLoad: true) = error { try rejectLog.add(session.abandonedRejects()) }
          throw ended(error)
        }
        guard let pause = retry.next() else { throw gaveUp(reason) }
        // A disk that stays full says the same with other figures.
        let kind = reason.filter { !$0.isNumber }
        if retry.isFirst, kind != toldReason {
          console.notice("\(reason); trying again for \(Figures.patience(patience))")
          toldReason = kind
        }
        console.draw()
        MonotonicClock.sleep(pause)
      }
    }
  }

  /// One connection, from its first request to the end of the load or its own.
  private mutating func talk() throws(IngestStop) -> LoadOutcome {
    var daemon = try connect()
    var nowhere = LineOutput(Descriptor.none)
    (assembler, stop) = (ReplyAssembler(), nil)
    opening = session.connected()
    do throws(Trouble) {
      try daemon.run(&self, output: &nowhere)
    } catch {
      throw .again(
        reason: daemon.hasEnded ? "the daemon at \(path) closed the connection" : error.text)
    }
    if let outcome { return outcome }
    if case .end(let trouble, dropsLoad: true)? = stop, session.isOpen {
      let isDropped = daemon.leave(saying: AbortRequest(), patience: max(patience, .seconds(5)))
      if !isDropped { stop = .end(trouble, dropsLoad: false) }
    }
    throw stop ?? .again(reason: "the daemon at \(path) has not answered")
  }

  private func connect() throws(IngestStop) -> DaemonLink {
    // The daemon was there when the list's digests were asked for, so it may be starting again.
    do throws(Trouble) { return try DaemonLink(path: path) } catch { throw .again(reason: error.text) }
  }

  /// The block of this number, read or kept; nil where the list ends before it.
  private mutating func block(_ number: Int) throws(IngestStop) -> ListBlock? {
    if let kept = retained.block(number) { return kept }
    do throws(Trouble) {
      if number <= source.blockCount {
        guard source.isReplayable else {
          throw Trouble(
            "the daemon lost rows that standard input cannot give a second time; put the list into a file")
        }
        console.progress.rows = 0
        try source.restart()
      }
      while let block = try source.next() {
        console.progress.rows += block.lines.count
        console.progress.bytesRead = source.bytesRead
        console.draw()
        if !source.isReplayable { retained.keep(block) }
        if block.number == number { return block }
      }
      return nil
    } catch {
      throw .end(error, dropsLoad: true)
    }
  }

  private func ended(_ stop: IngestStop) -> Trouble {
    guard case .end(let trouble, let dropsLoad) = stop else { return Trouble("the load did not end") }
    guard let load = session.load, !dropsLoad else { return trouble }
    return Trouble("\(trouble.text). \(whatIsStaged(load))")
  }

  private func gaveUp(_ reason: String) -> Trouble {
    let staged = session.load.map { ". " + whatIsStaged($0) } ?? ""
    return Trouble("\(reason); gave up after \(Figures.patience(patience))\(staged)")
  }

  /// What can be done about a load that did not end.
  private func whatIsStaged(_ load: String) -> String {
    let goingOn = source.isReplayable ? "Run the same command again to go on with it, or drop" : "Drop"
    return "The load stays staged; nothing of it is visible. \(goingOn) it with: whichset abort \(load)"
  }
}

extension IngestRunner: Exchange {
  package var isOver: Bool { outcome != nil || stop != nil }

  package mutating func prepare(_ requests: inout Requests, _ output: inout ByteQueue) {
    if let line = opening.take() {
      // What the daemon makes of the request is not known before its reply.
      if !hasBegun {
        Interruption.announce(
          "whichset: interrupted. Nothing of the load is visible; whichset loads lists what is staged\n",
          clearing: console.clearing)
      }
      requests.add(line)
    }
    guard !isOver else { return }
    do throws(IngestStop) {
      try sendBlocks(&requests)
      guard let commit = try session.commit() else { return }
      requests.add(commit)
      Interruption.announce(
        "whichset: interrupted. The daemon goes on to make the load visible; whichset datasets tells when it has\n",
        clearing: console.clearing)
      console.progress.isMerging = true
      console.draw(isUrgent: true)
    } catch {
      stop = error
    }
  }

  package mutating func receive(
    _ line: Span<UInt8>, _ requests: inout Requests, _ output: inout ByteQueue
  ) {
    do throws(IngestStop) {
      guard let reply = try take(line) else { return }
      for event in try session.take(reply) { try handle(event) }
    } catch {
      stop = error
    }
  }

  private mutating func take(_ line: Span<UInt8>) throws(IngestStop) -> Reply? {
    do throws(Trouble) {
      return try assembler.take(line)
    } catch {
      throw .end(error, dropsLoad: false)
    }
  }

  private mutating func sendBlocks(_ requests: inout Requests) throws(IngestStop) {
    while session.wantsBlock, requests.bytes.count < Self.pendingBytesMax {
      guard let block = try block(session.nextBlock) else {
        session.listEnded(blocks: source.blockCount, sha256: source.digest)
        return
      }
      requests.add(session.sending(block))
      requests.bytes.storage.append(contentsOf: block.bytes)
    }
  }

  private mutating func handle(_ event: IngestSession.Event) throws(IngestStop) {
    do throws(Trouble) {
      switch event {
      case .opened(let load, let block, let rows):
        console.progress.isMerging = false
        retained.drop(upTo: block)
        // Rows that this run sent itself are not reported.
        if block > 0, !hasBegun {
          console.notice("going on behind row \(Figures.grouped(rows)), which is staged already")
        }
        if !hasBegun { try rejectLog.begin(isResumed: block > 0) }
        hasBegun = true
        Interruption.announce(
          "whichset: interrupted. \(whatIsStaged(load))\n", clearing: console.clearing)
      case .durable(let block):
        // A block was taken: the next loss is a new one. That a load could be opened again says little.
        retry.succeeded()
        retained.drop(upTo: block)
      case .rejected(let rows): try rejectLog.add(rows)
      case .finished(let outcome): self.outcome = outcome
      }
    } catch {
      throw .end(error, dropsLoad: true)
    }
  }
}
