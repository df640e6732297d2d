// What an operator sees of a running daemon: its health, its figures, its log.

import Foundation
import Platform
import TestSupport
import Testing

@Suite("Monitoring", .fewAtOnce)
struct MonitoringTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  @Test("health is 0 for a daemon that is well, 1 for one without room, 2 for one that is not there")
  func health() async throws {
    let daemon = try await RunningDaemon.start(in: workspace, options: ["--disk-reserve", "0"])
    let well = try await workspace.client("health")
    #expect(well.end == .exited(0) && well.output.hasPrefix("WHICHSET OK - disk:"), "\(well.output)")
    #expect(well.output.split(separator: "\n").count == 1)
    try await daemon.stop()
    // More than any disk has.
    let poor = try await RunningDaemon.start(in: workspace, options: ["--disk-reserve", "1048576"])
    let degraded = try await workspace.client("health")
    #expect(degraded.end == .exited(1), "\(degraded.output)")
    #expect(degraded.output.hasPrefix("WHICHSET DEGRADED - disk:"), "\(degraded.output)")
    try await poor.stop()
    let dead = try await workspace.client("health", "--format", "json")
    #expect(dead.end == .exited(2) && dead.output.hasPrefix(#"{"state":"dead","reason":"no daemon"#))
  }

  @Test(
    "health is 3 for somebody who may not ask: nothing is known then",
    .enabled(
      if: FileManager.default.isExecutableFile(atPath: "/usr/bin/setpriv") && geteuid() == 0,
      "only root with setpriv can act as nobody"))
  func stranger() async throws {
    let daemon = try await RunningDaemon.start(in: workspace)
    let nobody = ["--reuid=65534", "--regid=65534", "--clear-groups", Programs.client, "health"]
    let environment = ["WHICHSET_SOCKET": workspace.file("s")]
    let result = try await TestedProgram(
      "/usr/bin/setpriv", nobody, folder: workspace, environment: environment
    ).result()
    // The program itself may be out of the stranger's reach.
    guard !result.errors.contains("failed to execute") else { return }
    #expect(result.end == .exited(3))
    #expect(result.output.hasPrefix("WHICHSET UNKNOWN - no leave to use the daemon"), "\(result.output)")
    let record = try await TestedProgram(
      "/usr/bin/setpriv", nobody + ["--format", "tsv"], folder: workspace, environment: environment
    ).result()
    #expect(record.records.first?.prefix(2) == ["daemon", "unknown"])
    try await daemon.stop()
  }

  @Test("health is 2 in time where something listens and never answers, or does not even accept")
  func silence() async throws {
    // A queue of one, which the first client fills.
    let listener = try UnixAddress.listening(at: workspace.file("s"), backlog: 0)
    for _ in 0..<3 {
      // It ends by itself: the bound of the test's own, within which a client has to end, is far beyond.
      let result = try await workspace.client("health", "--timeout", "0.5")
      #expect(result.end == .exited(2))
      #expect(result.output.contains("does not answer within 0.5 s"), "\(result.output)")
    }
    #expect(listener.raw >= 0)
  }

  @Test("metrics are printed as OpenMetrics, and written as a whole file in Prometheus's format")
  func metrics() async throws {
    let daemon = try await RunningDaemon.start(in: workspace)
    let connection = try daemon.connect()
    try await connection.send("CHECK flickr:1\n")
    #expect(try await connection.line() == "MISS")
    let printed = try await workspace.client("metrics")
    #expect(printed.end == .exited(0) && printed.output.hasSuffix("\n# EOF\n"))
    #expect(printed.output.contains(#"whichset_lookups_total{verb="CHECK",outcome="miss"} 1"#))
    let file = workspace.file("w.prom")
    #expect(try await workspace.client("metrics", "--output", file).end == .exited(0))
    let written = try String(contentsOfFile: file, encoding: .utf8)
    #expect(written.contains("# TYPE whichset_lookups_total counter\n") && !written.contains("# EOF"))
    let names = try FileManager.default.contentsOfDirectory(atPath: workspace.path)
    #expect(!names.contains { $0.contains(".part") })
    // A way elsewhere is written into and stays.
    try FileManager.default.createSymbolicLink(
      atPath: workspace.file("null"), withDestinationPath: "/dev/null")
    #expect(try await workspace.client("metrics", "--output", workspace.file("null")).end == .exited(0))
    let target = try FileManager.default.destinationOfSymbolicLink(atPath: workspace.file("null"))
    #expect(target == "/dev/null")
    let straight = try await workspace.client("metrics", "--output", "/dev/stdout")
    #expect(straight.output.hasPrefix("# TYPE "), "\(straight.output)\(straight.errors)")
    try await daemon.stop()
  }

  @Test("stats --watch prints what happened, as often as is asked for")
  func watch() async throws {
    let daemon = try await RunningDaemon.start(in: workspace)
    let connection = try daemon.connect()
    try await connection.send("CHECK flickr:1\n")
    #expect(try await connection.line() == "MISS")
    let result = try await workspace.client("stats", "--watch", "0.2", "--count", "2")
    #expect(result.end == .exited(0), "\(result.errors)")
    #expect(result.output.hasPrefix("whichset ") && !result.output.contains("\u{1B}"))
    #expect(result.output.contains("\nlookups ") && result.output.contains("\nCHECK "))
    #expect(result.output.components(separatedBy: "\nlookups ").count == 3)
    try await daemon.stop()
    #expect(try await workspace.client("stats", "--watch", "1", "--count", "1").end == .exited(2))
  }

  @Test(
    "a daemon that is stopped keeps nobody waiting for ever",
    arguments: [["ping"], ["metrics"], ["reload"], ["stats", "--watch", "1"]])
  func stopped(_ words: [String]) async throws {
    let daemon = try await RunningDaemon.start(in: workspace)
    daemon.process.send(SIGSTOP)
    defer { daemon.process.send(SIGCONT) }
    let result = try await workspace.client(words)
    #expect(result.end == .exited(2))
    #expect(result.errors.contains("does not answer within 10.0 s"), "\(result.errors)")
  }

  @Test("nothing that anybody asked is logged, at any level, also of what is slow, malformed or too long")
  func privacy() async throws {
    let list = try workspace.write("list", Photos.list(1...100))
    let daemon = try await RunningDaemon.start(
      in: workspace, options: ["--log-level", "debug", "--slow-log", "1"])
    #expect(try await workspace.client("ingest", "--dataset", "park", list).end == .exited(0))
    let marked = [
      "zyx", "flickr:424242", "https://zyx.example/zyx.jpg", "https://flic.kr/s/zyx", "nsid:424242@N00",
      "zyx:1",
      "md5:00zyx", "http://[zyx", "\u{1}zyx\u{7F}", String(repeating: "zyx", count: 6_000),
    ]
    let verbs = [
      "CHECK", "@zyx CHECK", "GET", "IDENTIFY", "ACCOUNT", "DATASET", "DESCRIBE", "OVERLAP", "LIST", "XREF",
      "ITEMS", "EXPORT", "INGEST", "ABORT", "REMOVE", "REINDEX", "STATS", "METRICS", "HEALTH", "HELLO", "zyx",
      "LIST any=", "OVERLAP namespace=", "DESCRIBE zyx", "INGEST zyx source=", "ROWS", "COMMIT blocks=",
      "MCHECK",
      "TALLY",
    ]
    // A connection each, since some of these close it. What comes back does not matter here.
    func ask(_ text: String) async throws {
      let connection = try daemon.connect()
      try await connection.send(text)
      connection.finish()
      while (try? await connection.line()) != nil {}
    }
    for verb in verbs { try await ask(marked.map { "\(verb) \($0)\n" }.joined()) }
    let rows = marked.filter { $0.utf8.count < 100 }.map { "\($0)\tlabel=zyx\n" }.joined()
    let count = 20_000
    let manyMisses = "MCHECK \(count)\n" + String(repeating: "https://zyx.example/424242\n", count: count)
    let questions = [
      "INGEST park mode=append source=s\nROWS 1 9 \(rows.utf8.count)\n\(rows)ABORT\n",
      "XREF matches=1\nITEMS 9 \(rows.utf8.count)\n\(rows)TALLY\n",
      "XREF\nITEMS 8 \(rows.utf8.count)\n\(rows)",
      "MCHECK 3\n" + String(repeating: "zyx", count: 6_000) + "\nzyx\nzyx\nGET zyx", "EXPORT\nDIGEST\nLIST\n",
    ]
    for question in questions { try await ask(question) }
    // Ten slow requests are logged in ten seconds, and on a busy machine any may be slow.
    let isLogged = try await holds {
      try await ask(manyMisses)
      return daemon.log.contains("verb=MCHECK")
    }
    #expect(isLogged, "\(daemon.log)")
    try await daemon.stop()
    #expect(daemon.log.contains("event=slow"))
    #expect(daemon.log.contains("event=loaded"))
    for line in daemon.log.lowercased().split(separator: "\n") {
      #expect(!line.contains("zyx") && !line.contains("424242"), "\(line)")
    }
  }

  @Test("a daemon that is killed by a signal of its own says nothing that was asked")
  func crash() async throws {
    let daemon = try await RunningDaemon.start(in: workspace, options: ["--log-level", "debug"])
    let connection = try daemon.connect()
    try await connection.send("CHECK flickr:424242\nCHECK zyx\n")
    _ = try await connection.line()
    _ = try await connection.line()
    daemon.process.send(SIGBUS)
    let result = try await daemon.process.result()
    #expect(result.end == .exited(65))
    #expect(!result.errors.contains("424242") && !result.errors.contains("zyx"), "\(result.errors)")
  }
}
