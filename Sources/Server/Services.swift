// What all reactors share: the index, the queues of the workers, the daemon's figures.

internal import Identifiers
internal import Index
internal import Synchronization

/// The shared parts of a running daemon.
final class Services: Sendable {
  let index: Index
  let register = LoadRegister()
  let streams = StreamCount()
  let figures: Figures
  let programVersion: String
  let staging: WorkQueue
  let queries: WorkQueue
  let writer: WorkQueue
  let care: WorkQueue
  let upkeep: Upkeep

  /// Of the rules by which identifiers are read.
  let ruleVersion: Int

  init(index: Index, programVersion: String, ruleVersion: Int = Identifiers.ruleVersion) throws(SystemFailure)
  {
    self.index = index
    self.ruleVersion = ruleVersion
    self.programVersion = programVersion
    staging = try WorkQueue()
    queries = try WorkQueue()
    writer = try WorkQueue()
    care = try WorkQueue()
    upkeep = try Upkeep()
    figures = Figures(
      index: index, programVersion: programVersion, streams: streams)
  }

  /// Has a job done where it belongs; `done` is called on that thread.
  func submit(_ job: sending Job, _ done: @escaping @Sendable (JobResult) -> Void) {
    switch job.place {
    case .staging: staging.submit(job, done)
    case .queries: queries.submit(job, done)
    case .writer: writer.submit(job, done)
    case .care: care.submit(job, done)
    }
  }
}

/// The daemon's figures, as `STATS` reports them.
final class Figures: DaemonFigures {
  private let index: Index
  private let programVersion: String
  private let started: ContinuousClock.Instant = .now
  private let connections = Atomic<Int>(0)
  private let accepted = Atomic<Int>(0)
  private let dropped = Atomic<Int>(0)

  private let streams: StreamCount

  init(index: Index, programVersion: String, streams: StreamCount = StreamCount()) {
    self.streams = streams
    self.index = index
    self.programVersion = programVersion
  }

  /// Counts a connection; returns how many there are now.
  func connectionBegan() -> Int {
    accepted.add(1, ordering: .relaxed)
    return connections.add(1, ordering: .relaxed).newValue
  }

  func connectionEnded() { connections.subtract(1, ordering: .relaxed) }
  func slowClientDropped() { dropped.add(1, ordering: .relaxed) }

  var figures: [(name: String, value: String)] {
    var figures = [
      ("connections", "\(connections.load(ordering: .relaxed))"),
      ("connections.accepted", "\(accepted.load(ordering: .relaxed))"),
      ("connections.dropped", "\(dropped.load(ordering: .relaxed))"),
      ("snapshots", "\(index.snapshotsAlive)"), ("streams", "\(streams.value)"),
      ("uptime.seconds", "\((ContinuousClock.now - started).components.seconds)"),
      ("version", programVersion), ("format", "\(Index.formatVersion)"),
    ]
    // Figures that the system does not give are left out.
    if let use = try? index.mapUse() {
      figures.append(("map.size.bytes", "\(use.sizeBytes)"))
      figures.append(("map.used.bytes", "\(use.usedBytes)"))
    }
    if let backup = index.lastBackup {
      figures.append(("backup.last", "\(backup.time)"))
      figures.append(("backup.last.bytes", "\(backup.byteCount)"))
    }
    if let loads = try? index.stagedLoadNames() { figures.append(("loads.staged", "\(loads.count)")) }
    return figures
  }
}
