// Whether the daemon can go on doing its work: a pure function of metrics, so that its bounds are tested without a full disk.
// What is judged is what an operator can do something about before clients notice.

internal import Index
internal import WireProtocol

/// Bounds beyond which the daemon is degraded.
enum HealthLimits {
  /// Free disk space below so many times the reserve is close to it.
  static let diskReserves = 2
  static let mapPercent = 90
  /// Percent of the map in use from which on the next load may fail.
  static let mapPercentCritical = 98
  /// Seconds for which a snapshot may be held after a newer one came.
  static let snapshotSeconds = 600
  /// Seconds for which a request may wait for the query thread.
  static let queueSeconds = 5
}

enum Health {
  typealias Subject = HealthRequest.Subject

  /// A line a subject. What the system does not give is not judged.
  static func judge(_ now: MetricReading) -> [Subject] {
    [
      disk(now), map(now), snapshots(now), writer(now), loads(now), queries(now), threads(now), erasure(now),
      cluster(now),
    ]
    .compactMap { $0 }
  }

  private static func disk(_ now: MetricReading) -> Subject? {
    guard let bytes = now.measures.diskFreeBytes else { return nil }
    let free = "\(bytes >> 20) MiB free, \(now.diskReserveBytes >> 20) MiB reserved"
    if bytes < now.diskReserveBytes {
      return Subject(name: "disk", isDegraded: true, text: "\(free): writes are refused")
    }
    let isNear = bytes < HealthLimits.diskReserves * now.diskReserveBytes
    return Subject(
      name: "disk", isDegraded: isNear, text: isNear ? "\(free): writes will be refused soon" : free)
  }

  private static func map(_ now: MetricReading) -> Subject? {
    guard let map = now.measures.map else { return nil }
    let percent = map.usedBytes / max(1, map.sizeBytes / 100)
    let used = "\(percent) % of \(map.sizeBytes >> 20) MiB used"
    guard percent >= HealthLimits.mapPercent else {
      return Subject(name: "map", isDegraded: false, text: used)
    }
    let isCritical = percent >= HealthLimits.mapPercentCritical
    return Subject(
      name: "map", isDegraded: true,
      text: "\(isCritical ? "critical: " : "")\(used); start whichsetd with a larger --map-size")
  }

  private static func snapshots(_ now: MetricReading) -> Subject {
    let isOld = now.oldestSnapshotSeconds > HealthLimits.snapshotSeconds
    return Subject(
      name: "snapshots", isDegraded: isOld,
      text: isOld
        ? "one has been held for \(now.oldestSnapshotSeconds) s after a newer one came: a reader is slow, and pages are not used again meanwhile"
        : "\(now.snapshots) held")
  }

  private static func writer(_ now: MetricReading) -> Subject {
    let failure = now.work.writeFailure.map { "the last write failed (\($0.rawValue)); the log says why" }
    return Subject(
      name: "writer", isDegraded: failure != nil,
      text: failure ?? "no write has failed since the last that succeeded")
  }

  private static func loads(_ now: MetricReading) -> Subject {
    let isFull = now.openLoads >= ProtocolLimits.openLoadsMax
    let staged = now.measures.stagedLoads.map { "\($0)" } ?? "?"
    return Subject(
      name: "loads", isDegraded: isFull,
      text: "\(now.openLoads) open, \(staged) staged" + (isFull ? "; no more can be opened" : ""))
  }

  private static func queries(_ now: MetricReading) -> Subject? {
    guard let backlog = now.backlog else { return nil }
    let seconds = backlog.nanoseconds / 1_000_000_000
    return Subject(
      name: "queries", isDegraded: seconds > HealthLimits.queueSeconds,
      text: backlog.count == 0
        ? "none waits" : "\(backlog.count) wait, the first of them for \(seconds) s")
  }

  private static func erasure(_ now: MetricReading) -> Subject {
    let (isLate, text) = now.erasureTerm.verdict(at: now.now)
    return Subject(name: "erasure", isDegraded: isLate, text: text)
  }

  private static func cluster(_ now: MetricReading) -> Subject? {
    guard let distant = now.distant else { return nil }
    var parts: [String] = []
    if let generation = distant.generation {
      parts.append("generation \(generation), published \(max(0, now.now - distant.publishedAt)) s ago")
    }
    if let trouble = distant.trouble { parts.append(trouble) }
    let silent = distant.unreachable
    if !silent.isEmpty {
      parts.append(
        "out of reach: \(silent.map { "\($0.name) (\($0.failure ?? ""))" }.joined(separator: ", "))")
    } else if !distant.nodes.isEmpty {
      parts.append(
        distant.nodes.count == 1 ? "its node answers" : "all of \(distant.nodes.count) nodes answer")
    }
    return Subject(
      name: "cluster", isDegraded: distant.generation == nil || distant.trouble != nil || !silent.isEmpty,
      text: parts.joined(separator: "; "))
  }

  private static func threads(_ now: MetricReading) -> Subject? {
    guard let stuck = now.stuckThreads else { return nil }
    return Subject(
      name: "threads", isDegraded: !stuck.isEmpty,
      text: stuck.isEmpty ? "all answer" : "stuck: \(stuck.joined(separator: ", "))")
  }
}
