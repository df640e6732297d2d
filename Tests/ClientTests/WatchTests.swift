// Figures on their way to people and programs: other text forms, rates and quantiles, text, health.

import Client
import Console
import DaemonClient
import Foundation
import Testing
import WireProtocol

@Suite("watching the daemon")
struct WatchTests {
  private static let text = [
    "# TYPE whichset_build info", "# HELP whichset_build The program.",
    "whichset_build_info{version=\"1.2.3\",format=\"1\"} 1",
    "# TYPE whichset_start_time_seconds gauge", "# UNIT whichset_start_time_seconds seconds",
    "# HELP whichset_start_time_seconds When.", "whichset_start_time_seconds 1700000000",
    "# TYPE whichset_lookups counter", "# HELP whichset_lookups Identifiers.",
    "whichset_lookups_total{verb=\"CHECK\",outcome=\"hit\"} 30",
    "whichset_lookups_total{verb=\"CHECK\",outcome=\"miss\"} 10",
    "whichset_lookups_total{verb=\"MCHECK\",outcome=\"hit\"} 5", "# EOF",
  ]

  @Test("gives Prometheus's text format what it takes: names with _total, no info, no UNIT, no EOF")
  func prometheus() {
    var output: [UInt8] = []
    MetricsText.write(Self.text, as: .prometheus, to: &output)
    #expect(
      String(decoding: output, as: UTF8.self) == """
        # TYPE whichset_build_info gauge
        # HELP whichset_build_info The program.
        whichset_build_info{version="1.2.3",format="1"} 1
        # TYPE whichset_start_time_seconds gauge
        # HELP whichset_start_time_seconds When.
        whichset_start_time_seconds 1700000000
        # TYPE whichset_lookups_total counter
        # HELP whichset_lookups_total Identifiers.
        whichset_lookups_total{verb="CHECK",outcome="hit"} 30
        whichset_lookups_total{verb="CHECK",outcome="miss"} 10
        whichset_lookups_total{verb="MCHECK",outcome="hit"} 5

        """)
    output = []
    MetricsText.write(Self.text, as: .openmetrics, to: &output)
    #expect(String(decoding: output, as: UTF8.self) == Self.text.joined(separator: "\n") + "\n")
  }

  @Test("finds samples by name and labels, escaped values included")
  func samples() {
    let samples = MetricSamples(
      Self.text + ["odd{a=\"x\\\"y\\\\\\n,}\",b=\"2\"} 7", "broken{a=\"x", "broken"])
    #expect(samples.value("whichset_start_time_seconds") == 1_700_000_000)
    #expect(samples.value("whichset_lookups_total", ["verb": "CHECK", "outcome": "miss"]) == 10)
    #expect(samples.value("whichset_lookups_total", ["verb": "CHECK"]) == nil)
    #expect(samples.sum("whichset_lookups_total", ["outcome": "hit"]) == 35)
    #expect(samples.values(of: "verb", in: "whichset_lookups_total") == ["CHECK", "MCHECK"])
    #expect(samples.value("odd", ["a": "x\"y\\\n,}", "b": "2"]) == 7)
    #expect(samples.sum("broken") == 0)
  }

  @Test("gives the upper bound of the bucket that holds a quantile")
  func quantiles() {
    let buckets: [(bound: Double, count: Double)] = [(1, 0), (2, 50), (4, 99), (.infinity, 100)]
    #expect(WatchFrame.quantile(0.5, buckets) == 2)
    #expect(WatchFrame.quantile(0.51, buckets) == 4)
    #expect(WatchFrame.quantile(0.99, buckets) == 4)
    #expect(WatchFrame.quantile(0.999, buckets) == .infinity)
    #expect(WatchFrame.quantile(0.5, [(1, 0), (.infinity, 0)]) == nil)
    #expect(WatchFrame.quantile(0.5, []) == nil)
  }

  /// Figures at a moment: a daemon that started at `start`, with so many checks.
  private static func samples(start: Int, checks: Int) -> MetricSamples {
    MetricSamples([
      "whichset_build_info{version=\"1.2.3\"} 1", "whichset_start_time_seconds \(start)",
      "whichset_uptime_seconds 100", "whichset_images{namespace=\"flickr\"} 24000000",
      "whichset_lookups_total{verb=\"CHECK\",outcome=\"hit\"} \(checks / 2)",
      "whichset_lookups_total{verb=\"CHECK\",outcome=\"miss\"} \(checks - checks / 2)",
      "whichset_request_duration_seconds_bucket{verb=\"CHECK\",le=\"1e-06\"} \(checks / 2)",
      "whichset_request_duration_seconds_bucket{verb=\"CHECK\",le=\"2e-06\"} \(checks)",
      "whichset_request_duration_seconds_bucket{verb=\"CHECK\",le=\"+Inf\"} \(checks)",
      "whichset_request_duration_seconds_count{verb=\"CHECK\"} \(checks)",
    ])
  }

  @Test("counts from the look before, or from the daemon's start where that is later")
  func frames() {
    let first = Self.samples(start: 1, checks: 1_000)
    let second = Self.samples(start: 1, checks: 3_000)
    let frame = WatchFrame(second, before: first, seconds: 2, loads: [])
    #expect(frame.lookups == 1_000 && frame.hitShare == 0.5 && frame.invalidShare == 0 && !frame.isSinceStart)
    #expect(frame.verbs.map(\.verb) == ["CHECK"] && frame.verbs[0].perSecond == 1_000)
    #expect(frame.verbs[0].quantiles == [1e-6, 2e-6, 2e-6] && frame.verbs[0].total == 3_000)
    let restarted = WatchFrame(Self.samples(start: 9, checks: 500), before: second, seconds: 2, loads: [])
    #expect(restarted.isSinceStart && restarted.seconds == 100 && restarted.lookups == 5)
    #expect(WatchFrame(first, before: nil, seconds: 0, loads: []).isSinceStart)
    let idle = WatchFrame(second, before: second, seconds: 1, loads: [])
    #expect(idle.hitShare == nil && idle.verbs[0].quantiles == [nil, nil, nil])
  }

  @Test("is a block of text")
  func block() throws {
    let load = try #require(
      LoadsRequest.StagedLoad(columns: [
        "strangers.0123456789abcdef", "create", "3", "12000", "11990", "10", "1048576", "open",
      ]))
    let frame = WatchFrame(
      Self.samples(start: 1, checks: 1_000_000), before: Self.samples(start: 1, checks: 0), seconds: 1,
      loads: [load])
    let text = frame.text(socket: "/run/s").split(separator: "\n", omittingEmptySubsequences: false)
    #expect(text.allSatisfy { $0.last != " " })
    #expect(text[0] == "whichset 1.2.3 at /run/s, up 1 min 40 s")
    #expect(text.contains { $0.hasPrefix("lookups      1,000,000/s  hits 50.0 %") })
    #expect(text.contains { $0.hasPrefix("CHECK   1,000,000    1 us    2 us      2 us") })
    #expect(text.contains { $0.hasPrefix("strangers.0123456789abcdef") && $0.contains("12,000") })
  }

  @Test("says OK, DEGRADED or DEAD with the reason, and has a status for each")
  func health() {
    func reply(_ lines: [String]) -> HealthReport {
      HealthReport(
        lines.compactMap { .init(columns: $0.split(separator: "\t").map(String.init)) })
    }
    func text(_ report: HealthReport, _ format: OutputFormat = .text) -> String {
      String(decoding: Presentation(format).bytes(report.answer), as: UTF8.self)
    }
    let well = reply(["disk\tok\t9 MiB free", "map\tok\t1 %"])
    #expect(well.state.exitStatus == 0 && text(well) == "WHICHSET OK - disk: 9 MiB free; map: 1 %\n")
    let ill = reply(["disk\tdegraded\t1 MiB free", "map\tok\t1 %"])
    #expect(ill.state.exitStatus == 1 && text(ill) == "WHICHSET DEGRADED - disk: 1 MiB free\n")
    #expect(text(ill, .tsv) == "disk\tdegraded\t1 MiB free\nmap\tok\t1 %\n")
    #expect(
      text(ill, .json)
        == #"{"state":"degraded","reason":"disk: 1 MiB free","checks":[{"name":"disk","state":"degraded","text":"1 MiB free"},{"name":"map","state":"ok","text":"1 %"}]}"#
        + "\n")
    let dead = HealthReport(Trouble("no daemon"))
    #expect(dead.state.exitStatus == 2 && text(dead) == "WHICHSET DEAD - no daemon\n")
  }

  @Test("puts the statistics together by what they are about, digits under digits")
  func statistics() {
    let lines = [
      "images\t1000", "rows\t7", "loads.open\t2", "map.used.bytes\t2048", "version\t0.1.0", "strange\tx",
    ]
    let pairs = NamedValues(
      Reply(status: .lines(count: lines.count, fields: []), lines: lines.map { Array($0.utf8) }))
    var output = Presentation(.text).bytes(pairs.shownInGroups)
    #expect(
      String(decoding: output, as: UTF8.self) == """
        Index
          images          1,000
          rows                7

        Loads
          loads.open      2

        Room
          map.used.bytes  2,048 (2.0 KiB)

        Daemon
          version         0.1.0
          strange         x

        """)
    output = Presentation(.tsv).bytes(pairs.shownInGroups)
    #expect(String(decoding: output, as: UTF8.self) == lines.joined(separator: "\n") + "\n")
  }
}
