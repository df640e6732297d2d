// A daemon without threads and sockets: an index in a folder of its own, the three workers, and clients that
// talk to sessions directly. Jobs are done when the test says so.

import Identifiers
import Index
import IndexKeys
import Logging
import Synchronization
import WireProtocol
import TestSupport

@testable import Server

/// The parts of a daemon, driven by hand.
final class BareDaemon {
  let folder: TemporaryFolder
  let index: Index
  let register = LoadRegister()
  let streams = StreamCount()
  let figures: Figures
  var context: SessionContext
  private let staging: StagingWorker
  private let queries: QueryWorker
  private let writer: WriterWorker
  private let care: CareWorker
  let upkeep: Upkeep
  /// Whether a job was done that may have changed something.
  private(set) var hasChanged = false

  /// - Parameters:
  ///   - folder: of an index that another daemon left; nil for a new one.
  ///   - ruleVersion: of the rules by which identifiers are read.
  init(
    limits: IndexLimits = .test, in folder: TemporaryFolder? = nil, ruleVersion: Int = Identifiers.ruleVersion
  )
    throws
  {
    let folder = try folder ?? TemporaryFolder()
    self.folder = folder
    index = try Index(path: folder.path, spaces: KeySpace.all, limits: limits, program: "test", texts: nil)
    let log = DaemonLog(Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
    figures = Figures(
      index: index, programVersion: "test", ruleVersion: ruleVersion, streams: streams, register: register)
    context = SessionContext(
      index: index, figures: figures, programVersion: "test", ruleVersion: ruleVersion)
    staging = StagingWorker(
      index: index, register: register, streams: streams, log: log, ruleVersion: ruleVersion,
      figures: figures.work)
    queries = QueryWorker(
      index: index, register: register, streams: streams, log: log,
      reloading: Reloading(read: SettingsOnPaper().read, notifier: nil, log: log) { _ in },
      ruleVersion: ruleVersion)
    upkeep = try Upkeep()
    care = CareWorker(index: index, register: register, upkeep: upkeep, log: log)
    writer = WriterWorker(
      index: index, register: register, log: log, ruleVersion: ruleVersion, figures: figures.work)
  }

  /// Does a job at once.
  func run(_ job: Job) -> JobResult {
    switch job.place {
    case .staging:
      hasChanged = true
      return staging.run(job)
    case .queries:
      // Settings on paper are others at each reading.
      if case .reload = job { hasChanged = true }
      return queries.run(job)
    case .writer:
      hasChanged = true
      return writer.run(job)
    case .care: return care.run(job)
    }
  }

  /// A connection to it.
  func connect(_ role: Role = .admin) -> BareClient { BareClient(self, role: role) }
}

/// Settings of which there are no files: changed, then wrong, then as they were.
final class SettingsOnPaper: Sendable {
  private let count = Atomic<Int>(0)

  @Sendable func read() throws(ReloadFailure) -> ReloadedSettings {
    let changes = [
      ReloadedSetting(name: "connections", old: "4096", new: "5000", isApplied: true),
      ReloadedSetting(name: "threads", old: "0", new: "4", isApplied: false),
    ]
    let number = count.add(1, ordering: .relaxed).newValue
    if number == 2 { throw ReloadFailure("whichsetd.conf:1: no setting is named 'conections'") }
    let options = LiveOptions(
      connectionsMax: 5_000, stopSeconds: 10, diskReserveBytes: 0, stagingMemoryBytes: 1 << 20,
      slowLogMilliseconds: 0,
      logLevel: .info)
    return ReloadedSettings(options: options, changes: number == 1 ? changes : [])
  }
}

extension IndexLimits {
  /// The standing bounds, with a small map and no regard for how full the test machine's disk is.
  static var test: IndexLimits {
    var limits = IndexLimits()
    limits.mapBytes = 1 << 30
    limits.diskReserveBytes = 0
    limits.stagingLanes = 3
    return limits
  }
}

/// A client of a `BareDaemon`: keeps what its session has not consumed yet, as a connection does.
final class BareClient {
  private var session: Session
  private let daemon: BareDaemon
  private var unconsumed: [UInt8] = []
  private var isAtEnd = false
  private var jobs: [Job] = []
  /// All that was answered.
  private(set) var received: [UInt8] = []
  /// Whether the client takes its replies.
  var isReading = true

  init(_ daemon: BareDaemon, role: Role) {
    self.daemon = daemon
    session = Session(role: role)
  }

  // What the session says of itself.
  var isBlocked: Bool { session.isBlocked }
  var isIdle: Bool { session.isIdle }
  var isClosing: Bool { session.isClosing }
  var output: [UInt8] { session.output }
  var mode: Session.Mode { session.mode }

  /// Bytes that the session has left for later.
  var unconsumedCount: Int { unconsumed.count }

  /// Sends bytes; jobs that come of them wait until `settle`.
  func send(_ bytes: some Sequence<UInt8>) {
    unconsumed.append(contentsOf: bytes)
    advance()
  }

  func send(_ text: String) { send(text.utf8) }

  /// Hands files over, with the LF that they come beside.
  func handOver(_ descriptors: [Int32]) {
    session.take(descriptors.map { HandedFile($0) })
    send("\n")
  }

  /// Whether a file is awaited.
  var awaitsFile: Bool { session.awaited != nil }

  /// Shuts down the writing side.
  func halfClose() {
    isAtEnd = true
    advance()
  }

  /// The client goes away.
  func leave() {
    settle()
    for job in session.abandon() { _ = daemon.run(job) }
  }

  /// The client goes away and hears nothing more.
  func leaveUnheard() {
    isReading = false
    while let job = jobs.isEmpty ? nil : jobs.removeFirst() {
      let result = daemon.run(job)
      if let crossref = result.crossref { _ = daemon.run(.dropCrossref(crossref)) }
      if let stream = result.stream { _ = daemon.run(.cancel(stream)) }
    }
    for job in session.abandon() { _ = daemon.run(job) }
  }

  /// Has the next job done, if there is one; returns whether there was.
  func finishJob() -> Bool {
    guard !jobs.isEmpty else { return false }
    session.finish(daemon.run(jobs.removeFirst()), &daemon.context)
    advance()
    return true
  }

  /// Has all jobs done, those included that come of bytes that had to wait.
  func settle() {
    while finishJob() {}
  }

  /// Sends, has all jobs done, and returns the new replies as text.
  func ask(_ text: String) -> String {
    let before = received.count
    send(text)
    settle()
    return String(decoding: received[before...], as: UTF8.self)
  }

  /// Has all jobs done without bringing their results back.
  func runJobsUnheard() {
    while !jobs.isEmpty { _ = daemon.run(jobs.removeFirst()) }
  }

  /// All that was answered.
  var text: String { String(decoding: received, as: UTF8.self) }

  /// How many jobs wait.
  var jobCount: Int { jobs.count }

  private func advance() {
    while true {
      let consumed = session.consume(unconsumed.span, isAtEnd: isAtEnd, &daemon.context)
      unconsumed.removeFirst(consumed)
      jobs += session.jobs
      session.jobs.removeAll()
      let hadOutput = !session.output.isEmpty
      if isReading {
        received += session.output
        session.output.removeAll()
        session.continueStream()
        jobs += session.jobs
        session.jobs.removeAll()
      }
      if unconsumed.isEmpty || !(isReading && hadOutput) && consumed == 0 { return }
    }
  }
}
