// The kinds of events that the daemon logs, in one table: each has a name and a number that stay the same for ever,
// so that a monitoring rule or `journalctl MESSAGE_ID=...` finds it whatever its text says. MONITORING.md lists them;
// a test compares the two.

/// A kind of event.
package enum DaemonEvent: String, CaseIterable, Sendable {
  /// The daemon listens.
  case started
  /// It was told to stop.
  case stopping
  /// It has stopped.
  case stopped
  /// It ends although something is still under way.
  case stopForced = "stop-forced"
  /// Datasets have keys by older rules.
  case rulesOutdated = "rules-outdated"
  /// A load has become visible.
  case loaded
  /// A load was of a list that its dataset had.
  case loadUnchanged = "load-unchanged"
  /// A dataset was removed.
  case removed
  /// The keys of a dataset were made anew.
  case reindexed
  /// A client asked for a change: who, and what came of it.
  case changed
  /// A backup was made and verified.
  case backedUp = "backup"
  /// The data file was written anew.
  case compacted
  /// A backup took the index's place.
  case restored
  /// All that is stored was found sound.
  case verified
  /// A verification found damage.
  case damaged
  /// A thread makes no progress.
  case threadStuck = "thread-stuck"
  /// A thread that was stuck gets on again.
  case threadRecovered = "thread-recovered"
  /// A job failed, and not by the client's fault.
  case failed
  /// The index cannot be written any more; the daemon ends.
  case indexDead = "index-dead"
  /// A connection could not be accepted.
  case acceptFailed = "accept-failed"
  /// A reactor could not start; the daemon ends.
  case reactorFailed = "reactor-failed"
  /// A request, a step of one, or a write took longer than the bound of the slow log.
  case slow
  /// Something else that an operator may want to know.
  case note
  /// Something else that an operator has to know.
  case warning

  /// The event's number, 128 bits in hex: the journal's MESSAGE_ID. Each was drawn at random, and is not used again.
  package var identifier: String {
    switch self {
    case .started: "7cae4088e6ff41be83097133f9f1f85c"
    case .stopping: "bc12523e9e2543f78475100d68ff73c1"
    case .stopped: "b501dc81bb2a4ba4aab75dc1bf1ed7a8"
    case .stopForced: "ed34bc2bf6ea4b0cbbb3589c43c592ed"
    case .rulesOutdated: "26d80899dfc04290a96e816d8b273123"
    case .loaded: "888b34a9e21641f98d4d0c75ffad2725"
    case .loadUnchanged: "f721272b75d74b659e8c6eae3bc7950d"
    case .removed: "ccfcb93be41b4f95b27e5495efb67ed3"
    case .reindexed: "43c8994ac250423cbc07e99dd0fa8847"
    case .changed: "38a987fb1f9344ee871f9e1f84c78129"
    case .backedUp: "b36622d3e91347919f33ff7c33ed91a1"
    case .compacted: "1ad0534fc9ad4abba3f4556f780b4c93"
    case .restored: "8c1e74b0b44d4d4a8ed6b9fff570e866"
    case .verified: "ffa68d6f3e7a4a0fba49299185fc9965"
    case .damaged: "fb429c73c028460792c799b00955e8ef"
    case .threadStuck: "a2ad841ea25f495ba616d6bf16ce7ba3"
    case .threadRecovered: "f5c2d741619240cc868987bccabb5d70"
    case .failed: "cde16db035f04dfda561126878974250"
    case .indexDead: "a668aa9c80cd466dbd293ebab6a42a15"
    case .acceptFailed: "72bae5569f1242718f84e577cfb5654f"
    case .reactorFailed: "2de76189fab6400b88d4409477d38a3d"
    case .slow: "baba921a5b504d9f8aa26eaaae1673d4"
    case .note: "fc85324adeda47518610dcda3d1df1dd"
    case .warning: "274ea1a5343643279341ddf0dc617759"
    }
  }
}
