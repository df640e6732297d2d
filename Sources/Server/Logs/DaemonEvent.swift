// The kinds of events that the daemon logs, in one table: each has a name and a number that stay the same for ever,
// so that a monitoring rule or `journalctl MESSAGE_ID=...` finds it whatever its text says. MONITORING.md lists them;
// a test compares the two.

package enum DaemonEvent: String, CaseIterable, Sendable {
  case started
  case stopping
  case stopped
  case stopForced = "stop-forced"
  case rulesOutdated = "rules-outdated"
  case loaded
  case loadUnchanged = "load-unchanged"
  case loadExpired = "load-expired"
  case removed
  case reindexed
  case erased
  case unsuppressed
  case changed
  case backedUp = "backup"
  case compacted
  case restored
  case verified
  case damaged
  case threadStuck = "thread-stuck"
  case threadRecovered = "thread-recovered"
  case failed
  case indexDead = "index-dead"
  case acceptFailed = "accept-failed"
  case reactorFailed = "reactor-failed"
  case generation
  case clusterTrouble = "cluster-trouble"
  case clusterRecovered = "cluster-recovered"
  case slow
  case note
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
    case .loadExpired: "88d17baed73ca0ef6bf3404851a46c53"
    case .removed: "ccfcb93be41b4f95b27e5495efb67ed3"
    case .reindexed: "43c8994ac250423cbc07e99dd0fa8847"
    case .erased: "44f7abadd7b64b9697efe4ba0bcf262a"
    case .unsuppressed: "71a83f2bb37349ac9b910ba3effddd43"
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
    case .generation: "32c90eda055624cf5fd3d4ee553dee26"
    case .clusterTrouble: "ffb86ec10f132b7956d28ecaebeef8a1"
    case .clusterRecovered: "765664521ffff1d824ead083f08f88b3"
    case .slow: "baba921a5b504d9f8aa26eaaae1673d4"
    case .note: "fc85324adeda47518610dcda3d1df1dd"
    case .warning: "274ea1a5343643279341ddf0dc617759"
    }
  }
}
