// The query thread: answers that take longer than a reactor may be held up.

internal import Index
internal import WireProtocol

/// What the query thread has at hand.
final class QueryThread: StreamingThread {
  static let duty = "querying"
  static let dropsWorkOfGone = true
  let index: Index
  let register: LoadRegister
  let streams: Slots
  let spools: SpoolBytes
  let log: DaemonLog
  let ruleVersion: Int
  let figures: Figures
  /// Reloads the settings; nil where the daemon has none.
  let reload: (@Sendable () throws(ReloadFailure) -> [ReloadRequest.Setting])?
  var keys: KeyMaker
  /// Of the snapshot that an account was last asked of.
  private var lastTies: AccountTies?

  init(
    index: Index, register: LoadRegister, streams: Slots, spools: SpoolBytes, log: DaemonLog,
    ruleVersion: Int, figures: Figures,
    reload: (@Sendable () throws(ReloadFailure) -> [ReloadRequest.Setting])? = nil
  ) {
    self.index = index
    self.register = register
    self.streams = streams
    self.spools = spools
    self.log = log
    self.ruleVersion = ruleVersion
    self.figures = figures
    self.reload = reload
    keys = KeyMaker(ruleVersion: ruleVersion)
  }

  static func step(_ body: @escaping @Sendable (QueryThread) -> Outcome?) -> Work.Step { .queries(body) }

  /// The datasets that can tie names of accounts together.
  func ties(in snapshot: Snapshot) -> AccountTies {
    if let lastTies, lastTies.version == snapshot.version { return lastTies }
    let ties = AccountTies(snapshot)
    lastTies = ties
    return ties
  }
}
