// A daemon without threads and sockets: an index in a folder of its own, what its threads have at hand, and clients that
// talk to sessions directly. Work is done when the test says so.

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
  let register: LoadRegister
  let streams: Slots
  let crossrefs: Slots
  let spools: SpoolBytes
  let figures: Figures
  var context: SessionContext
  let staging: StagingThread
  let queries: QueryThread
  private let writer: WriterThread
  private let care: CareThread
  let upkeep: Upkeep
  private let reader: (any DistantReader)?
  /// Whether work was done that may have changed something.
  private(set) var hasChanged = false

  /// - Parameters:
  ///   - folder: of an index that another daemon left; nil for a new one.
  ///   - ruleVersion: of the rules by which identifiers are read.
  ///   - clock: by which streamed replies and cross-references get old.
  init(
    limits: IndexLimits = .test, in folder: TemporaryFolder? = nil,
    ruleVersion: Int = Identifiers.ruleVersion,
    userSharePercent: Int = 100, userSpoolBytes: Int = 0,
    clock: @escaping @Sendable () -> Int = Slots.systemClock, distant: (any DistantIndex)? = nil
  )
    throws
  {
    let folder = try folder ?? TemporaryFolder()
    reader = distant?.makeReader()
    self.folder = folder
    let share = UserShare(percent: userSharePercent)
    register = LoadRegister(share: share)
    streams = Slots(share: share, clock: clock)
    crossrefs = Slots(
      max: ProtocolLimits.crossrefsMax, of: "cross-references are open", share: share, clock: clock)
    spools = SpoolBytes(userMax: { userSpoolBytes })
    index = try Index(path: folder.path, spaces: KeySpace.all, limits: limits, program: "test", texts: nil)
    _ = try index.applySuppressions()
    let log = DaemonLog(Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
    figures = Figures(
      index: index, programVersion: "test", ruleVersion: ruleVersion, streams: { [streams] in streams.value },
      spools: { [spools] in spools.value }, openLoads: { [register] in register.count }, distant: distant)
    context = SessionContext(
      index: index, figures: figures, programVersion: "test",
      live: LiveValues(
        connectionsMax: 4_096, stopSeconds: 10, stagedDays: 30, eraseWithinSeconds: 0),
      ruleVersion: ruleVersion, distant: distant)
    staging = StagingThread(
      index: index, register: register, streams: streams, crossrefs: crossrefs, spools: spools,
      log: log, ruleVersion: ruleVersion, figures: figures.work, distant: distant)
    queries = QueryThread(
      index: index, register: register, streams: streams, spools: spools, log: log,
      ruleVersion: ruleVersion, figures: figures,
      reload: Reloading(read: SettingsOnPaper().read, notifier: nil, log: log) { _ in }.run)
    upkeep = try Upkeep(program: { BuiltPrograms.folder + "/whichsetd" })
    care = CareThread(index: index, register: register, upkeep: upkeep, log: log)
    writer = WriterThread(
      index: index, register: register, log: log, ruleVersion: ruleVersion, figures: figures.work,
      end: { fatalError("\($0)") })
  }

  /// Does work at once.
  @discardableResult
  func run(_ work: Work) -> Outcome {
    // Settings on paper are others at each reading.
    if work.request?.verb == ReloadRequest.verb { hasChanged = true }
    switch work.step {
    case .staging(let step):
      hasChanged = true
      return finish { step(staging) }
    case .queries(let step): return finish { step(queries) }
    case .writer(let step):
      hasChanged = true
      return finish { step(writer) }
    case .care(let step): return finish { step(care) }
    case .distant(let lookup): return lookup.conclude(reader?.answers(to: lookup.keys, in: nil) ?? [])
    }
  }

  /// All that the writer does in its idle time.
  func idle() { while writer.idle() == 0 {} }

  private func finish(_ step: () -> Outcome?) -> Outcome {
    while true { if let outcome = step() { return outcome } }
  }

  /// A connection to it.
  func connect(_ role: Role = .admin) -> BareClient { BareClient(self, role: role) }
}

/// Settings of which there are no files: changed, then wrong, then as they were.
final class SettingsOnPaper: Sendable {
  private let count = Atomic<Int>(0)

  @Sendable func read() throws(ReloadFailure) -> ReloadedSettings {
    let changes = [
      ReloadRequest.Setting(name: "connections", before: "4096", now: "5000", isApplied: true),
      ReloadRequest.Setting(name: "threads", before: "0", now: "4", isApplied: false),
    ]
    let number = count.add(1, ordering: .relaxed).newValue
    if number == 2 { throw ReloadFailure("whichsetd.conf:1: no setting is named 'conections'") }
    let options = LiveOptions(
      connectionsMax: 5_000, userSharePercent: 75, userSpoolBytes: 0, stopSeconds: 10, stagedDays: 30,
      eraseWithinSeconds: 0,
      diskReserveBytes: 0,
      stagingMemoryBytes: 1 << 20,
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
    limits.undurableSeconds = 3_600
    limits.undurablePipeSeconds = 3_600
    return limits
  }
}

/// A client of a `BareDaemon`: keeps what its session has not consumed yet, as a connection does.
final class BareClient {
  private var session: Session
  private let daemon: BareDaemon
  private var unconsumed: [UInt8] = []
  private var isAtEnd = false
  private var work: [Work] = []
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
  var speaksRESP: Bool { session.dialect == .resp }
  var output: [UInt8] { session.output }
  var state: Session.State { session.state }

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
    session.take(descriptors.map { HandedFile($0) }, &daemon.context)
    send("\n")
  }

  /// Whether a file is awaited.
  var awaitsFile: Bool { session.awaitsFile }

  /// Shuts down the writing side.
  func halfClose() {
    isAtEnd = true
    advance()
  }

  /// Sends all bytes in pieces, ends its side and goes away.
  ///
  /// - Parameter settlesEach: whether the jobs of each piece end before the next one.
  func converse(_ bytes: ArraySlice<UInt8>, pieceBytes: Int, settlesEach: Bool) {
    var rest = bytes
    while !rest.isEmpty, !isClosing {
      send(rest.prefix(pieceBytes))
      rest = rest.dropFirst(pieceBytes)
      if settlesEach { settle() }
    }
    halfClose()
    leave()
  }

  /// The client goes away.
  func leave() {
    settle()
    for work in session.abandon() { daemon.run(work) }
  }

  /// The client goes away and hears nothing more.
  func leaveUnheard() {
    isReading = false
    while !work.isEmpty {
      for leftover in daemon.run(work.removeFirst()).leftovers { daemon.run(leftover) }
    }
    for work in session.abandon() { daemon.run(work) }
  }

  /// Nothing has come for long.
  func lapse() {
    for work in session.lapse() { daemon.run(work) }
  }

  /// Has the next job done, if there is one; returns whether there was.
  func finishJob() -> Bool {
    guard !work.isEmpty else { return false }
    session.finish(daemon.run(work.removeFirst()), &daemon.context)
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
    while !work.isEmpty { daemon.run(work.removeFirst()) }
  }

  /// All that was answered.
  var text: String { String(decoding: received, as: UTF8.self) }

  /// How many jobs wait.
  var jobCount: Int { work.count }

  private func advance() {
    while true {
      let consumed = session.consume(unconsumed.span, isAtEnd: isAtEnd, &daemon.context)
      unconsumed.removeFirst(consumed)
      work += session.work
      session.work.removeAll()
      let hadOutput = !session.output.isEmpty
      if isReading {
        received += session.output
        session.output.removeAll()
        session.continueStream()
        work += session.work
        session.work.removeAll()
      }
      if unconsumed.isEmpty || !(isReading && hadOutput) && consumed == 0 { return }
    }
  }
}
