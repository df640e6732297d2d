// Carries a load through: reads blocks, sends them, hears replies, and after a lost connection goes on over the
// next. What to send when is decided by `IngestSession`; this file moves the bytes.

import Glibc
import WireProtocol

/// A load and all that it needs.
package struct IngestRunner<Source: BlockSource>: ~Copyable {
  private var session: IngestSession
  private var source: Source
  private var retained = RetainedBlocks()
  private var rejectLog: RejectLog
  private let console: IngestConsole
  private let path: String
  private let patience: Duration
  private var sentBytes = ByteQueue()
  private var hasConnected = false
  private var hasBegun = false
  private var outcome: LoadOutcome?

  /// Bytes that may wait for the socket before no more blocks are read.
  private static var pendingBytesMax: Int { 2 << 20 }

  /// A load that is to be carried through.
  ///
  /// - Parameters:
  ///   - patience: how long a lost daemon is waited for.
  ///   - path: the daemon's socket.
  package init(
    _ session: IngestSession, source: Source, rejectLog: consuming RejectLog, console: IngestConsole,
    path: String, patience: Duration
  ) {
    self.session = session
    self.source = source
    self.rejectLog = rejectLog
    self.console = console
    self.path = path
    self.patience = patience
  }

  /// The first rejected rows, where no file takes them, and how many came for which reason.
  package var rejectsShown: (rows: [RejectedRow], tally: RejectTally) { (rejectLog.shown, rejectLog.tally) }

  /// Runs the load to its end.
  ///
  /// - Throws: when it cannot be finished; the text says what became of what is staged.
  package mutating func run() throws(Trouble) -> LoadOutcome {
    var retry = Retry(patience: patience)
    defer { Interruption.fallSilent() }
    while true {
      do throws(IngestStop) {
        return try talk(&retry)
      } catch {
        session.disconnected()
        sentBytes.removeAll()
        guard case .again(let reason) = error else {
          if case .end(_, dropsLoad: true) = error { try rejectLog.add(session.abandonedRejects()) }
          throw ended(error)
        }
        guard let pause = retry.next() else { throw gaveUp(reason) }
        if retry.isFirst { console.notice("\(reason); trying again for \(Figures.patience(patience))") }
        console.draw()
        Poll.sleep(pause)
      }
    }
  }

  /// One connection, from its first request to the end of the load or its own.
  private mutating func talk(_ retry: inout Retry) throws(IngestStop) -> LoadOutcome {
    var link = try connect()
    var assembler = ReplyAssembler()
    request(session.connected())
    while true {
      do throws(IngestStop) {
        try sendBlocks()
        if let commit = try session.commit() {
          request(commit)
          Interruption.announce(
            "\(console.clearing)whichset: interrupted. The daemon goes on to make the load visible; whichset datasets "
              + "tells when it has\n")
          console.progress.isMerging = true
          console.draw(isUrgent: true)
        }
        try exchange(&link, &assembler, &retry)
      } catch {
        if case .end(_, dropsLoad: true) = error, session.isOpen { abort(&link) }
        throw error
      }
      if let outcome { return outcome }
      guard !link.hasEnded else { throw .again(reason: "the daemon at \(path) closed the connection") }
    }
  }

  private mutating func connect() throws(IngestStop) -> DaemonLink {
    do throws(Trouble) {
      let link = try DaemonLink(path: path)
      hasConnected = true
      return link
    } catch {
      // A daemon that was never there is not waited for.
      throw hasConnected ? .again(reason: error.text) : .end(error, dropsLoad: false)
    }
  }

  private mutating func sendBlocks() throws(IngestStop) {
    while session.wantsBlock, sentBytes.count < Self.pendingBytesMax {
      guard let block = try block(session.nextBlock) else {
        session.listEnded(blocks: source.blockCount, sha256: source.digest)
        return
      }
      request(session.sending(block))
      sentBytes.storage.append(contentsOf: block.bytes)
    }
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

  private mutating func exchange(
    _ link: inout DaemonLink, _ assembler: inout ReplyAssembler, _ retry: inout Retry
  ) throws(IngestStop) {
    var entries = [Poll.entry(link.raw, link.events(sentBytes))]
    _ = Poll.wait(&entries, milliseconds: -1)
    if Poll.isWritable(entries[0]) { link.send(&sentBytes) }
    guard Poll.isReadable(entries[0]) else { return }
    do throws(Trouble) {
      try link.receive()
    } catch {
      throw .again(reason: error.text)
    }
    while outcome == nil, let reply = try nextReply(&link, &assembler) {
      for event in try session.take(reply) { try handle(event, &retry) }
    }
  }

  private func nextReply(
    _ link: inout DaemonLink, _ assembler: inout ReplyAssembler
  ) throws(IngestStop) -> Reply? {
    do throws(Trouble) {
      return try assembler.take(from: &link.replies)
    } catch {
      throw .end(error, dropsLoad: false)
    }
  }

  private mutating func handle(_ event: IngestSession.Event, _ retry: inout Retry) throws(IngestStop) {
    do throws(Trouble) {
      switch event {
      case .opened(let load, let block, let rows):
        console.progress.isMerging = false
        retained.drop(upTo: block)
        if block > 0 {
          console.notice("going on behind row \(Figures.grouped(rows)), which is staged already")
        }
        if !hasBegun { try rejectLog.begin(isResumed: block > 0) }
        hasBegun = true
        Interruption.announce("\(console.clearing)whichset: interrupted. \(whatIsStaged(load))\n")
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

  private mutating func request(_ line: String) { sentBytes.storage.append(line + "\n") }

  /// Drops what is staged: the daemon reads what was sent before, then this. Where it does not answer soon, the
  /// load stays staged, and is as invisible as it would be otherwise.
  private mutating func abort(_ link: inout DaemonLink) {
    request(Verb.abort.rawValue)
    let deadline = ContinuousClock.now + .seconds(5)
    while !link.hasEnded, !sentBytes.isEmpty, ContinuousClock.now < deadline {
      var entries = [Poll.entry(link.raw, link.events(sentBytes))]
      _ = Poll.wait(&entries, milliseconds: 1_000)
      if Poll.isWritable(entries[0]) { link.send(&sentBytes) }
      // Replies to earlier blocks no longer matter; they are read so that the daemon can go on. Where the connection
      // fails, the load stays staged.
      if Poll.isReadable(entries[0]), (try? link.receive()) == nil { return }
      while link.replies.next() != nil {}
    }
    link.finish(until: deadline)
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
