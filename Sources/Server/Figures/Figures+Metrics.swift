// The daemon's figures as METRICS gives them. MONITORING.md lists the families; a test compares the two.

internal import Identifiers
internal import Index
internal import WireProtocol

extension Figures {
  func metrics() -> [String] {
    let now = reading
    var writer = OpenMetricsWriter()
    writer.begin("build", .info, "The program and what it reads and writes.")
    writer.sample(
      "_info",
      [
        ("version", programVersion), ("format", "\(Index.formatVersion)"), ("rules", "\(ruleVersion)"),
        ("protocol", "\(ProtocolLimits.version)"),
      ], "1")
    writer.gauge(
      "start_time_seconds", unit: "seconds", "When the daemon started, in seconds since 1970.", startedAt)
    writer.gauge("uptime_seconds", unit: "seconds", "For how long it has been running.", now.uptimeSeconds)
    write(now.totals, &writer)
    writer.counter("slow", "Requests, steps and writes that took longer than the slow log's bound.", now.slow)
    writeConnections(now, &writer)
    writeIndex(&writer)
    writeRoom(now, &writer)
    writeLoads(now, &writer)
    writer.end()
    return writer.lines
  }

  private func write(_ totals: RequestTotals, _ writer: inout OpenMetricsWriter) {
    writer.begin(
      "requests", .counter, "Requests, by verb. Every CHECK is one, and every MCHECK, however long.")
    for verb in Verb.allCases {
      writer.sample("_total", [("verb", verb.rawValue)], "\(totals.requests[verb] ?? 0)")
    }
    writer.begin("lookups", .counter, "Identifiers that were looked up, by verb and by what came of it.")
    for verb in ReactorFigures.lookupVerbs {
      for outcome in ReactorFigures.outcomes {
        writer.sample(
          "_total", [("verb", verb.rawValue), ("outcome", outcome)],
          "\(totals.lookups[verb]?[outcome] ?? 0)")
      }
    }
    writer.counter("crossref_rows", "Rows of cross-references.", totals.crossrefRows)
    writer.begin("errors", .counter, "Errors that were answered, by the protocol's code.")
    for code in ErrorCode.allCases {
      writer.sample("_total", [("code", code.rawValue)], "\(totals.errors[code] ?? 0)")
    }
    writer.begin(
      "request_duration_seconds", .histogram, unit: "seconds",
      "Time from a request being read to its reply being made, by verb; of MCHECK each identifier counts.")
    // Of verbs that were asked.
    for verb in Verb.allCases {
      guard let durations = totals.durations[verb], durations.count > 0 else { continue }
      writer.histogram([("verb", verb.rawValue)], durations)
    }
  }

  private func writeConnections(_ now: FigureReading, _ writer: inout OpenMetricsWriter) {
    writer.gauge("connections", "Connections that are open.", now.connections)
    writer.counter("connections_accepted", "Connections that were accepted.", now.accepted)
    writer.counter("connections_refused", "Connections turned away, since too many were open.", now.refused)
    writer.counter(
      "connections_dropped", "Connections dropped, since their clients took no replies.", now.dropped)
    writer.gauge("streams", "Streamed replies under way.", now.streams)
    writer.gauge("snapshots", "Snapshots of the index that are held, the newest included.", now.snapshots)
    writer.gauge(
      "snapshot_oldest_seconds", unit: "seconds",
      "For how long the oldest snapshot that is held has not been the newest any more.",
      now.oldestSnapshotSeconds)
  }

  private func writeIndex(_ writer: inout OpenMetricsWriter) {
    let snapshot = index.snapshot
    writer.gauge("datasets", "Datasets of the index.", snapshot.datasets.count)
    writer.gauge("memberships", "Pairs of an image and a dataset that it is in.", snapshot.counts.memberships)
    writer.begin("images", .gauge, "Distinct images, by the namespace of their keys.")
    for namespace in Namespace.allCases {
      let space = snapshot.counts.spaces[namespace.rawValue]
      writer.sample("", [("namespace", namespace.name)], "\(space?.images ?? 0)")
    }
    writer.begin("keys", .gauge, "Keys, by namespace.")
    for namespace in Namespace.allCases {
      let space = snapshot.counts.spaces[namespace.rawValue]
      writer.sample("", [("namespace", namespace.name)], "\(space?.keys ?? 0)")
    }
  }

  private func writeRoom(_ now: FigureReading, _ writer: inout OpenMetricsWriter) {
    let map = now.measures.map
    writer.gauge(
      "map_size_bytes", unit: "bytes", "Address space reserved for the index: the most that it can grow to.",
      map?.sizeBytes)
    writer.gauge("map_used_bytes", unit: "bytes", "Bytes of the data file that are in use.", map?.usedBytes)
    writer.gauge(
      "map_free_bytes", unit: "bytes", "Bytes of the data file that are free to be used again.",
      map.map { $0.fileBytes - $0.usedBytes })
    writer.gauge(
      "disk_free_bytes", unit: "bytes", "Bytes free on the disk of the data folder.",
      now.measures.diskFreeBytes)
    writer.gauge(
      "disk_reserve_bytes", unit: "bytes", "Bytes below which writes are refused.",
      index.limits.diskReserveBytes)
    writer.gauge(
      "memory_resident_bytes", unit: "bytes",
      "Memory of the process, pages of the index that are mapped included.", now.memory?.residentBytes)
    writer.gauge(
      "memory_own_bytes", unit: "bytes", "Memory of the process that no file backs.",
      now.memory?.anonymousBytes)
    writeBackup(&writer)
  }

  /// Of the last backup, where one was made.
  private func writeBackup(_ writer: inout OpenMetricsWriter) {
    let backup = index.lastBackup
    writer.gauge(
      "backup_last_timestamp_seconds", unit: "seconds",
      "The moment that the last good backup shows, in seconds since 1970.",
      backup?.time)
    writer.gauge("backup_last_bytes", unit: "bytes", "Bytes of the last backup.", backup?.byteCount)
  }

  private func writeLoads(_ now: FigureReading, _ writer: inout OpenMetricsWriter) {
    writer.counter("loads_committed", "Loads that became visible.", work.loadsCommitted)
    writer.counter("loads_unchanged", "Loads of lists that their datasets had already.", work.loadsUnchanged)
    writer.counter("loads_failed", "Loads that could not be made visible.", work.loadsFailed)
    writer.gauge("loads_open", "Loads that are open on a connection.", now.openLoads)
    writer.gauge("loads_staged", "Loads that are staged, open or not.", now.measures.stagedLoads)
    writer.gauge(
      "loads_staged_bytes", unit: "bytes", "Bytes that staged loads have on the disk.",
      now.measures.stagedBytes)
    writer.begin("rows", .counter, "Rows that loads sent, by what came of them.")
    writer.sample("_total", [("outcome", "accepted")], "\(work.rowsAccepted)")
    writer.sample("_total", [("outcome", "rejected")], "\(work.rowsRejected)")
    writer.gauge(
      "write_failed", "1 where the last write to the index failed, else 0.", work.writeFailure == nil ? 0 : 1)
  }
}
