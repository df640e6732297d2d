// The daemon's metrics, added up when somebody asks: those of the reactors, of the other threads, of the index. What is shown
// of them, and under which names, is in `MetricTable`; how they are judged, in `Health`.

internal import Identifiers
internal import Index
internal import Platform
internal import Synchronization
internal import WireProtocol

final class Figures: Sendable {
  private let index: Index
  private let programVersion: String
  private let ruleVersion: Int
  private let distant: (any DistantIndex)?
  /// Those of the staging and writer threads.
  let work = WorkFigures()
  let slow: SlowLog
  /// In seconds since 1970.
  private let startedAt = WallClock.seconds
  private let started: ContinuousClock.Instant = .now
  private let connections: Slots
  private let accepted = Atomic<Int>(0)
  private let refused = Atomic<Int>(0)
  private let dropped = Atomic<Int>(0)
  private let idle = Atomic<Int>(0)
  /// Bytes of replies that wait for their readers.
  private let pendingOutput = Atomic<Int>(0)
  private let streams: @Sendable () -> Int
  private let spools: @Sendable () -> Int
  private let openLoads: @Sendable () -> Int
  private let stuckThreads: @Sendable () -> [String]?
  private let backlog: @Sendable () -> Backlog?
  private let erasureTerm: @Sendable () -> ErasureTerm
  private let gauges: IndexGauges
  private let reactors = Mutex<[ReactorFigures]>([])
  private let isMeasuring = Atomic<Bool>(false)

  /// - Parameter stuckThreads: gives nil where nobody watches the threads.
  init(
    index: Index, programVersion: String, ruleVersion: Int = Identifiers.ruleVersion,
    slow: SlowLog = SlowLog(nil, milliseconds: 0), connections: Slots = Slots(),
    streams: @escaping @Sendable () -> Int = { 0 },
    spools: @escaping @Sendable () -> Int = { 0 }, openLoads: @escaping @Sendable () -> Int = { 0 },
    stuckThreads: @escaping @Sendable () -> [String]? = { nil },
    backlog: @escaping @Sendable () -> Backlog? = { nil },
    erasureTerm: @escaping @Sendable () -> ErasureTerm = { ErasureTerm() },
    distant: (any DistantIndex)? = nil
  ) {
    self.distant = distant
    self.index = index
    self.programVersion = programVersion
    self.ruleVersion = ruleVersion
    self.slow = slow
    self.connections = connections
    self.streams = streams
    self.spools = spools
    self.openLoads = openLoads
    self.stuckThreads = stuckThreads
    self.backlog = backlog
    self.erasureTerm = erasureTerm
    gauges = IndexGauges(index)
    // From now on there is always something to show.
    _ = gauges.measures
  }

  // MARK: - Counting

  func addReactor() -> ReactorFigures {
    let reactor = ReactorFigures()
    reactors.withLock { $0.append(reactor) }
    return reactor
  }

  func connectionBegan() { accepted.add(1, ordering: .relaxed) }
  func connectionRefused() { refused.add(1, ordering: .relaxed) }
  func slowClientDropped() { dropped.add(1, ordering: .relaxed) }
  func outputChanged(by count: Int) { pendingOutput.add(count, ordering: .relaxed) }
  var pendingOutputBytes: Int { pendingOutput.load(ordering: .relaxed) }

  /// Whether so much waits for all readers that each has to make do with less.
  var isOutputScarce: Bool { pendingOutputBytes >= ProtocolLimits.outputPendingAllBytesMax }

  func idleClientDropped() { idle.add(1, ordering: .relaxed) }

  var connectionCount: Int { connections.value }

  func connections(of user: UInt32) -> Int { connections.value(of: user) }

  // MARK: - Adding up

  /// What all reactors have counted so far.
  var totals: RequestTotals {
    var totals = RequestTotals()
    for reactor in reactors.withLock({ $0 }) { reactor.read(into: &totals) }
    return totals
  }

  /// Identifiers answered in all, since the daemon started.
  var queryCount: Int { totals.queries }

  /// The index as it was measured last.
  var lastMeasures: IndexMeasures { gauges.last }

  /// Measures the index again. It looks at the disk, so it is nothing for a reactor or the main thread.
  func measure() {
    _ = gauges.measures
    isMeasuring.store(false, ordering: .relaxed)
  }

  /// Whether somebody should have `measure` done now: nobody has, since it was done last.
  func beginMeasuring() -> Bool { !isMeasuring.exchange(true, ordering: .relaxed) }

  /// The lines of `STATS`.
  func stats() -> [(name: String, value: String)] {
    let reading = reading(gauges.measures)
    let lines = Metric.all.flatMap { $0.stats(reading) }
    guard let distant = reading.distant else { return lines }
    return distant.statistics + lines.filter { !StatsRequest.describesIndex($0.name) }
  }

  /// The lines of `METRICS`.
  func metrics() -> [String] {
    let reading = reading(gauges.measures)
    var writer = OpenMetricsWriter()
    for metric in Metric.all { metric.write(reading, &writer) }
    writer.end()
    return writer.lines
  }

  /// The lines of `HEALTH`. Nothing is measured for it.
  func health() -> [HealthRequest.Subject] { Health.judge(reading(gauges.last)) }

  private func reading(_ measures: IndexMeasures) -> MetricReading {
    var reading = MetricReading()
    reading.programVersion = programVersion
    reading.ruleVersion = ruleVersion
    reading.totals = totals
    reading.connections = connections.value
    reading.accepted = accepted.load(ordering: .relaxed)
    reading.refused = refused.load(ordering: .relaxed)
    reading.pendingOutputBytes = pendingOutputBytes
    reading.dropped = dropped.load(ordering: .relaxed)
    reading.idle = idle.load(ordering: .relaxed)
    reading.streams = streams()
    reading.spoolBytes = spools()
    reading.slow = slow.count
    reading.distant = distant?.status
    reading.snapshot = distant == nil ? index.snapshot : nil
    // Not the one that is held here.
    reading.snapshots = index.snapshotsAlive
    reading.oldestSnapshotSeconds = Int(index.oldestSnapshotAge.components.seconds)
    reading.openLoads = openLoads()
    reading.work = work.totals
    reading.startedAt = startedAt
    reading.uptimeSeconds = Int((ContinuousClock.now - started).components.seconds)
    reading.memory = ProcessMemory.read()
    reading.measures = measures
    reading.diskReserveBytes = index.limits.diskReserveBytes
    reading.backup = index.lastBackup
    reading.stuckThreads = stuckThreads()
    reading.backlog = backlog()
    reading.erasureTerm = erasureTerm()
    reading.now = WallClock.seconds
    return reading
  }
}
