// `whichset erase` and its like with the real programs, and daemons that end in the middle of an erasure.

import Foundation
import TestSupport
import Testing

@Suite("Erasing", .fewAtOnce, .serialized)
struct ErasureTests {
  private static let options = ["--load-memory", "1", "--disk-reserve", "1"]

  private static func id(_ ordinal: Int) -> String { "flickr:\(Photos.number(ordinal))" }

  @Test(
    "takes images out, says so in each format, and keeps them out of the list's next load and of the file")
  func erase() async throws {
    let workspace = try Workspace()
    let daemon = try await RunningDaemon.start(in: workspace, options: Self.options)
    let list = try workspace.write("list", Photos.list(1...3_000))
    #expect(try await workspace.client("ingest", "--dataset", "park", list).end == .exited(0))
    let wanted = try workspace.write("request", (1...100).map { Self.id($0) + "\n" }.joined())

    let asked = try await workspace.client("erase", Self.id(1))
    #expect(asked.end == .exited(64) && asked.errors.contains("--yes"), "\(asked.errors)")
    let rehearsed = try await workspace.client("erase", "--dry-run", "--input", wanted, "--format", "json")
    #expect(rehearsed.end == .exited(0), "\(rehearsed.errors)")
    #expect(rehearsed.output.contains("\"images\":100"), "\(rehearsed.output)")
    #expect(try await daemon.figures()["images"] == 3_000)

    let receipt = workspace.file("receipt.json")
    let erased = try await workspace.client(
      "erase", "--yes", "--now", "--receipt", receipt, "--input", wanted, "--format", "tsv")
    #expect(erased.end == .exited(0), "\(erased.errors)\(daemon.log)")
    #expect(erased.records.count == 100 && erased.records[0][0] == Self.id(1), "\(erased.output)")
    #expect(erased.records.allSatisfy { $0[1].count == 32 && $0[2] == "1" && $0[3] == "park" })
    let filed = try #require(
      String(data: try Data(contentsOf: URL(fileURLWithPath: receipt)), encoding: .utf8))
    #expect(filed.hasPrefix("{\"state\":\"physical\",") && filed.contains("\"images\":100,"), "\(filed)")
    #expect(filed.contains("\"digest\":\"\(erased.records[0][1])\""))
    for number in 1...100 { #expect(!filed.contains("\(Photos.number(number))")) }
    #expect(try await workspace.client("check", Self.id(7), "--format", "tsv").end == .exited(1))
    #expect(try await workspace.client("suppressed", "--check", Self.id(7)).end == .exited(0))
    #expect(try await workspace.client("suppressed", "--check", Self.id(101)).end == .exited(1))
    #expect(try await workspace.client("suppressed", "--format", "tsv").output == "100\n")
    let again = try await workspace.client(
      "ingest", "--dataset", "park", "--replace", list, "--format", "json")
    #expect(again.output.contains("\"suppressed\":100"), "\(again.output)\(again.errors)")
    #expect(try await daemon.figures()["images"] == 2_900)
    #expect(daemon.log.contains("100 suppressed images left out"))
    for number in [1, 50, 100] { #expect(!daemon.log.contains("\(Photos.number(number))")) }

    let none = try await workspace.client("erase", "--yes", Self.id(3))
    #expect(none.end == .exited(1) && none.errors.isEmpty, "\(none.errors)")
    let account = try await workspace.client("erase", "--yes", "nsid:99000001@N00")
    #expect(account.end == .exited(2) && account.errors.contains("--account"), "\(account.errors)")
    let lifted = try await workspace.client("unsuppress", Self.id(7), "--reason", "by mistake")
    #expect(lifted.end == .exited(0), "\(lifted.errors)")
    #expect(await holds { daemon.log.contains("by mistake") })
    #expect(try await workspace.client("verify").end == .exited(0))
    try await daemon.stop()
  }
}

@Suite("Suppressions for another index", .fewAtOnce, .serialized)
struct SuppressionExportTests {
  @Test("are exported to a file that only that index imports, and erase what it has")
  func exchange() async throws {
    let (here, there) = (try Workspace(), try Workspace())
    let options = ["--load-memory", "1", "--disk-reserve", "1"]
    let daemons = [
      try await RunningDaemon.start(in: here, options: options),
      try await RunningDaemon.start(in: there, options: options),
    ]
    let list = Photos.list(1...300) + "https://example.org/one.jpg\n"
    for workspace in [here, there] {
      let loaded = try await workspace.client("ingest", "--dataset", "park", workspace.write("list", list))
      #expect(loaded.end == .exited(0), "\(loaded.errors)")
    }
    let wanted = [
      "flickr:\(Photos.number(7))", "https://example.org/one.jpg", "flickr:\(Photos.number(900))",
    ]
    #expect(try await here.client(["erase", "--yes"] + wanted).end == .exited(0))
    let key = try await there.client("suppressed", "--key").output.filter { !$0.isNewline }
    #expect(key.hasPrefix("age1"))
    let file = here.file("export")
    let alone = try await here.client("suppressed", "--export", file)
    #expect(alone.end == .exited(64) && alone.errors.contains("--for KEY"), "\(alone.errors)")
    let exported = try await here.client("suppressed", "--export", file, "--for", key, "--format", "json")
    #expect(exported.end == .exited(0) && exported.output.contains("\"keys\":3"), "\(exported.errors)")
    let again = try await here.client("suppressed", "--export", file, "--for", key)
    #expect(again.end == .exited(2) && again.errors.contains("--force"), "\(again.errors)")

    let asked = try await there.client("suppress", "--import", file)
    #expect(asked.end == .exited(64) && asked.errors.contains("--yes"), "\(asked.errors)")
    let rehearsed = try await there.client("suppress", "--dry-run", "--import", file)
    #expect(rehearsed.records.first?[1...] == ["3", "3", "2", "2", "-"], "\(rehearsed)")
    #expect(try await there.client("check", wanted[0], "--format", "tsv").end == .exited(0))
    let own = try await here.client("suppress", "--yes", "--import", file)
    #expect(own.end == .exited(2) && own.errors.contains("another index"), "\(own.errors)")
    let taken = try await there.client("suppress", "--yes", "--now", "--import", file, "--format", "tsv")
    #expect(taken.end == .exited(0), "\(taken.errors)\(daemons[1].log)")
    #expect(taken.records.first?[1...4] == ["3", "3", "2", "2"], "\(taken.output)")
    #expect(try await there.client("suppress", "--yes", "--import", file).end == .exited(1))
    for identifier in wanted {
      #expect(try await there.client("check", identifier, "--format", "tsv").end == .exited(1))
      #expect(try await there.client("suppressed", "--check", identifier).end == .exited(0))
    }
    #expect(try await there.client("suppressed", "--format", "tsv").output == "0\t3\t1\n")
    #expect(try await there.client("verify").end == .exited(0))
    for daemon in daemons {
      #expect(!daemon.log.contains("\(Photos.number(7))") && !daemon.log.contains(key))
      try await daemon.stop()
    }
  }
}

@Suite("The files of an index, some time after an erasure", .fewAtOnce, .serialized)
struct ErasureTermTests {
  private static func erasure(_ daemon: RunningDaemon) async throws -> [String] {
    try await daemon.ask("HEALTH").first { $0[0] == "erasure" } ?? []
  }

  private static func hasRestarted(_ daemon: RunningDaemon) async -> Bool {
    await holds { daemon.log.components(separatedBy: "listening at").count == 3 }
  }

  @Test("have nothing of it, without anybody asking, also where the daemon was stopped in between")
  func inTime() async throws {
    let workspace = try Workspace()
    let options = ["--load-memory", "1", "--disk-reserve", "1"]
    var daemon = try await RunningDaemon.start(in: workspace, options: options)
    #expect(try await Self.erasure(daemon) == ["erasure", "ok", "nothing is left in the files"])
    let lists = try (0..<2).map { try workspace.write("list\($0)", Photos.list(1...(3_000 + $0))) }
    for list in lists {
      let loaded = try await workspace.client("ingest", "--dataset", list == lists[0] ? "park" : "pool", list)
      #expect(loaded.end == .exited(0), "\(loaded.errors)")
    }
    #expect(try await workspace.client("erase", "--yes", "flickr:\(Photos.number(7))").end == .exited(0))
    #expect(try await workspace.client("dataset", "remove", "pool", "--yes").end == .exited(0))
    let waiting = try await Self.erasure(daemon)
    #expect(waiting[1] == "ok" && waiting[2].contains(" s left "), "\(waiting)")
    let left = try #require(try await daemon.figures()["erasure.left.seconds"])
    #expect((3_000...3_600).contains(left))
    try await daemon.stop()

    daemon = try await RunningDaemon.start(in: workspace, options: options + ["--erase-within", "1"])
    try #require(await Self.hasRestarted(daemon), "\(daemon.log)")
    #expect(daemon.log.contains("the data file is rewritten") && daemon.log.contains("compacted from"))
    #expect(try await Self.erasure(daemon) == ["erasure", "ok", "nothing is left in the files"])
    let figures = try await daemon.figures()
    #expect(figures["images"] == 2_999 && figures["erasure.left.seconds"] == nil)
    #expect(try await workspace.client("check", "flickr:\(Photos.number(7))").end == .exited(1))
    #expect(try await workspace.client("verify").end == .exited(0))
    try await daemon.stop()
  }

  @Test("are left alone while a load is open that may have it, which is said once it is late")
  func openLoad() async throws {
    let workspace = try Workspace()
    let daemon = try await RunningDaemon.start(
      in: workspace, options: ["--load-memory", "1", "--disk-reserve", "1", "--erase-within", "1"])
    let connection = try daemon.connect()
    try await connection.send("INGEST late source=s\n")
    #expect(try await connection.line().hasPrefix("OK load="))
    #expect(try await workspace.client("erase", "--yes", "flickr:\(Photos.number(7))").end == .exited(1))
    #expect(await holds { daemon.log.contains("load late.s is open") }, "\(daemon.log)")
    try await Task.sleep(for: .seconds(3))
    let late = try await Self.erasure(daemon)
    #expect(late[1] == "degraded" && late[2].contains("load late.s is open"), "\(late)")
    try await connection.send("ABORT late.s\n")
    #expect(try await connection.line() == "OK")
    try #require(await Self.hasRestarted(daemon), "\(daemon.log)")
    #expect(try await Self.erasure(daemon).last == "nothing is left in the files")
    try await daemon.stop()
  }
}

@Suite(
  "An erasure in which a call fails", .fewAtOnce, .enabled("a C compiler is needed") { Faults.library != nil }
)
struct FailingErasureTests {
  @Test(
    "is there as a whole or not at all, and so are its suppressions",
    arguments: [FailingCall.write, .sync, .meta])
  func isWhole(_ call: FailingCall) async throws {
    let workspace = try Workspace()
    let faults = try Faults(in: workspace)
    let rows = (0..<300).map { "flickr:\(60_001_000_000 + $0)\tnsid=\(10_000_000 + $0 % 9)@N02\n" }.joined()
    let erased = (0..<100).map { "flickr:\(60_001_000_000 + 3 * $0)\n" }.joined()
    func start(_ data: String) async throws -> RunningDaemon {
      try await RunningDaemon.start(
        in: workspace, data: data, options: ["--disk-reserve", "0", "--map-size", "1"],
        environment: faults.environment(data: data))
    }
    func ask(_ request: String, _ daemon: RunningDaemon) async throws -> String {
      let connection = try daemon.connect()
      try await connection.send(request)
      return try await connection.line()
    }
    for nth in 1...40 {
      let (data, what) = ("data\(nth)", "\(call) \(nth)")
      var daemon = try await start(data)
      let connection = try daemon.connect()
      for request in ["INGEST a source=s\n", "ROWS 1 300 \(rows.utf8.count)\n\(rows)", "COMMIT blocks=1\n"] {
        try await connection.send(request)
        #expect(try await connection.line().hasPrefix("OK"))
      }
      try faults.arm(call, nth: nth, error: call == .write ? ENOSPC : EIO)
      let reply = (try? await ask("ERASE 100\n\(erased)", daemon)) ?? "no reply"
      let failed = try faults.disarm()
      // Killed at once: what is there is what the commit has left.
      daemon.crash()
      daemon = try await start(data)
      let count = try await ask("SUPPRESSED\n", daemon)
      let images = try await daemon.figures()["images"]
      let isThere = count.hasPrefix("OK count=100 ")
      #expect(images == (isThere ? 200 : 300), "\(what): \(count)")
      #expect(isThere || count.hasPrefix("OK count=0 "), "\(what): \(count)")
      if reply.hasPrefix("OK") { #expect(isThere, "\(what)") }
      if reply.hasPrefix("ERR") { #expect(!isThere, "\(what): \(reply)") }
      let connected = try daemon.connect()
      try await connected.send("VERIFY\n")
      var line = ""
      repeat { line = try await connected.line() } while !line.hasPrefix("END") && !line.hasPrefix("ERR")
      #expect(line.contains("damages=0"), "\(what): \(line)")
      daemon.crash()
      if failed == 0 { return }
    }
    Issue.record("an erasure has more calls than were tried")
  }
}
