// Whether the daemon can go on doing its work, judged from figures: a pure function, so that its bounds are tested
// without a full disk. What is judged is what an operator can do something about before clients notice.

internal import Index
internal import WireProtocol

/// One line of `HEALTH`.
struct HealthLine: Equatable, Sendable {
  /// What is judged.
  let name: String
  let isDegraded: Bool
  /// For people.
  let text: String
}

/// What health is judged by.
struct HealthFacts: Sendable {
  var diskFreeBytes: Int?
  var diskReserveBytes = 0
  var mapUsedBytes: Int?
  var mapSizeBytes = 1
  var snapshots = 1
  var oldestSnapshotSeconds = 0
  /// How the last write failed, if it did.
  var writeFailure: ErrorCode?
  var openLoads = 0
  var stagedLoads: Int?
  /// Names of threads that have not come back for too long; nil where nobody watches them.
  var stuckThreads: [String]?
}

/// Bounds beyond which the daemon is degraded.
enum HealthLimits {
  /// Free disk space below so many times the reserve is close to it.
  static let diskReserves = 2
  /// Percent of the map in use.
  static let mapPercent = 90
  /// Percent of the map in use from which on the next load may fail.
  static let mapPercentCritical = 98
  /// Seconds for which a snapshot may be held after a newer one came.
  static let snapshotSeconds = 600
}

extension HealthFacts {
  /// The judgement, a line a subject.
  var lines: [HealthLine] {
    var lines = [disk, map].compactMap { $0 }
    let isOld = oldestSnapshotSeconds > HealthLimits.snapshotSeconds
    lines.append(
      HealthLine(
        name: "snapshots", isDegraded: isOld,
        text: isOld
          ? "one has been held for \(oldestSnapshotSeconds) s after a newer one came: a reader is slow, and pages are not used again meanwhile"
          : "\(snapshots) held"))
    lines.append(
      HealthLine(
        name: "writer", isDegraded: writeFailure != nil,
        text: writeFailure.map { "the last write failed (\($0.rawValue)); the log says why" }
          ?? "no write has failed since the last that succeeded"))
    let isFull = openLoads >= ProtocolLimits.openLoadsMax
    lines.append(
      HealthLine(
        name: "loads", isDegraded: isFull,
        text: "\(openLoads) open, \(stagedLoads.map { "\($0)" } ?? "?") staged"
          + (isFull ? "; no more can be opened" : "")))
    if let stuckThreads {
      lines.append(
        HealthLine(
          name: "threads", isDegraded: !stuckThreads.isEmpty,
          text: stuckThreads.isEmpty ? "all answer" : "stuck: \(stuckThreads.joined(separator: ", "))"))
    }
    return lines
  }

  private var disk: HealthLine? {
    guard let diskFreeBytes else { return nil }
    let free = "\(diskFreeBytes >> 20) MiB free, \(diskReserveBytes >> 20) MiB reserved"
    if diskFreeBytes < diskReserveBytes {
      return HealthLine(name: "disk", isDegraded: true, text: "\(free): writes are refused")
    }
    let isNear = diskFreeBytes < HealthLimits.diskReserves * diskReserveBytes
    return HealthLine(
      name: "disk", isDegraded: isNear, text: isNear ? "\(free): writes will be refused soon" : free)
  }

  private var map: HealthLine? {
    guard let mapUsedBytes else { return nil }
    let percent = mapUsedBytes / max(1, mapSizeBytes / 100)
    let used = "\(percent) % of \(mapSizeBytes >> 20) MiB used"
    guard percent >= HealthLimits.mapPercent else {
      return HealthLine(name: "map", isDegraded: false, text: used)
    }
    let isCritical = percent >= HealthLimits.mapPercentCritical
    return HealthLine(
      name: "map", isDegraded: true,
      text: "\(isCritical ? "critical: " : "")\(used); start whichsetd with a larger --map-size")
  }
}

extension Figures {
  func health() -> [HealthLine] {
    let now = lastReading
    var facts = HealthFacts()
    facts.diskFreeBytes = now.measures.diskFreeBytes
    facts.diskReserveBytes = index.limits.diskReserveBytes
    facts.mapUsedBytes = now.measures.map?.usedBytes
    facts.mapSizeBytes = now.measures.map?.sizeBytes ?? 1
    facts.snapshots = now.snapshots
    facts.oldestSnapshotSeconds = now.oldestSnapshotSeconds
    facts.writeFailure = work.writeFailure
    facts.openLoads = now.openLoads
    facts.stagedLoads = now.measures.stagedLoads
    facts.stuckThreads = liveness?.stuck().map(\.thread)
    return facts.lines
  }
}
