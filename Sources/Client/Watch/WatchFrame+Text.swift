// A frame as text: lookups, connections, room, durations by verb, staged loads.

import Console
import WireProtocol

extension WatchFrame {
  package func text(socket: String) -> String {
    let version = now.values(of: "version", in: "whichset_build_info").first ?? ""
    let uptime = Figures.duration(wholeSeconds: Int(now.sum("whichset_uptime_seconds")))
    return "whichset \(version) at \(socket), up \(uptime)\n\(metrics)\n\(verbTable)\(loadTable)"
  }

  private var metrics: String {
    func whole(_ name: String) -> String { Figures.grouped(Int(now.sum("whichset_\(name)"))) }
    func bytes(_ name: String) -> String { Figures.bytes(Int(now.sum("whichset_\(name)_bytes"))) }
    let span = isSinceStart ? "since its start" : "in \(Figures.fixed(seconds, decimals: 1)) s"
    let used = now.sum("whichset_map_used_bytes") / max(1, now.sum("whichset_map_size_bytes"))
    return """
      lookups      \(Self.rate(lookups))/s  hits \(Self.share(hitShare))  invalid \(Self.share(invalidShare))  \
      errors \(Self.rate(errors))/s  \(span)
      connections  \(whole("connections"))  refused \(whole("connections_refused_total"))  \
      dropped \(whole("connections_dropped_total"))  streams \(whole("streams"))  slow \(whole("slow_total"))
      map          \(bytes("map_used")) of \(bytes("map_size")) (\(Figures.fixed(used * 100, decimals: 1)) %)  \
      to reuse \(bytes("map_free"))  disk \(bytes("disk_free")) free
      memory       \(bytes("memory_own")) own, \(bytes("memory_resident")) with the map  \
      snapshots \(whole("snapshots")), oldest \(whole("snapshot_oldest_seconds")) s
      index        \(whole("images")) images in \(whole("datasets")) datasets

      """
  }

  private var verbTable: String {
    let headings = ["VERB", "PER SECOND", "P50 <=", "P99 <=", "P99.9 <=", "TOTAL"]
    var table = Table(headings, figures: Set(1..<headings.count))
    for verb in verbs {
      table.add(
        [verb.verb, Self.rate(verb.perSecond)] + verb.quantiles.map(Self.time)
          + [Figures.grouped(Int(verb.total))])
    }
    return table.text(.plain)
  }

  private var loadTable: String {
    guard !loads.isEmpty else { return "" }
    var table = Table(["LOAD", "MODE", "ROWS", "REJECTED", "STAGED", "STATE"], figures: [2, 3, 4])
    for load in loads {
      table.add([
        load.load, load.mode ?? "-", load.rows.map(Figures.grouped) ?? "-",
        load.rejected.map(Figures.grouped) ?? "-", load.byteCount.map(Figures.bytes) ?? "-", load.state,
      ])
    }
    return "\n" + table.text(.plain)
  }

  private static func rate(_ perSecond: Double) -> String {
    perSecond >= 10 || perSecond == 0
      ? Figures.grouped(Int(perSecond.rounded())) : Figures.fixed(perSecond, decimals: 1)
  }

  private static func share(_ share: Double?) -> String {
    share.map { "\(Figures.fixed($0 * 100, decimals: 1)) %" } ?? "-"
  }

  private static func time(_ seconds: Double?) -> String {
    guard let seconds else { return "-" }
    guard seconds.isFinite else { return "longer" }
    if seconds < 0.001 { return "\(Figures.fixed(seconds * 1_000_000, decimals: 0)) us" }
    if seconds < 1 {
      let milliseconds = seconds * 1_000
      return "\(Figures.fixed(milliseconds, decimals: milliseconds < 10 ? 1 : 0)) ms"
    }
    return "\(Figures.fixed(seconds, decimals: 2)) s"
  }
}
