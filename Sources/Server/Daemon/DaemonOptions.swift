// What a daemon is told at its start, most of it by settings, and what it takes of the machine where nobody says otherwise.

internal import Glibc
internal import Identifiers
package import Index
internal import WireProtocol

/// What a daemon is told at its start.
package struct DaemonOptions: Sendable {
  package var dataPath: String
  package var entrances: [Entrance]
  /// The sockets that were made for it.
  package var inherited: [InheritedSocket] = []
  /// Reloads the settings; nil where there are none.
  package var reload: (@Sendable () throws(ReloadFailure) -> ReloadedSettings)?
  /// Throws where a new start, with what the settings are now, would not come up, or come up elsewhere.
  package var canStart: @Sendable () throws(ReloadFailure) -> Void = {}
  package var notifier: ServiceNotifier?
  /// Reactor threads, at most; 0 for one a core.
  package var threads = 0
  /// How long a reactor looks for requests before it sleeps.
  package var spinMicroseconds = 0
  /// For so many reactors.
  var plan: @Sendable (Int) -> any ReactorPlanning = ReactorPlan.init(count:)
  package var connectionsMax = 4_096
  /// The part of all connections, streamed replies, cross-references and open loads that one user may hold.
  package var userSharePercent = 75
  /// Bytes that one user's cross-references and accounts may have on the disk: 1,000 million ids, or half as many while sorted
  /// runs become one. 0 for no bound.
  package var userSpoolBytes = 8 << 30
  /// How long a stop may take before the daemon ends all the same.
  package var stopSeconds = 10
  /// After how many days a load is dropped that was interrupted and not gone on with; 0 for never.
  package var stagedDays = 30
  /// In how many seconds what was erased or removed leaves the files; 0 if only asked.
  package var eraseWithinSeconds = 3_600
  /// Bounds of the index. Loads may use a quarter of the machine's memory, and all its cores, where queries leave
  /// them idle: the threads that load have a lower priority.
  package var limits = Self.limitsOfThisMachine
  package var programVersion: String
  /// From how many milliseconds on a request is written to the slow log; 0 for never.
  package var slowLogMilliseconds = 1_000
  /// Rules of identifiers that are newer are left out.
  package var ruleVersion = Identifiers.ruleVersion
  /// What to answer from in place of the index in the folder, which has to be empty then: the daemon is a gateway.
  package var distant: (any DistantIndex)?
  /// Called when the index is open.
  package var opened: @Sendable () -> Void = {}
  /// Ends the process, on whatever thread it is called.
  package let end: @Sendable (FatalTrouble) -> Never

  package init(
    dataPath: String, entrances: [Entrance], programVersion: String,
    end: @escaping @Sendable (FatalTrouble) -> Never
  ) {
    self.dataPath = dataPath
    self.entrances = entrances
    self.programVersion = programVersion
    self.end = end
  }

  /// A quarter of the machine's memory, for the rows of loads, and at most 2 GiB: so many can be written to the disk before a
  /// daemon that is stopped has to end.
  package static var stagingMemoryBytesOfThisMachine: Int {
    min(2 << 30, sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE)) / 4)
  }

  private static var limitsOfThisMachine: IndexLimits {
    var limits = IndexLimits()
    limits.stagingMemoryBytes = stagingMemoryBytesOfThisMachine
    let cores = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    limits.stagingLanes = min(16, cores)
    // As many as cores: the writer waits for them for most of the time.
    limits.mergeThreads = min(8, cores)
    return limits
  }
}
