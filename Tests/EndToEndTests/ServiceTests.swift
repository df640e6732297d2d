// The daemon among its clients: stopped while they ask, beset by those that never read, and by many that never ask.

import Foundation
import TestSupport
import Testing

@Suite("The daemon", .fewAtOnce)
struct ServiceTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  private func loadedDaemon(_ options: [String] = []) async throws -> RunningDaemon {
    let list = try workspace.write("list", Photos.list(1...1_000))
    let daemon = try await RunningDaemon.start(in: workspace, options: options)
    #expect(try await workspace.client("ingest", "--dataset", "park", list).end == .exited(0))
    return daemon
  }

  @Test("finishes the replies to what it was asked when it is stopped", arguments: [SIGTERM, SIGINT])
  func stopFinishesReplies(_ signal: Int32) async throws {
    let daemon = try await loadedDaemon()
    let connection = try daemon.connect()
    try await connection.send("PING\n")
    #expect(try await connection.line() == "PONG")
    try await connection.send((1...1_000).map { "CHECK flickr:\(Photos.number($0))\n" }.joined())
    daemon.process.send(signal)
    for photo in 1...1_000 { #expect(try await connection.line() == "HIT park", "photo \(photo)") }
    await #expect(throws: Connection.Ended.self) { try await connection.line() }
    #expect(try await daemon.process.result().end == .exited(0))
    #expect(!FileManager.default.fileExists(atPath: daemon.socket))
  }

  @Test("stops within its bound though a client is in the middle of asking")
  func stopWhileAsked() async throws {
    let daemon = try await loadedDaemon(["--stop-timeout", "3"])
    _ = try workspace.write("questions", (1...200_000).map { "flickr:\($0)\n" }.joined())
    let busy = try workspace.startClient(
      ["check", "--format", "tsv", "--input", workspace.file("questions")])
    #expect(await holds { !busy.output.isEmpty })
    daemon.process.send(SIGTERM)
    let result = try await daemon.process.result()
    #expect(result.end == .exited(0), "\(result.errors)")
    // By the daemon's own clock, since this test may be late to see it.
    let times = ["event=stopping", "event=stopped"].compactMap { event in
      result.errors.split(separator: "\n").first { $0.contains(event) }.flatMap { line in
        try? Date(
          String(line.prefix { $0 != " " }),
          strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true))
      }
    }
    try #require(times.count == 2, "\(result.errors)")
    #expect(times[1].timeIntervalSince(times[0]) < 10)
    let answered = try await busy.result()
    #expect([.exited(0), .exited(1), .exited(2)].contains(answered.end))
    if answered.end == .exited(2) { #expect(answered.errors.contains("closed the connection")) }
  }

  @Test("can be stopped at any moment of its start", arguments: 0..<20)
  func stopDuringStart(_ step: Int) async throws {
    let program = try TestedProgram(
      Programs.daemon, ["--data", workspace.file("data"), "--socket", workspace.file("s")], folder: workspace)
    try await Task.sleep(for: .milliseconds(step * 3))
    program.send(SIGTERM)
    let result = try await program.result()
    #expect([.exited(0), .killed(SIGTERM)].contains(result.end), "\(result.errors)")
    let daemon = try await RunningDaemon.start(in: workspace)
    try await daemon.stop()
  }

  @Test("works for others while a client asks much and never reads")
  func neverReading() async throws {
    let daemon = try await loadedDaemon(["--threads", "1"])
    // The longest name makes the longest replies.
    let name = String(repeating: "d", count: 63)
    let list = workspace.file("list")
    #expect(try await workspace.client("ingest", "--dataset", name, list).end == .exited(0))
    let deaf = try daemon.connect()
    let questions = Array((1...1_000).map { "CHECK flickr:\(Photos.number($0))\n" }.joined().utf8)
    let enough = 32 << 20
    let sent = try await fill(deaf, with: questions, upTo: enough)
    #expect(sent < enough)
    let result = try await workspace.script(
      "SECONDS=0; whichset check --format tsv flickr:\(Photos.number(1)); [ $SECONDS -lt 10 ]")
    #expect(result.end == .exited(0), "it took long: \(result.errors)")
    #expect(result.records.first?.last == "\(name),park")
    #expect(try await deaf.line() == "HIT \(name),park")
    daemon.crash()
  }

  /// Sends again and again until the daemon has taken nothing for a second; returns how many bytes.
  private func fill(_ connection: Connection, with bytes: [UInt8], upTo enough: Int) async throws -> Int {
    var rest = bytes[...]
    var sent = 0
    var last = ContinuousClock.now
    while sent < enough, ContinuousClock.now - last < .seconds(1) {
      let count = connection.sendSome(rest)
      rest = count == rest.count ? bytes[...] : rest.dropFirst(count)
      sent += count
      if count > 0 { last = .now } else { try await Task.sleep(for: .milliseconds(2)) }
    }
    return sent
  }

  @Test("answers beside a thousand connections that say nothing, and takes more when they have gone")
  func idleConnections() async throws {
    raiseDescriptorLimit(to: 4_096)
    let daemon = try await loadedDaemon(["--connections", "1050"])
    var idle = try (0..<1_000).map { _ in try daemon.connect() }
    let result = try await workspace.client("check", "--format", "tsv", "flickr:\(Photos.number(1))")
    #expect(result.records.first?.last == "park")
    #expect(try await daemon.figures()["connections"] ?? 0 > 1_000)
    // Places of earlier clients may become free a moment later.
    var refused = result
    for _ in 0..<50 where refused.end != .exited(2) {
      idle += try (0..<60).map { _ in try daemon.connect() }
      refused = try await workspace.client("check", "flickr:1")
    }
    #expect(refused.end == .exited(2))
    #expect(refused.errors.contains("1050 connections are open; try again later"), "\(refused.errors)")
    idle.removeAll()
    var isServed = false
    for _ in 0..<100 where !isServed {
      isServed = try await workspace.client("ping").end == .exited(0)
      if !isServed { try await Task.sleep(for: .milliseconds(100)) }
    }
    #expect(isServed)
    try await daemon.stop()
  }

  private func raiseDescriptorLimit(to count: rlim_t) {
    var limit = rlimit()
    // The calls fill in and read the structure that they are lent.
    unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    limit.rlim_cur = min(limit.rlim_max, max(limit.rlim_cur, count))
    unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  }
}
