// What the daemon's parts share: the index, the queues of the threads, metrics.

internal import Identifiers
internal import Index
internal import Platform
internal import Synchronization
internal import WireProtocol

/// The shared parts of a running daemon.
final class Services: Sendable {
  let index: Index
  let register: LoadRegister
  let streams: Slots
  let crossrefs: Slots
  let spools: SpoolBytes
  let connections: Slots
  let figures: Figures
  let programVersion: String
  let log: DaemonLog
  let queues: WorkQueues
  let reactors: Reactors
  let liveness: Liveness
  let live: LiveValues
  /// Nil where the daemon was started without settings that could be reloaded.
  let reloading: Reloading?
  let upkeep: Upkeep
  let purging: Purging

  /// Nil unless the daemon is a gateway.
  let distant: (any DistantIndex)?

  /// Of the rules by which identifiers are read.
  let ruleVersion: Int

  init(
    index: Index, programVersion: String, log: DaemonLog, reactors: Reactors, live: LiveValues,
    reloading: Reloading? = nil, ruleVersion: Int = Identifiers.ruleVersion,
    slow: SlowLog = SlowLog(nil, milliseconds: 0),
    canStart: @escaping @Sendable () throws(ReloadFailure) -> Void = {},
    distant: (any DistantIndex)? = nil
  ) throws(SystemFailure) {
    self.distant = distant
    self.live = live
    register = LoadRegister(share: live.userShare)
    streams = Slots(share: live.userShare)
    crossrefs = Slots(
      max: ProtocolLimits.crossrefsMax, of: "cross-references are open", share: live.userShare)
    let spools = SpoolBytes(userMax: { live.userSpoolBytes.load(ordering: .relaxed) })
    self.spools = spools
    connections = Slots(
      max: { live.connectionsMax.load(ordering: .relaxed) }, of: "connections are open", share: live.userShare
    )
    self.reloading = reloading
    self.index = index
    self.log = log
    self.ruleVersion = ruleVersion
    self.programVersion = programVersion
    queues = try WorkQueues(slow: slow, isGateway: distant != nil)
    purging = Purging(index, queues: queues, live: live, log: log)
    upkeep = try Upkeep(program: { ProcessRestart.path }, canStart: canStart)
    self.reactors = reactors
    liveness = Liveness(
      [
        Liveness.Member(name: "staging", mark: queues.staging.mark),
        Liveness.Member(name: "queries", mark: queues.queries.mark),
        Liveness.Member(name: "writer", mark: queues.writer.mark),
        Liveness.Member(name: "care", mark: queues.care.mark),
      ]
        + (queues.distant.map { queue in
          queue.marks.enumerated().map { Liveness.Member(name: "lookups-\($0)", mark: $1) }
            + [Liveness.Member(name: "watcher", mark: queue.watcherMark)]
        } ?? [])
        + reactors.mailboxes.enumerated().map { number, mailbox in
          Liveness.Member(name: "reactor-\(number)", mark: WorkMark()) { mailbox.post(.tick($0)) }
        })
    let (streams, register, connections) = (streams, register, connections)
    let (liveness, queries, purging) = (liveness, queues.queries, purging)
    figures = Figures(
      index: index, programVersion: programVersion, ruleVersion: ruleVersion, slow: slow,
      connections: connections, streams: { streams.value }, spools: { spools.value },
      openLoads: { register.count },
      stuckThreads: { liveness.stuck().map(\.thread) }, backlog: { queries.backlog },
      erasureTerm: { purging.term }, distant: distant)
  }
}
