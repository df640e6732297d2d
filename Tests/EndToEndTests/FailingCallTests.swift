// Single calls of a daemon that fail, and what its clients are told and find afterwards. A refused load leaves nothing
// in the index, whatever failed and whatever is loaded next.

import Foundation
import TestSupport
import Testing

@Suite("A call that fails", .fewAtOnce, .enabled("a C compiler is needed") { Faults.library != nil })
struct FailingCallTests {
  private let workspace: Workspace
  private let faults: Faults

  init() throws {
    workspace = try Workspace()
    faults = try Faults(in: workspace)
  }

  private func start(_ data: String = "data") async throws -> RunningDaemon {
    try await RunningDaemon.start(
      in: workspace, data: data, options: ["--disk-reserve", "0", "--map-size", "1"],
      environment: faults.environment(data: data))
  }

  /// Loads photos and their owners in one block; returns the reply that ended it.
  private func load(_ slug: String, _ photos: Range<Int>, _ connection: Connection) async throws -> String {
    let rows = photos.map { "flickr:\($0)\tnsid=\(10_000_000 + $0 % 9)@N02\n" }.joined()
    for request in ["INGEST \(slug) source=s\n", "ROWS 1 \(photos.count) \(rows.utf8.count)\n\(rows)"] {
      try await connection.send(request)
      let reply = try await connection.line()
      if !reply.hasPrefix("OK") { return reply }
    }
    try await connection.send("COMMIT blocks=1\n")
    return try await connection.line()
  }

  private static let first = 60_001_000_000..<60_001_000_200
  private static let second = 60_002_000_000..<60_002_000_200

  private func expect(
    _ photos: Range<Int>, _ answer: String, _ daemon: RunningDaemon, _ what: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    let request = photos.map { "flickr:\($0)" }.joined(separator: "\n")
    let answers = try await daemon.ask("MCHECK \(photos.count)\n\(request)", sourceLocation: sourceLocation)
    let others = answers.filter { $0 != [answer] }
    #expect(others.isEmpty, "\(what): \(others.prefix(2)), not \(answer)", sourceLocation: sourceLocation)
  }

  private func expectSound(
    _ daemon: RunningDaemon, _ what: String, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    let connection = try daemon.connect()
    try await connection.send("VERIFY\n")
    var line = ""
    repeat {
      line = try await connection.line(sourceLocation: sourceLocation)
    } while !line.hasPrefix("END") && !line.hasPrefix("ERR")
    #expect(line.contains("damages=0"), "\(what): \(line)", sourceLocation: sourceLocation)
  }

  @Test(
    "in a load leaves none of its keys to the next one, with a restart in between or without",
    arguments: [FailingCall.write, .sync, .meta, .rename], [false, true])
  func loads(_ call: FailingCall, _ restarts: Bool) async throws {
    // As many as a load has: then one goes through.
    for nth in 1...40 {
      let data = "data\(nth)"
      var daemon = try await start(data)
      let what = "\(call) \(nth)"
      try faults.arm(call, nth: nth, error: call == .write ? ENOSPC : EIO)
      var reply = "no reply"
      do { reply = try await load("a", Self.first, try daemon.connect()) } catch {}
      let failed = try faults.disarm()
      if failed > 0, !reply.hasPrefix("OK") {
        #expect(reply.hasPrefix("ERR") || reply == "no reply", "\(what)")
      }
      let isOver = await holds(within: .milliseconds(reply == "no reply" ? 5_000 : 1)) {
        daemon.process.end != nil
      }
      if isOver {
        // The last step of a commit failed: whether it is there shows now.
        #expect(daemon.process.end == .exited(74), "\(what)")
        #expect(daemon.log.contains("index-dead"), "\(what)")
        daemon = try await start(data)
        reply = try await daemon.ask("DATASETS").isEmpty ? "ERR" : "OK"
      } else if restarts {
        daemon.crash()
        daemon = try await start(data)
      }
      let connection = try daemon.connect()
      try await connection.send("ABORT a.s\n")
      _ = try await connection.line()
      let next = try await load("b", Self.second, connection)
      #expect(next.hasPrefix("OK rows=200"), "\(what): \(next)")
      try await expect(Self.first, reply.hasPrefix("OK") ? "HIT a" : "MISS", daemon, what)
      try await expect(Self.second, "HIT b", daemon, what)
      try await expectSound(daemon, what)
      daemon.crash()
      if failed == 0 { return }
    }
    Issue.record("a load has more calls than were tried")
  }

  @Test("in the last step of a commit ends the daemon at once, with 74 and a reason")
  func meta() async throws {
    let daemon = try await start()
    try faults.arm(.meta, nth: 1, count: 2, error: EIO)
    let connection = try daemon.connect()
    _ = try? await load("a", Self.first, connection)
    let result = try await daemon.process.result()
    #expect(result.end == .exited(74))
    #expect(result.errors.contains("a commit failed in its last step"))
  }

  @Test(
    "in the start of any thread ends the daemon with 71 and a reason",
    .disabled(if: Sanitizer.isThere, "a sanitizer starts threads of its own"), arguments: 1...5)
  func threads(_ nth: Int) async throws {
    try faults.arm(.thread, nth: nth, error: EAGAIN)
    let daemon = try TestedProgram(
      Programs.daemon, ["--data", workspace.file("data"), "--socket", workspace.file("s"), "--threads", "1"],
      folder: workspace, environment: faults.environment())
    let result = try await daemon.result()
    #expect(result.end == .exited(71))
    #expect(result.errors.contains("pthread_create: Resource temporarily unavailable"), "\(result.errors)")
  }

  @Test(
    "while connections are accepted keeps nobody waiting for long, and nobody out",
    arguments: [EMFILE, ENFILE, ENOMEM, ENOBUFS, EINTR, ECONNABORTED])
  func accepting(_ error: Int32) async throws {
    let daemon = try await start()
    #expect(try await load("a", Self.first, try daemon.connect()).hasPrefix("OK"))
    for nth in 1...3 {
      try faults.arm(.accept, nth: nth, count: 3, error: error)
      for _ in 0..<6 { try await expect(Self.first, "HIT a", daemon, "\(error) \(nth)") }
      #expect(try faults.disarm() == 3, "\(error) \(nth)")
    }
    #expect(daemon.process.end == nil)
  }

  @Test("leaves no name behind that a power cut could take from what was acknowledged")
  func names() async throws {
    let daemon = try await start()
    var unsynced: Set<String> = []
    /// Names below the data folder that are not on the disk yet, after what has happened so far.
    func expectSynced(_ what: String) throws {
      for event in try faults.events() {
        if event.what == "make" { unsynced.insert(event.path) }
        if event.what == "sync" {
          unsynced = unsynced.filter { NSString(string: $0).deletingLastPathComponent != event.path }
        }
      }
      // What is made again where it is missing, or is of no use behind a restart.
      let lasting = unsynced.filter {
        !["data/lock.mdb", "data/whichset.lock"].contains($0) && !$0.hasSuffix(".part") && !$0.contains("~")
      }
      #expect(lasting.isEmpty, "\(what)")
    }
    try expectSynced("started")
    let connection = try daemon.connect()
    try await connection.send("INGEST a source=s\n")
    _ = try await connection.line()
    try expectSynced("opened a load")
    var block = 0
    let isDurable = try await holds {
      block += 1
      try await connection.send("ROWS \(block) 1 9\nflickr:\(block % 10)\n")
      return try await !connection.line().hasSuffix(" durable=0")
    }
    #expect(isDurable)
    try expectSynced("a durable block")
    try await connection.send("COMMIT blocks=\(block)\n")
    #expect(try await connection.line().hasPrefix("OK"))
    try expectSynced("a load")
    let backup = try await workspace.client("backup", workspace.file("backup"))
    #expect(backup.end == .exited(0), "\(backup.errors)")
    try expectSynced("a backup")
    #expect(try await workspace.client("compact").end == .exited(0))
    try expectSynced("a compaction")
  }

  @Test(
    "while a note of a backup is written leaves nothing beside it",
    arguments: [FailingCall.write, .sync, .rename])
  func backupNote(_ call: FailingCall) async throws {
    let daemon = try await start()
    _ = try await load("a", Self.first, try daemon.connect())
    try faults.arm(call, nth: 1, error: ENOSPC)
    let result = try await workspace.client("backup", workspace.file("backup"))
    #expect(!result.errors.isEmpty)
    #expect(try faults.disarm() == 1)
    #expect(!FileManager.default.fileExists(atPath: workspace.file("data/last-backup.part")))
    #expect(daemon.log.contains("last-backup"))
    #expect(try await workspace.client("backup", workspace.file("other")).errors.isEmpty)
  }

  @Test(
    "at a start says which file and why, and the next start is good",
    arguments: FailingCall.allCases.filter { ![.thread, .accept].contains($0) })
  func starts(_ call: FailingCall) async throws {
    let first = try await start()
    _ = try await load("a", Self.first, try first.connect())
    first.crash()
    let errors: [Int32] =
      switch call {
      case .map: [ENOMEM]
      case .open: [EIO, EMFILE, ENOMEM]
      case .read, .write, .meta, .sync: [EIO, ENOSPC, EINTR, -1]
      default: [EIO, ENOSPC]
      }
    for error in errors {
      for nth in 1...40 {
        try faults.arm(call, nth: nth, error: error)
        let daemon = try TestedProgram(
          Programs.daemon,
          ["--data", workspace.file("data"), "--socket", workspace.file("s"), "--disk-reserve", "0"],
          folder: workspace, environment: faults.environment())
        let isDecided = await holds { daemon.end != nil || (try? Connection(workspace.file("s"))) != nil }
        #expect(isDecided)
        let failed = try faults.disarm()
        if let end = daemon.end {
          #expect(
            [.exited(65), .exited(71), .exited(74)].contains(end), "\(call) \(nth) \(error): \(daemon.errors)"
          )
          #expect(!daemon.errors.contains("no whichset index"), "\(call) \(nth) \(error): \(daemon.errors)")
          #expect(
            daemon.errors.contains(workspace.file("data")) || error == -1, "\(call) \(nth): \(daemon.errors)")
        }
        daemon.kill()
        if failed == 0 { break }
      }
    }
    let last = try await start()
    try await expect(Self.first, "HIT a", last, "\(call)")
    try await expectSound(last, "\(call)")
  }
}
