// All that metrics are made of, as it is at one moment.

internal import Index
internal import WireProtocol

/// What is known of the daemon at one moment.
struct MetricReading {
  var programVersion = ""
  var ruleVersion = 0
  var totals = RequestTotals()
  var connections = 0
  var accepted = 0
  /// Turned away, since too many were open.
  var refused = 0
  var dropped = 0
  var pendingOutputBytes = 0
  /// Closed, since they were idle while connections were short.
  var idle = 0
  var streams = 0
  /// Bytes that cross-references and accounts have on the disk.
  var spoolBytes = 0
  /// Requests and steps that the slow log's bound makes slow.
  var slow = 0
  /// Nil for a gateway, which has `distant` instead.
  var snapshot: Snapshot?
  var distant: DistantStatus?
  var snapshots = 1
  var oldestSnapshotSeconds = 0
  var openLoads = 0
  var work = WorkTotals()
  /// In seconds since 1970.
  var startedAt = 0
  var uptimeSeconds = 0
  var memory: ProcessMemory?
  var measures = IndexMeasures()
  var diskReserveBytes = 0
  var backup: BackupRecord?
  var erasureTerm = ErasureTerm()
  /// In seconds since 1970.
  var now = 0
  /// What waits for the query thread; nil where nobody knows.
  var backlog: Backlog?
  /// Names of threads that have not come back for too long; nil where nobody watches them.
  var stuckThreads: [String]?
}
