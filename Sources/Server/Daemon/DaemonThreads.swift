// The threads of a daemon beside the main one: reactors serve; workers do the slow work, each of its kind, and, in a
// gateway, look up.

internal import CLinux
internal import Platform

/// All threads, and how to tell that they have ended.
struct DaemonThreads {
  private let reactorsEnded: EventCounter
  private let workersEnded: EventCounter
  private var reactors: [NamedThread] = []
  private var workers: [NamedThread] = []

  /// Starts them.
  init(_ services: Services, _ options: DaemonOptions, _ log: DaemonLog) throws(SystemFailure) {
    reactorsEnded = try EventCounter()
    workersEnded = try EventCounter()
    try startWorkers(services, log, end: options.end)
    try startLookups(services, log)
    try startReactors(services, options, log)
  }

  private mutating func startWorker(
    _ name: String, _ body: @escaping @Sendable () -> Void
  ) throws(SystemFailure) {
    let ended = workersEnded
    workers.append(
      try NamedThread(name) {
        body()
        ended.add()
      })
  }

  private mutating func startWorkers(
    _ services: Services, _ log: DaemonLog, end: @escaping @Sendable (FatalTrouble) -> Never
  ) throws(SystemFailure) {
    try startWorker("staging") {
      services.queues.staging.run(
        StagingThread(
          index: services.index, register: services.register, streams: services.streams,
          crossrefs: services.crossrefs, spools: services.spools, log: log, ruleVersion: services.ruleVersion,
          figures: services.figures.work, distant: services.distant))
    }
    try startWorker("queries") {
      services.queues.queries.run(
        QueryThread(
          index: services.index, register: services.register, streams: services.streams,
          spools: services.spools, log: log, ruleVersion: services.ruleVersion, figures: services.figures,
          reload: services.reloading?.run))
    }
    try startWorker("writer") {
      whichset_lower_priority()
      let thread = WriterThread(
        index: services.index, register: services.register, log: log, ruleVersion: services.ruleVersion,
        figures: services.figures.work, end: end)
      services.queues.writer.run(thread, idle: thread.idle)
    }
    try startWorker("care") {
      whichset_lower_priority()
      services.queues.care.run(
        CareThread(
          index: services.index, register: services.register, upkeep: services.upkeep, log: log))
    }
  }

  /// The threads of a gateway.
  private mutating func startLookups(_ services: Services, _ log: DaemonLog) throws(SystemFailure) {
    guard let distant = services.distant, let queue = services.queues.distant else { return }
    for (number, mark) in queue.marks.enumerated() {
      try startWorker("lookups-\(number)") { queue.run(distant.makeReader(), mark: mark) }
    }
    try startWorker("watcher") {
      var news = DistantNews()
      queue.watch(distant.makeWatcher()) { news.tell(distant.status, log) }
    }
  }

  private mutating func startReactors(
    _ services: Services, _ options: DaemonOptions, _ log: DaemonLog
  ) throws(SystemFailure) {
    let (ended, end, spin) = (reactorsEnded, options.end, options.spinMicroseconds)
    for number in services.reactors.mailboxes.indices {
      reactors.append(
        try NamedThread("reactor-\(number)") {
          do throws(SystemFailure) {
            try Reactor(
              number, of: services.reactors, queues: services.queues, log: log, spinMicroseconds: spin,
              context: SessionContext(
                index: services.index, figures: services.figures, programVersion: services.programVersion,
                live: services.live, ruleVersion: services.ruleVersion, distant: services.distant)
            ).run()
          } catch {
            log.reactorFailed(error)
            end(.reactorFailed)
          }
          ended.add()
        })
    }
  }

  /// Waits until all reactors have ended, or the deadline has come. Once.
  func haveReactorsEnded(by deadline: ContinuousClock.Instant) -> Bool {
    Self.wait(for: reactors.count, of: reactorsEnded, until: deadline)
  }

  /// Waits until all workers have ended, or the deadline has come. Once.
  func haveWorkersEnded(by deadline: ContinuousClock.Instant) -> Bool {
    Self.wait(for: workers.count, of: workersEnded, until: deadline)
  }

  /// Waits for all of them.
  func join() { for thread in workers + reactors { thread.join() } }

  private static func wait(for count: Int, of counter: EventCounter, until deadline: ContinuousClock.Instant)
    -> Bool
  {
    var ended = 0
    while ended < count, .now < deadline {
      ended += counter.wait(milliseconds: 50)
    }
    return ended >= count
  }
}
