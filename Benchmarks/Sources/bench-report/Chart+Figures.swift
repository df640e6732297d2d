// What the two charts show: lookups beside the peers', and what more keys cost.

extension Chart {
  /// The charts that the records have figures for.
  static func all(_ records: Records) -> [Chart] { [lookups(records), growth(records)].compactMap { $0 } }

  private static func lookups(_ records: Records) -> Chart? {
    let groups = records.cases("lookups").compactMap { subcase -> [Bar]? in
      let bars = [Report.ours, Report.peer, "memcached"].enumerated().compactMap { kind, subject -> Bar? in
        guard let rounds = records.rounds("lookups", subcase, subject, "M/s") else { return nil }
        let label = kind == 0 ? "\(subcase): \(subject)" : subject
        return Bar(label: label, kind: kind, value: rounds.median, decimals: 2)
      }
      return bars.count > 1 ? bars : nil
    }
    guard !groups.isEmpty else { return nil }
    return Chart(
      fileName: "lookups.svg", title: "Lookups through a Unix socket, one server thread",
      panels: [Panel(title: "millions of keys a second, checked", groups: groups)])
  }

  private static func growth(_ records: Records) -> Chart? {
    let sizes = records.cases("growth")
    let figures = [
      ("M/s", "lookups, millions a second (4 x 128)", 2), ("M rows/s", "load, millions of rows a second", 2),
      ("bytes", "bytes on the disk a key", 2), ("start ms", "milliseconds from exec to the first answer", 0),
    ]
    guard sizes.count > 1 else { return nil }
    let panels = figures.map { figure, title, decimals in
      let bars = sizes.compactMap { keys in
        records.rounds("growth", keys, Report.ours, figure).map {
          Bar(label: "\(Report.grouped(keys)) keys", kind: 0, value: $0.median, decimals: decimals)
        }
      }
      return Panel(title: title, groups: [bars])
    }
    return Chart(fileName: "growth.svg", title: "What more keys cost", panels: panels)
  }
}
