// The daemon as a whole: opens the index, starts its threads, accepts connections, and stops in order. The main
// thread accepts, waits for signals and looks whether the others get on.

internal import CLinux
internal import Glibc
internal import Index
internal import IndexKeys
internal import Synchronization
internal import Platform
internal import WireProtocol

package enum DaemonEnd: Sendable {
  case stopped
  /// The index's file was replaced: it is to be restarted (`ProcessRestart`).
  case restarts
}

/// Why a gateway cannot start with these settings.
package struct GatewayRefusal: Error, CustomStringConvertible {
  package let text: String
  package var description: String { text }
}

package struct Daemon {
  private let options: DaemonOptions
  private let log: DaemonLog

  /// A daemon that is not running yet.
  package init(_ options: DaemonOptions, log: DaemonLog) {
    self.options = options
    self.log = log
  }

  /// Runs until SIGTERM or SIGINT has stopped it, or the index's file was replaced.
  ///
  /// Throws `IndexError` or `SystemFailure` where it cannot start.
  package func run() throws -> DaemonEnd {
    let signals = try Self.signalDescriptor()
    makeRoom(forConnections: options.connectionsMax)
    try Self.refuseStagingFolder(options.dataPath)
    let index = try open()
    if options.distant != nil, !index.snapshot.datasets.isEmpty {
      throw GatewayRefusal(
        text:
          "the index in \(options.dataPath) has \(index.snapshot.datasets.count) datasets, which a gateway would not show; give it a folder of its own with --data"
      )
    }
    options.opened()
    if !index.unexplained.isEmpty {
      log.warning(
        "kept, though in nobody's use: \(index.unexplained.joined(separator: ", ")); whichset compact leaves them out"
      )
    }
    if !index.strays.isEmpty {
      log.warning(
        "left alone, since no load is called or made so: \(index.strays.joined(separator: ", ")) in the folder staging"
      )
    }
    let listeners = try listen()
    defer { for listener in listeners { listener.shut() } }
    let live = LiveValues(
      connectionsMax: options.connectionsMax, stopSeconds: options.stopSeconds,
      stagedDays: options.stagedDays, eraseWithinSeconds: options.eraseWithinSeconds,
      userSharePercent: options.userSharePercent, userSpoolBytes: options.userSpoolBytes)
    let slow = SlowLog(log, milliseconds: options.slowLogMilliseconds)
    let services = try Services(
      index: index, programVersion: options.programVersion, log: log,
      reactors: Reactors(count: reactorCount, plan: options.plan(reactorCount)), live: live,
      reloading: reloading(live, index, slow), ruleVersion: options.ruleVersion, slow: slow,
      canStart: options.canStart, distant: options.distant)
    let threads = try DaemonThreads(services, options, log)
    let counts = index.snapshot.counts
    let outdated = index.snapshot.datasets(before: options.ruleVersion)
    if !outdated.isEmpty {
      log.rulesOutdated(outdated, version: options.ruleVersion)
    }
    log.started(
      socket: placesOfSockets, images: counts.images, datasets: index.snapshot.datasets.count,
      reactors: services.reactors.mailboxes.count)
    options.notifier?.ready(Self.status(of: services))
    accept(listeners, signals: signals.raw, services)
    if services.upkeep.wantsRestart {
      // To stop is the end for a supervisor, and this is not the end.
      options.notifier?.reloading()
    } else {
      options.notifier?.stopping()
    }
    log.stopping()
    stop(services, threads)
    log.stopped()
    return services.upkeep.wantsRestart ? .restarts : .stopped
  }

  private func reloading(_ live: LiveValues, _ index: Index, _ slow: SlowLog) -> Reloading? {
    let log = log
    return options.reload.map { read in
      Reloading(read: read, notifier: options.notifier, log: log) { options in
        live.connectionsMax.store(options.connectionsMax, ordering: .relaxed)
        live.stopSeconds.store(options.stopSeconds, ordering: .relaxed)
        live.stagedDays.store(options.stagedDays, ordering: .relaxed)
        live.eraseWithinSeconds.store(options.eraseWithinSeconds, ordering: .relaxed)
        live.userShare.percent.store(options.userSharePercent, ordering: .relaxed)
        live.userSpoolBytes.store(options.userSpoolBytes, ordering: .relaxed)
        makeRoom(forConnections: options.connectionsMax)
        index.change(
          diskReserveBytes: options.diskReserveBytes, stagingMemoryBytes: options.stagingMemoryBytes)
        slow.set(milliseconds: options.slowLogMilliseconds)
        log.setLevel(options.logLevel)
      }
    }
  }

  private func makeRoom(forConnections count: Int) {
    guard let limit = DescriptorLimit.makeRoom(forConnections: count) else { return }
    log.warning(
      "the system allows \(limit) open files, too few for \(count) connections; raise LimitNOFILE= of the unit, or ulimit -n"
    )
  }

  /// All sockets, or none where one of them cannot be used.
  private func listen() throws(SystemFailure) -> [Listener] {
    var listeners = options.inherited.map { Listener($0) }
    do throws(SystemFailure) {
      for entrance in options.entrances { listeners.append(try Listener(entrance, backlog: 1_024)) }
    } catch {
      for listener in listeners { listener.shut() }
      throw error
    }
    return listeners
  }

  private var placesOfSockets: String {
    let own = options.entrances.map { "\($0.path) (\($0.role.rawValue))" }
    return (options.inherited.map { "inherited (\($0.role.rawValue))" } + own).joined(separator: ", ")
  }

  private var reactorCount: Int {
    options.threads > 0 ? options.threads : max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
  }

  private func open() throws -> Index {
    let notice = try options.notifier.map { try OpeningNotice($0) }
    defer { notice?.end() }
    let index = try Index(
      path: options.dataPath, spaces: KeySpace.all, limits: options.limits, program: options.programVersion,
      texts: ListedTexts.init(secret:))
    if let outcome = try index.applySuppressions() { log.erased(outcome) }
    return index
  }

  /// An index has a folder of this name for its loads, and removes from it what is none.
  private static func refuseStagingFolder(_ path: String) throws(SystemFailure) {
    let parts = path.split(separator: "/")
    guard parts.last == "staging" else { return }
    let parent = (path.hasPrefix("/") ? "/" : "") + parts.dropLast().joined(separator: "/")
    guard try Folder<SystemFailure>.exists("\(parent.isEmpty ? "." : parent)/data.mdb") else { return }
    throw SystemFailure(
      "open", path, code: EINVAL,
      hint: "it is the folder for loads of the index in \(parent); choose another --data")
  }

  /// Connections that are accepted from one socket at a time, unless the daemon stops.
  private static let acceptedMax = 64

  /// Accepts connections until a signal says to stop, or the index's file was replaced.
  private func accept(_ listeners: [Listener], signals: Int32, _ services: Services) {
    var supervision = Supervision(watchdogMicroseconds: options.notifier?.watchdogMicroseconds)
    var lastLook = ContinuousClock.now
    var nextExpiry = ContinuousClock.now
    let interval = Duration.milliseconds(supervision.intervalMilliseconds)
    var entries = ([signals, services.upkeep.restart.descriptor] + listeners.map(\.descriptor)).map {
      Poll.entry($0, POLLIN)
    }
    var trouble = AcceptTrouble()
    while true {
      let pause = trouble.pauseLeft(at: MonotonicClock.nanoseconds)
      // An entry without a descriptor is ignored.
      for (index, listener) in listeners.enumerated() {
        entries[index + 2].fd = pause > 0 ? -1 : listener.descriptor
      }
      let timeout = supervision.intervalMilliseconds
      let readyCount = Poll.wait(&entries, milliseconds: pause > 0 ? min(timeout, Int32(pause)) : timeout)
      if .now - lastLook >= interval {
        lastLook = .now
        look(&supervision, services)
      }
      if .now >= nextExpiry {
        nextExpiry = .now + Self.expiryInterval
        dropOldLoads(services)
      }
      guard readyCount > 0 else { continue }
      var isStopping = entries[1].revents != 0
      if entries[0].revents != 0, let signal = Self.takeSignal(signals) {
        if signal != SIGHUP {
          isStopping = true
        } else {
          // What came of it is in the log.
          _ = try? services.reloading?.run()
        }
      }
      for (entry, listener) in zip(entries.dropFirst(2), listeners) {
        // Who waits in the queue when the daemon is told to stop is answered like those who are connected; or, where
        // the queue stays, by the next daemon.
        guard isStopping ? !listener.isInherited : entry.revents != 0 else { continue }
        do throws(SystemFailure) {
          // The rest stays in the queue until the other sockets were served and the threads looked after.
          for _ in 0..<(isStopping ? Int.max : Self.acceptedMax) {
            guard let descriptor = try listener.accept() else { break }
            trouble.accepted()
            // Whoever knows that the index was replaced hears of nobody but the daemon that has the new one.
            guard !services.upkeep.wantsRestart else { continue }
            services.figures.connectionBegan()
            let peer = Peer(descriptor: descriptor.raw, role: listener.role)
            do throws(ProtocolError) {
              let slot = try services.connections.take(for: peer.party)
              services.reactors.take(descriptor, peer, slot)
            } catch {
              services.figures.connectionRefused()
              Self.refuse(descriptor, ProtocolError(.connections, error.text))
            }
          }
        } catch {
          // No descriptor is left, say: clients wait in the queue meanwhile.
          if let untold = trouble.failed(at: MonotonicClock.nanoseconds) {
            log.acceptFailed(error, untold: untold)
          }
        }
      }
      if isStopping { return }
    }
  }

  private static let expiryInterval = Duration.seconds(3_600)

  private func dropOldLoads(_ services: Services) {
    let days = services.live.stagedDays.load(ordering: .relaxed)
    guard days > 0 else { return }
    let bound = WallClock.seconds - days * 86_400
    services.queues.staging.submit(nil) { thread in
      thread.dropLoads(writtenBefore: bound)
      return .nothing
    }
  }

  /// Looks whether all threads get on, and tells.
  private func look(_ supervision: inout Supervision, _ services: Services) {
    do {
      try services.index.checkInPlace()
    } catch {
      log.failure("watching the data file", error)
      log.indexDead()
      options.end(.indexDead)
    }
    let stuck = services.liveness.stuck(forSeconds: supervision.patienceSeconds)
    services.liveness.ask()
    let rate = supervision.rate(queries: services.figures.queryCount)
    if services.figures.beginMeasuring() {
      services.queues.queries.submit(nil) { thread in
        thread.figures.measure()
        return .nothing
      }
    }
    services.purging.look(fileBytes: services.figures.lastMeasures.map?.fileBytes ?? 0)
    let status = options.notifier == nil ? "" : Self.status(of: services, rate: rate, stuck: stuck)
    let look = supervision.look(stuck: stuck, status: status)
    for thread in look.newlyStuck { log.stuck(thread.thread, seconds: thread.seconds) }
    for thread in look.recovered { log.recovered(thread) }
    guard let notifier = options.notifier else { return }
    if look.isAlive { notifier.alive() }
    if let status = look.status, !notifier.status(status) { supervision.statusWasLost() }
  }

  private static func status(of services: Services, rate: Int? = nil, stuck: [Liveness.Stuck] = []) -> String
  {
    // Where the system does not tell how much is used, nothing is said of it.
    let use = services.figures.lastMeasures.map
    if let distant = services.distant?.status {
      return StatusLine.text(
        images: distant.count(StatsRequest.Line.images) ?? 0, datasets: distant.datasets.count, mapShare: nil,
        queriesPerSecond: rate, stuck: stuck)
    }
    let snapshot = services.index.snapshot
    return StatusLine.text(
      images: snapshot.counts.images, datasets: snapshot.datasets.count,
      mapShare: use.map { Double($0.usedBytes) / Double($0.sizeBytes) }, queriesPerSecond: rate, stuck: stuck)
  }

  private static func refuse(_ socket: consuming Descriptor, _ error: ProtocolError) {
    // A new socket's buffer has room for the line.
    _ = socket.send(Array((error.line + "\n").utf8).span)
  }

  /// Lets replies and work end, as long as the bound allows. What is cut off then leaves nothing half-done: an unfinished
  /// load stays staged up to its last run, and its client sends the rows behind it again; an unfinished merge leaves nothing.
  private func stop(_ services: Services, _ threads: DaemonThreads) {
    let seconds = services.live.stopSeconds.load(ordering: .relaxed)
    let deadline = ContinuousClock.now + .seconds(seconds)
    services.purging.stop()
    services.reactors.stop()
    let haveReactorsEnded = threads.haveReactorsEnded(by: deadline)
    services.queues.stop()
    if threads.haveWorkersEnded(by: deadline), haveReactorsEnded {
      // What they hold, the lock of the data folder at last, goes with them.
      threads.join()
    } else {
      log.stopForced(after: seconds)
    }
  }

  // MARK: - Signals and limits

  /// Signals that stop the daemon come through a descriptor; a broken pipe is an error code, not a signal.
  private static func signalDescriptor() throws(SystemFailure) -> Descriptor {
    var set = sigset_t()
    // Safe: the calls fill and read the set that they are lent.
    unsafe sigemptyset(&set)
    for signal in [SIGTERM, SIGINT, SIGHUP] { unsafe sigaddset(&set, signal) }
    unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
    let raw = unsafe signalfd(-1, &set, Int32(SFD_NONBLOCK | SFD_CLOEXEC))
    guard raw >= 0 else { throw SystemFailure("signalfd") }
    return Descriptor(owning: raw)
  }

  /// Reads a signal; SIGHUP asks to reload the settings, all others to stop.
  private static func takeSignal(_ descriptor: Int32) -> Int32? {
    var information = signalfd_siginfo()
    let size = MemoryLayout<signalfd_siginfo>.size
    // Safe: the call fills the struct that it is lent.
    guard unsafe read(descriptor, &information, size) == size else { return nil }
    return Int32(information.ssi_signo)
  }
}

extension Index {
  /// Erases from an index that was restored what the one before it had suppressed.
  func applySuppressions() throws(IndexError) -> ErasureOutcome? {
    try IndexWriter.applySuppressions(
      of: self, listedKeys: PayloadKeys(secret: snapshot.secret), now: WallClock.seconds)
  }
}
