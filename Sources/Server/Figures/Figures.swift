// All figures of a running daemon, added up when somebody asks: those of the reactors, of the workers, of the index.
// What `STATS` says of them stands here; `METRICS` and `HEALTH` are in files of their own.

internal import Identifiers
internal import Index
internal import Synchronization
internal import WireProtocol

/// Where sessions find the daemon's figures.
protocol DaemonFigures: Sendable {
  /// Names and values of `STATS`, beside those of the index.
  var figures: [(name: String, value: String)] { get }
  /// Measures the index anew, for `HEALTH`.
  func measure()
  /// The lines of `METRICS`.
  func metrics() -> [String]
  /// The lines of `HEALTH`.
  func health() -> [HealthLine]
  /// Counters for a further reactor, which are added up with the others from now on.
  func addReactor() -> ReactorFigures
  /// Where requests that take long are told.
  var slow: SlowLog { get }
}

/// The daemon's figures.
final class Figures: DaemonFigures {
  let index: Index
  let programVersion: String
  let ruleVersion: Int
  /// Those of the staging and writer threads.
  let work = WorkFigures()
  let slow: SlowLog
  /// When the daemon started, in seconds since 1970.
  let startedAt: Int
  private let started: ContinuousClock.Instant = .now
  private let connections = Atomic<Int>(0)
  private let accepted = Atomic<Int>(0)
  private let refused = Atomic<Int>(0)
  private let dropped = Atomic<Int>(0)
  private let streams: StreamCount
  private let register: LoadRegister
  /// Nil where nobody watches the threads.
  let liveness: Liveness?
  private let gauges: IndexGauges
  private let reactors = Mutex<[ReactorFigures]>([])
  private let isMeasuring = Atomic<Bool>(false)

  init(
    index: Index, programVersion: String, ruleVersion: Int = Identifiers.ruleVersion,
    streams: StreamCount = StreamCount(), register: LoadRegister = LoadRegister(),
    slow: SlowLog = SlowLog(nil, milliseconds: 0), liveness: Liveness? = nil
  ) {
    self.index = index
    self.liveness = liveness
    self.programVersion = programVersion
    self.ruleVersion = ruleVersion
    self.streams = streams
    self.register = register
    self.slow = slow
    gauges = IndexGauges(index)
    // From now on there is always something to show.
    _ = gauges.measures
    startedAt = WallClock.seconds
  }

  // MARK: - Counting

  func addReactor() -> ReactorFigures {
    let reactor = ReactorFigures()
    reactors.withLock { $0.append(reactor) }
    return reactor
  }

  /// Counts a connection; returns how many there are now.
  func connectionBegan() -> Int {
    accepted.add(1, ordering: .relaxed)
    return connections.add(1, ordering: .relaxed).newValue
  }

  func connectionEnded() { connections.subtract(1, ordering: .relaxed) }
  func connectionRefused() { refused.add(1, ordering: .relaxed) }
  func slowClientDropped() { dropped.add(1, ordering: .relaxed) }

  // MARK: - Adding up

  /// Identifiers answered in all, since the daemon started.
  var queryCount: Int { totals.queries }

  /// What all reactors have counted so far.
  var totals: RequestTotals {
    var totals = RequestTotals()
    for reactor in reactors.withLock({ $0 }) { reactor.read(into: &totals) }
    return totals
  }

  /// Measures the index anew. It looks at the disk, so it is nothing for a reactor or the main thread.
  func measure() {
    _ = gauges.measures
    isMeasuring.store(false, ordering: .relaxed)
  }

  /// Whether somebody should have `measure` done now: nobody has, since it was done last.
  func beginMeasuring() -> Bool { !isMeasuring.exchange(true, ordering: .relaxed) }

  /// All figures of this moment; those of the index as they were measured last.
  var lastReading: FigureReading { reading(gauges.last) }

  /// All figures of this moment, measured anew where that is longer ago than a second.
  var reading: FigureReading { reading(gauges.measures) }

  private func reading(_ measures: IndexMeasures) -> FigureReading {
    FigureReading(
      totals: totals, connections: connections.load(ordering: .relaxed),
      accepted: accepted.load(ordering: .relaxed), refused: refused.load(ordering: .relaxed),
      dropped: dropped.load(ordering: .relaxed), streams: streams.value, slow: slow.count,
      snapshots: index.snapshotsAlive,
      oldestSnapshotSeconds: Int(index.oldestSnapshotAge.components.seconds),
      openLoads: register.count, uptimeSeconds: Int((ContinuousClock.now - started).components.seconds),
      memory: ProcessMemory.read(), measures: measures)
  }

  var figures: [(name: String, value: String)] {
    let now = reading
    var figures = [
      ("connections", now.connections), ("connections.accepted", now.accepted),
      ("connections.refused", now.refused), ("connections.dropped", now.dropped),
      ("requests", now.totals.requests.values.reduce(0, +)), ("queries", now.totals.queries),
    ].map { ($0, "\($1)") }
    for outcome in ReactorFigures.outcomes {
      figures.append(("queries.\(outcome)", "\(now.totals.lookups(outcome))"))
    }
    figures += [
      ("errors", now.totals.errors.values.reduce(0, +)), ("slow", now.slow), ("snapshots", now.snapshots),
      ("snapshots.oldest.seconds", now.oldestSnapshotSeconds), ("streams", now.streams),
      ("uptime.seconds", now.uptimeSeconds),
    ].map { ($0, "\($1)") }
    figures += [("version", programVersion), ("format", "\(Index.formatVersion)")]
    // Figures that the system does not give are left out.
    if let map = now.measures.map {
      figures += [
        ("map.size.bytes", "\(map.sizeBytes)"), ("map.used.bytes", "\(map.usedBytes)"),
        ("map.free.bytes", "\(map.fileBytes - map.usedBytes)"),
      ]
    }
    if let free = now.measures.diskFreeBytes { figures.append(("disk.free.bytes", "\(free)")) }
    if let memory = now.memory {
      figures += [
        ("memory.resident.bytes", "\(memory.residentBytes)"),
        ("memory.own.bytes", "\(memory.anonymousBytes)"),
      ]
    }
    figures += [
      ("loads.committed", work.loadsCommitted), ("loads.failed", work.loadsFailed),
      ("loads.rows.accepted", work.rowsAccepted), ("loads.rows.rejected", work.rowsRejected),
      ("loads.open", now.openLoads),
    ].map { ($0, "\($1)") }
    if let loads = now.measures.stagedLoads { figures.append(("loads.staged", "\(loads)")) }
    if let bytes = now.measures.stagedBytes { figures.append(("loads.staged.bytes", "\(bytes)")) }
    if let backup = index.lastBackup {
      figures += [("backup.last", backup.time), ("backup.last.bytes", backup.byteCount)].map { ($0, "\($1)") }
    }
    return figures
  }
}

/// The figures of one moment, the index's own counts apart.
struct FigureReading: Sendable {
  var totals: RequestTotals
  var connections: Int
  var accepted: Int
  /// Turned away, since too many were open.
  var refused: Int
  /// Slow readers that were dropped.
  var dropped: Int
  var streams: Int
  /// Requests and steps that the slow log's bound makes slow.
  var slow: Int
  var snapshots: Int
  var oldestSnapshotSeconds: Int
  var openLoads: Int
  var uptimeSeconds: Int
  var memory: ProcessMemory?
  var measures: IndexMeasures
}
