// Every metric of the daemon, once: its names in `STATS` and `METRICS`, and where its value comes from. MONITORING.md lists
// the families; a test compares the two. What the system does not give is left out.

internal import Identifiers
internal import Index
internal import WireProtocol

/// A metric: its line of `STATS`, its family of `METRICS`, or both.
struct Metric {
  var stats: (MetricReading) -> [(name: String, value: String)] = { _ in [] }
  var write: (MetricReading, inout OpenMetricsWriter) -> Void = { _, _ in }

  /// In the order of `STATS`.
  static var all: [Metric] { index + connections + requests + daemon + room + loads + backup + cluster }

  private static var index: [Metric] {
    [
      stat(StatsRequest.Line.images) { $0.snapshot?.counts.images },
      gauge("memberships", stat: "memberships", "Pairs of an image and a dataset that it is in.") {
        $0.distant?.count("memberships") ?? $0.snapshot?.counts.memberships
      },
      gauge("datasets", stat: StatsRequest.Line.datasets, "Datasets of the index.") {
        $0.distant?.datasets.count ?? $0.snapshot?.datasets.count
      },
      stat("accounts") { $0.snapshot?.counts.accounts },
      stat("rows") { $0.snapshot?.datasets.values.reduce(0) { $0 + $1.rows } },
      stat("rejected") { $0.snapshot?.datasets.values.reduce(0) { $0 + $1.rejected } },
      stat("keys") { $0.snapshot?.counts.keys },
      gauge("suppressed", stat: "suppressed", "Keys that are suppressed.") {
        $0.distant?.count("suppressed") ?? $0.snapshot?.suppressions.count
      },
      stat("sets") { $0.snapshot?.datasetSetCount },
      stat(StatsRequest.Line.rules) { $0.ruleVersion },
      stat(StatsRequest.Line.outdated) { $0.snapshot?.datasets(before: $0.ruleVersion).count },
      Metric(stats: { reading in
        Namespace.allCases.flatMap { namespace -> [(name: String, value: String)] in
          guard let space = reading.snapshot?.counts.spaces[namespace.rawValue], space.keys > 0 else {
            return []
          }
          let images = ("\(StatsRequest.Line.imagesBy)\(namespace.name)", "\(space.images)")
          return (space.images > 0 ? [images] : []) + [
            ("\(StatsRequest.Line.keys)\(namespace.name)", "\(space.keys)")
          ]
        }
      }),
      family("images", .gauge, by: "namespace", "Distinct images, by the namespace of their keys.") {
        reading in
        Namespace.allCases.map { namespace in
          let count = reading.distant?.count(StatsRequest.Line.imagesBy + namespace.name)
          return (namespace.name, count ?? reading.snapshot?.counts.spaces[namespace.rawValue]?.images ?? 0)
        }
      },
      family("keys", .gauge, by: "namespace", "Keys, by namespace.") { reading in
        Namespace.allCases.map { namespace in
          let count = reading.distant?.count(StatsRequest.Line.keys + namespace.name)
          return (namespace.name, count ?? reading.snapshot?.counts.spaces[namespace.rawValue]?.keys ?? 0)
        }
      },
    ]
  }

  private static var connections: [Metric] {
    [
      gauge("connections", stat: "connections", "Connections that are open.") { $0.connections },
      counter("connections_accepted", stat: "connections.accepted", "Connections that were accepted.") {
        $0.accepted
      },
      counter(
        "connections_refused", stat: "connections.refused",
        "Connections turned away, since too many were open."
      ) { $0.refused },
      counter(
        "connections_dropped", stat: "connections.dropped",
        "Connections dropped, since their clients took no replies."
      ) { $0.dropped },
      gauge(
        "output_pending_bytes", stat: "output.pending.bytes", "Bytes of replies that wait for their readers."
      ) {
        $0.pendingOutputBytes
      },
      counter(
        "connections_idle", stat: "connections.idle",
        "Connections closed, since they were idle while more than half of all were in use."
      ) { $0.idle },
    ]
  }

  private static var requests: [Metric] {
    [
      stat("requests") { $0.totals.requests.values.reduce(0, +) },
      family(
        "requests", .counter, by: "verb",
        "Requests, by verb. Every CHECK is one, and every MCHECK, however long."
      ) { reading in Verb.allCases.map { ($0.name, reading.totals.requests[$0] ?? 0) } },
      stat("queries") { $0.totals.queries },
      Metric(stats: { reading in
        ReactorFigures.outcomes.map { ("queries.\($0)", "\(reading.totals.lookups($0))") }
      }),
      Metric(write: { reading, writer in
        writer.begin("lookups", .counter, "Identifiers that were looked up, by verb and by what came of it.")
        for verb in ReactorFigures.lookupVerbs {
          for outcome in ReactorFigures.outcomes {
            writer.sample(
              "_total", [("verb", verb.name), ("outcome", outcome)],
              "\(reading.totals.lookups[verb]?[outcome] ?? 0)")
          }
        }
      }),
      counter("crossref_rows", "Rows of cross-references.") { $0.totals.crossrefRows },
      stat("errors") { $0.totals.errors.values.reduce(0, +) },
      family("errors", .counter, by: "code", "Errors that were answered, by the protocol's code.") {
        reading in
        ErrorCode.allCases.map { ($0.rawValue, reading.totals.errors[$0] ?? 0) }
      },
      Metric(write: { reading, writer in
        writer.begin(
          "request_duration_seconds", .histogram,
          "Time from a request being read to its reply being made, by verb; of MCHECK each identifier counts."
        )
        // Of verbs that were asked.
        for verb in Verb.allCases {
          guard let durations = reading.totals.durations[verb], durations.count > 0 else { continue }
          writer.histogram([("verb", verb.name)], durations)
        }
      }),
      counter("slow", stat: "slow", "Requests, steps and writes that took longer than the slow log's bound.")
      {
        $0.slow
      },
    ]
  }

  private static var daemon: [Metric] {
    [
      gauge("snapshots", stat: "snapshots", "Snapshots of the index that are held, the newest included.") {
        $0.snapshots
      },
      gauge(
        "snapshot_oldest_seconds", stat: "snapshots.oldest.seconds",
        "For how long the oldest snapshot that is held has not been the newest any more."
      ) { $0.oldestSnapshotSeconds },
      gauge("streams", stat: "streams", "Streamed replies under way.") { $0.streams },
      gauge("start_time_seconds", "When the daemon started, in seconds since 1970.") { $0.startedAt },
      gauge("uptime_seconds", stat: "uptime.seconds", "For how long it has been running.") {
        $0.uptimeSeconds
      },
      Metric(stats: { [("version", $0.programVersion)] }) { reading, writer in
        writer.begin("build", .info, "The program and what it reads and writes.")
        writer.sample(
          "_info",
          [
            ("version", reading.programVersion), ("format", "\(Index.formatVersion)"),
            ("rules", "\(reading.ruleVersion)"), ("protocol", "\(ProtocolLimits.version)"),
          ], "1")
      },
      stat("format") { _ in Index.formatVersion },
    ]
  }

  private static var room: [Metric] {
    [
      gauge(
        "map_size_bytes", stat: "map.size.bytes",
        "Address space reserved for the index: the most that it can grow to."
      ) { $0.measures.map?.sizeBytes },
      gauge("map_used_bytes", stat: "map.used.bytes", "Bytes of the data file that are in use.") {
        $0.measures.map?.usedBytes
      },
      gauge(
        "map_free_bytes", stat: "map.free.bytes", "Bytes of the data file that are free to be used again."
      ) {
        $0.measures.map.map { $0.fileBytes - $0.usedBytes }
      },
      gauge("disk_free_bytes", stat: "disk.free.bytes", "Bytes free on the disk of the data folder.") {
        $0.measures.diskFreeBytes
      },
      gauge(
        "spool_bytes", stat: "spool.bytes", "Bytes that cross-references and accounts have on the disk."
      ) {
        $0.spoolBytes
      },
      gauge("disk_reserve_bytes", "Bytes below which writes are refused.") { $0.diskReserveBytes },
      gauge(
        "memory_resident_bytes", stat: "memory.resident.bytes",
        "Memory of the process, pages of the index that are mapped included."
      ) { $0.memory?.residentBytes },
      gauge("memory_own_bytes", stat: "memory.own.bytes", "Memory of the process that no file backs.") {
        $0.memory?.anonymousBytes
      },
    ]
  }

  private static var loads: [Metric] {
    [
      counter("loads_committed", stat: "loads.committed", "Loads that became visible.") { $0.work.committed },
      counter("loads_unchanged", "Loads of lists that their datasets had already.") { $0.work.unchanged },
      counter("loads_failed", stat: "loads.failed", "Loads that could not be made visible.") {
        $0.work.failed
      },
      counter("loads_suppressed", stat: "loads.suppressed", "Suppressed images that loads left out.") {
        $0.work.imagesLeftOut
      },
      stat("loads.rows.accepted") { $0.work.rowsAccepted },
      stat("loads.rows.rejected") { $0.work.rowsRejected },
      family("rows", .counter, by: "outcome", "Rows that loads sent, by what came of them.") {
        [("accepted", $0.work.rowsAccepted), ("rejected", $0.work.rowsRejected)]
      },
      gauge("loads_open", stat: "loads.open", "Loads that are open on a connection.") { $0.openLoads },
      gauge("loads_staged", stat: "loads.staged", "Loads that are staged, open or not.") {
        $0.measures.stagedLoads
      },
      gauge("loads_staged_bytes", stat: "loads.staged.bytes", "Bytes that staged loads have on the disk.") {
        $0.measures.stagedBytes
      },
      gauge("write_failed", "1 where the last write to the index failed, else 0.") {
        $0.work.writeFailure == nil ? 0 : 1
      },
    ]
  }

  private static var backup: [Metric] {
    [
      gauge(
        "erasure_left_seconds", stat: "erasure.left.seconds",
        "Seconds left until files hold nothing of what was erased or removed; below 0 where that is late."
      ) { $0.erasureTerm.secondsLeft(at: $0.now) },
      gauge(
        "backup_last_timestamp_seconds", stat: "backup.last",
        "The moment that the last good backup shows, in seconds since 1970."
      ) { $0.backup?.time },
      gauge("backup_last_bytes", stat: "backup.last.bytes", "Bytes of the last backup.") {
        $0.backup?.byteCount
      },
    ]
  }
}

extension Metric {
  /// Those of gateways.
  private static var cluster: [Metric] {
    [
      Metric(stats: { reading in
        guard let distant = reading.distant else { return [] }
        var lines = [("cluster.nodes", "\(distant.nodes.count)")]
        lines.append(("cluster.nodes.unreachable", "\(distant.unreachable.count)"))
        if !distant.unreachable.isEmpty {
          let names = distant.unreachable.map(\.name).joined(separator: ",")
          lines.append(("cluster.nodes.unreachable.names", names))
        }
        guard let generation = distant.generation else { return lines }
        lines.append(("cluster.generation", generation))
        lines.append(("cluster.published", "\(distant.publishedAt)"))
        lines.append(("cluster.age.seconds", "\(max(0, reading.now - distant.publishedAt))"))
        if let publisher = distant.publisher { lines.append(("cluster.publisher", publisher)) }
        return lines
      }) { reading, writer in
        guard let distant = reading.distant else { return }
        writer.begin("cluster_node_up", .gauge, "1 where a node of the cluster answers, else 0.")
        for node in distant.nodes {
          writer.sample("", [("node", node.name)], node.failure == nil ? "1" : "0")
        }
        guard let generation = distant.generation else { return }
        writer.begin("cluster_generation", .info, "What a gateway answers from.")
        writer.sample("_info", [("generation", generation)], "1")
      },
      gauge(
        "cluster_published_timestamp_seconds",
        "When the generation that a gateway answers from was published, in seconds since 1970."
      ) { $0.distant?.generation == nil ? nil : $0.distant?.publishedAt },
    ]
  }

  fileprivate static func stat(_ name: String, _ value: @escaping (MetricReading) -> Int?) -> Metric {
    Metric(stats: { reading in value(reading).map { [(name, "\($0)")] } ?? [] })
  }

  fileprivate static func gauge(
    _ name: StaticString, stat: String? = nil, _ help: StaticString,
    _ value: @escaping (MetricReading) -> Int?
  ) -> Metric {
    var metric = stat.map { self.stat($0, value) } ?? Metric()
    metric.write = { reading, writer in
      guard let value = value(reading) else { return }
      writer.begin(name, .gauge, help)
      writer.sample("", [], "\(value)")
    }
    return metric
  }

  fileprivate static func counter(
    _ name: StaticString, stat: String? = nil, _ help: StaticString, _ value: @escaping (MetricReading) -> Int
  ) -> Metric {
    var metric = stat.map { self.stat($0, value) } ?? Metric()
    metric.write = { reading, writer in
      writer.begin(name, .counter, help)
      writer.sample("_total", [], "\(value(reading))")
    }
    return metric
  }

  /// A sample for each value of a label.
  fileprivate static func family(
    _ name: StaticString, _ kind: OpenMetricsWriter.Kind, by label: StaticString, _ help: StaticString,
    _ values: @escaping (MetricReading) -> [(String, Int)]
  ) -> Metric {
    Metric(write: { reading, writer in
      writer.begin(name, kind, help)
      for (value, count) in values(reading) {
        writer.sample(kind == .counter ? "_total" : "", [(label, value)], "\(count)")
      }
    })
  }
}
