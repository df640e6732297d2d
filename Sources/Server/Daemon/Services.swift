// What all reactors share: the index, the queues of the workers, the daemon's figures.

internal import Identifiers
internal import Index

/// The shared parts of a running daemon.
final class Services: Sendable {
  let index: Index
  let register = LoadRegister()
  let streams = StreamCount()
  let figures: Figures
  let programVersion: String
  let log: DaemonLog
  let staging: WorkQueue
  let queries: WorkQueue
  let writer: WorkQueue
  let reactors: [ReactorMailbox]
  let liveness: Liveness
  let live: LiveValues
  /// Nil where the daemon was started without settings that could be read anew.
  let reloading: Reloading?
  let care: WorkQueue
  let upkeep: Upkeep

  /// Of the rules by which identifiers are read.
  let ruleVersion: Int

  init(
    index: Index, programVersion: String, log: DaemonLog, reactorCount: Int, live: LiveValues,
    reloading: Reloading? = nil, ruleVersion: Int = Identifiers.ruleVersion,
    slow: SlowLog = SlowLog(nil, milliseconds: 0),
    canStart: @escaping @Sendable () throws(ReloadFailure) -> Void = {}
  ) throws(SystemFailure) {
    self.live = live
    self.reloading = reloading
    self.index = index
    self.log = log
    self.ruleVersion = ruleVersion
    self.programVersion = programVersion
    staging = try WorkQueue(slow: slow)
    queries = try WorkQueue(slow: slow)
    writer = try WorkQueue(slow: slow)
    care = try WorkQueue(slow: slow)
    upkeep = try Upkeep(canStart: canStart)
    reactors = try (0..<reactorCount).map { _ throws(SystemFailure) in try ReactorMailbox() }
    liveness = Liveness(
      [
        Liveness.Member(name: "staging", mark: staging.mark),
        Liveness.Member(name: "queries", mark: queries.mark),
        Liveness.Member(name: "writer", mark: writer.mark),
        Liveness.Member(name: "care", mark: care.mark),
      ]
        + reactors.enumerated().map { number, mailbox in
          Liveness.Member(name: "reactor-\(number)", mark: WorkMark(), reactor: mailbox)
        })
    figures = Figures(
      index: index, programVersion: programVersion, ruleVersion: ruleVersion, streams: streams,
      register: register, slow: slow, liveness: liveness)
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
