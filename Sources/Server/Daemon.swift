// The daemon as a whole: opens the index, starts its threads, accepts connections, and stops in order. The main
// thread accepts and waits for signals; reactors serve; the staging, query and writer threads do the slow work.

internal import CLinux
internal import Glibc
internal import Identifiers
package import Index
internal import IndexKeys
internal import WireProtocol

/// What a daemon is told at its start.
package struct DaemonOptions: Sendable {
  /// The data folder.
  package var dataPath: String
  /// The socket's path.
  package var socketPath: String
  /// Reactor threads; 0 for one a core.
  package var threads = 0
  /// Connections at one time.
  package var connectionsMax = 4_096
  /// How long a stop may take before the daemon ends all the same.
  package var stopSeconds = 10
  /// Bounds of the index. Loads may use a quarter of the machine's memory, and all its cores, where queries leave
  /// them idle: the threads that load have a lower priority.
  package var limits = Self.limitsOfThisMachine
  /// The program's version.
  package var programVersion: String
  /// Rules of identifiers that are newer are left out.
  package var ruleVersion = Identifiers.ruleVersion

  /// Options with their defaults.
  package init(dataPath: String, socketPath: String, programVersion: String) {
    self.dataPath = dataPath
    self.socketPath = socketPath
    self.programVersion = programVersion
  }

  private static var limitsOfThisMachine: IndexLimits {
    var limits = IndexLimits()
    limits.stagingMemoryBytes = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE)) / 4
    limits.stagingLanes = min(16, max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))))
    return limits
  }
}

/// Why a daemon has ended.
package enum DaemonEnd: Sendable {
  /// It was told to.
  case stopped
  /// The index's file was replaced: it is to be started anew (`ProcessRestart`).
  case restarts
}

/// A running daemon.
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
    Self.explainLostPages()
    defer { close(signals) }
    Self.raiseDescriptorLimit(to: options.connectionsMax + 64)
    let index = try Index(
      path: options.dataPath, spaces: KeySpace.all, limits: options.limits, program: options.programVersion)
    let listener = try Listener(path: options.socketPath, backlog: 1_024)
    defer { listener.shut() }
    let services = try Services(
      index: index, programVersion: options.programVersion, ruleVersion: options.ruleVersion)
    let threads = try start(services)
    let counts = index.snapshot.counts
    let outdated = index.snapshot.datasets(before: options.ruleVersion)
    if !outdated.isEmpty {
      log.note(
        "\(outdated.count) datasets have keys by older rules than version \(options.ruleVersion): \(outdated.joined(separator: ", ")); whichset reindex makes them anew"
      )
    }
    log.note(
      "listening at \(options.socketPath): \(counts.images) images in \(index.snapshot.datasets.count) datasets, \(threads.reactors.count) reactors"
    )
    accept(listener, signals: signals, services, threads.reactors)
    log.note("stopping")
    stop(services, threads)
    log.note("stopped")
    return services.upkeep.wantsRestart ? .restarts : .stopped
  }

  /// The daemon's threads, and how to tell that they have ended.
  private struct Threads {
    let reactors: [ReactorMailbox]
    let reactorsEnded: EventCounter
    let workersEnded: EventCounter
    var running: [NamedThread] = []
  }

  private func start(_ services: Services) throws -> Threads {
    let count = options.threads > 0 ? options.threads : max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
    var threads = Threads(
      reactors: try (0..<count).map { _ in try ReactorMailbox() }, reactorsEnded: try EventCounter(),
      workersEnded: try EventCounter())
    let log = log
    let (reactorsEnded, workersEnded) = (threads.reactorsEnded, threads.workersEnded)
    let staging = NamedThread("staging") {
      let worker = StagingWorker(
        index: services.index, register: services.register, streams: services.streams, log: log,
        ruleVersion: services.ruleVersion)
      services.staging.run(worker.run)
      workersEnded.add()
    }
    let queries = NamedThread("queries") {
      let worker = QueryWorker(
        index: services.index, register: services.register, streams: services.streams, log: log,
        ruleVersion: services.ruleVersion)
      services.queries.run(worker.run)
      workersEnded.add()
    }
    let writer = NamedThread("writer") {
      whichset_lower_priority()
      let worker = WriterWorker(
        index: services.index, register: services.register, log: log, ruleVersion: services.ruleVersion)
      services.writer.run(worker.run, idle: worker.idle)
      workersEnded.add()
    }
    let care = NamedThread("care") {
      whichset_lower_priority()
      let worker = CareWorker(
        index: services.index, register: services.register, streams: services.streams,
        upkeep: services.upkeep, log: log)
      services.care.run(worker.run)
      workersEnded.add()
    }
    threads.running = [staging, queries, writer, care]
    for (number, mailbox) in threads.reactors.enumerated() {
      let reactor = NamedThread("reactor-\(number)") {
        do {
          try Reactor(mailbox: mailbox, services: services).run()
        } catch {
          log.warning("a reactor could not start: \(error)")
          exit(71)
        }
        reactorsEnded.add()
      }
      threads.running.append(reactor)
    }
    return threads
  }

  /// Accepts connections until a signal says to stop, or the index's file was replaced.
  private func accept(
    _ listener: Listener, signals: Int32, _ services: Services, _ reactors: [ReactorMailbox]
  ) {
    var next = 0
    var entries = [
      pollfd(fd: signals, events: Int16(POLLIN), revents: 0),
      pollfd(fd: listener.descriptor, events: Int16(POLLIN), revents: 0),
      pollfd(fd: services.upkeep.restart.descriptor, events: Int16(POLLIN), revents: 0),
    ]
    while true {
      // Safe: three entries.
      guard unsafe poll(&entries, 3, -1) > 0 else { continue }
      // Who waits in the queue when the daemon is told to stop is answered like those who are connected.
      let isStopping =
        entries[2].revents != 0 || entries[0].revents != 0 && Self.takesStopSignal(signals)
      guard entries[1].revents != 0 || isStopping else { continue }
      defer { entries[1].revents = 0 }
      do throws(SystemFailure) {
        while let descriptor = try listener.accept() {
          if services.figures.connectionBegan() > options.connectionsMax {
            services.figures.connectionEnded()
            Self.refuse(descriptor, "\(options.connectionsMax) connections are open; try again later")
          } else {
            reactors[next].post(.accepted(descriptor))
            next = (next + 1) % reactors.count
          }
        }
      } catch {
        // No descriptor is left, say: clients wait in the queue meanwhile.
        log.warning("\(error)")
        if !isStopping { usleep(100_000) }
      }
      if isStopping { return }
    }
  }

  private static func refuse(_ descriptor: Int32, _ text: String) {
    let line = Array((ProtocolError(.connections, text).line + "\n").utf8)
    // Safe: the call copies the line, which a new socket's buffer has room for.
    _ = unsafe line.withUnsafeBytes {
      unsafe send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
    }
    close(descriptor)
  }

  /// Lets replies and jobs end, as long as the bound allows. What is cut off then is safe on the disk: an unfinished
  /// load stays staged, an unfinished merge leaves nothing.
  private func stop(_ services: Services, _ threads: Threads) {
    let deadline = ContinuousClock.now + .seconds(options.stopSeconds)
    for reactor in threads.reactors { reactor.post(.stop) }
    var isOrderly = Self.wait(for: threads.reactors.count, of: threads.reactorsEnded, until: deadline)
    services.staging.stop()
    services.queries.stop()
    services.writer.stop()
    services.care.stop()
    isOrderly = Self.wait(for: 4, of: threads.workersEnded, until: deadline) && isOrderly
    if isOrderly {
      // What they hold, the lock of the data folder at last, goes with them.
      for thread in threads.running { thread.join() }
    } else {
      log.warning("not everything ended within \(options.stopSeconds) seconds; ending all the same")
    }
  }

  private static func wait(for count: Int, of counter: EventCounter, until deadline: ContinuousClock.Instant)
    -> Bool
  {
    var ended = 0
    while ended < count, .now < deadline {
      ended += counter.wait(milliseconds: 50)
    }
    return ended >= count
  }

  // MARK: - Signals and limits

  /// Signals that stop the daemon come through a descriptor; a broken pipe is an error code, not a signal.
  private static func signalDescriptor() throws(SystemFailure) -> Int32 {
    var set = sigset_t()
    // Safe: the calls fill and read the set that they are lent.
    unsafe sigemptyset(&set)
    for signal in [SIGTERM, SIGINT, SIGHUP] { unsafe sigaddset(&set, signal) }
    unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
    signal(SIGPIPE, SIG_IGN)
    let descriptor = unsafe signalfd(-1, &set, Int32(SFD_NONBLOCK | SFD_CLOEXEC))
    guard descriptor >= 0 else { throw SystemFailure("signalfd", errno) }
    return descriptor
  }

  /// A page of the map that the data file does not have, or that the disk does not give, is a SIGBUS: there is no
  /// going on then, but a reason can be told.
  private static func explainLostPages() {
    var action = sigaction()
    unsafe action.__sigaction_handler.sa_handler = { _ in
      // Only calls that are allowed in a signal handler.
      lostPagesText.withUTF8Buffer { _ = unsafe write(STDERR_FILENO, $0.baseAddress, $0.count) }
      _exit(EX_DATAERR)
    }
    _ = unsafe sigaction(SIGBUS, &action, nil)  // safe: the call copies the struct
  }

  /// Reads a signal; SIGHUP, which asks to read a configuration anew, is no reason to stop.
  private static func takesStopSignal(_ descriptor: Int32) -> Bool {
    var information = signalfd_siginfo()
    let size = MemoryLayout<signalfd_siginfo>.size
    // Safe: the call fills the struct that it is lent.
    guard unsafe read(descriptor, &information, size) == size else { return false }
    return information.ssi_signo != UInt32(SIGHUP)
  }

  private static func raiseDescriptorLimit(to count: Int) {
    var limit = rlimit()
    // Safe: the calls fill and read the struct that they are lent.
    guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
    limit.rlim_cur = min(limit.rlim_max, max(limit.rlim_cur, rlim_t(count)))
    unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  }
}

/// What is told when a page of the index cannot be read; constant, since a signal handler may not make it up.
private let lostPagesText: StaticString =
  "whichsetd: a page of the index cannot be read: its data file was cut off, or the disk fails; restore a backup or load the lists again\n"
