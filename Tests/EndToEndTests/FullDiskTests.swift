// A disk that gets full: what is loaded answers on, what cannot be loaded is refused in words, and goes on when
// there is room again. The disk is a small tmpfs, which only root may mount.

import Foundation
import TestSupport
import Testing

/// A tmpfs of a few mebibytes, unmounted when the value goes.
final class SmallDisk {
  let workspace: Workspace
  let path: String

  /// Whether one can be mounted here; a container may refuse it even to root.
  static func isPossible() async -> Bool {
    guard geteuid() == 0 else { return false }
    return (try? await SmallDisk(mebibytes: 1)) != nil
  }

  init(mebibytes: Int) async throws {
    workspace = try Workspace()
    path = workspace.file("disk")
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    let result = try await TestedProgram(
      "/bin/mount", ["-t", "tmpfs", "-o", "size=\(mebibytes)m", "whichset-test", path], folder: workspace
    ).result()
    try #require(result.end == .exited(0), "\(result.errors)")
  }

  deinit {
    // MNT_DETACH: even where a program that was killed has not quite gone. The C string lives through the call.
    _ = unsafe umount2(path, Int32(MNT_DETACH))
  }

  /// Fills room on the disk.
  func occupy(mebibytes: Int) throws {
    try Data(repeating: 1, count: mebibytes << 20).write(to: URL(fileURLWithPath: path + "/ballast"))
  }

  /// Gives it back.
  func release() throws { try FileManager.default.removeItem(atPath: path + "/ballast") }
}

@Suite(
  "A full disk", .fewAtOnce, .serialized,
  .enabled("only root can mount a small disk, and not in every container") { await SmallDisk.isPossible() })
struct FullDiskTests {
  /// Ends when no more can be loaded; returns how many datasets were, and what the client said at last.
  private func fill(_ workspace: Workspace) async throws -> (datasets: Int, refusal: ProgramResult) {
    var number = 1
    while true {
      try #require(number < 20, "the disk never gets full")
      let ordinals = (number * 4_000)...(number * 4_000 + 3_999)
      let list = try workspace.write("list\(number)", Photos.list(ordinals, padding: 300))
      let client = try workspace.startClient(
        ["ingest", "--dataset", "d\(number)", "--retry-for", "1", list])
      let isOver = await holds { client.end != nil || client.errors.contains("the disk") }
      try #require(isOver)
      if client.end != .exited(0) {
        let givesUp = await holds { client.end != nil }
        #expect(givesUp)
        client.send(SIGINT)
        return (number - 1, try await client.result())
      }
      number += 1
    }
  }

  @Test("is said once by the client, once by the log, and by health until there is room again")
  func saidOnce() async throws {
    let disk = try await SmallDisk(mebibytes: 12)
    let workspace = disk.workspace
    let daemon = try await RunningDaemon.start(
      in: workspace, data: "disk/data", options: ["--disk-reserve", "1", "--load-memory", "1"])
    try disk.occupy(mebibytes: 10)
    let list = try workspace.write("list", Photos.list(1...150_000))
    let start = ContinuousClock.now
    let refused = try await workspace.client(
      ["ingest", "--dataset", "park", "--retry-for", "4", list])
    #expect(refused.end == .exited(2))
    let said = refused.errors.split(separator: "\n").filter { !$0.contains("format plain") }
    #expect(said.count <= 2, "\(refused.errors)")
    #expect(said.last?.contains("too little room on the disk") == true, "\(refused.errors)")
    let logged = daemon.log.split(separator: "\n").filter { $0.contains("event=failed") }
    // Once a minute, however slow the machine is.
    let minutes = Int((ContinuousClock.now - start) / .seconds(60))
    #expect((1...(1 + minutes)).contains(logged.count), "\(daemon.log)")
    let health = try await workspace.client("health", "--format", "tsv")
    #expect(health.records.contains { $0.prefix(2) == ["writer", "degraded"] }, "\(health.output)")
    try disk.release()
    let list2 = try workspace.write("list2", Photos.list(1...100))
    #expect(try await workspace.client("ingest", "--dataset", "lake", list2).end == .exited(0))
    let well = try await workspace.client("health", "--format", "tsv")
    #expect(well.records.contains { $0.prefix(2) == ["writer", "ok"] }, "\(well.output)")
    try await daemon.stop()
  }

  @Test(
    "is a refusal in words; the old data answers, and with room again the load goes on", arguments: [1, 0])
  func fillsUp(_ reserve: Int) async throws {
    let disk = try await SmallDisk(mebibytes: 24)
    try disk.occupy(mebibytes: 18)
    let workspace = disk.workspace
    let options = ["--disk-reserve", "\(reserve)", "--load-memory", "1"]
    let daemon = try await RunningDaemon.start(in: workspace, data: "disk/data", options: options)
    let (count, refusal) = try await fill(workspace)
    #expect(count > 0)
    #expect([.exited(2), .killed(SIGINT)].contains(refusal.end))
    #expect(refusal.errors.contains("disk"), "\(refusal.errors)")
    try await expectDatasets(count, daemon)

    try disk.release()
    let last = workspace.file("list\(count + 1)")
    let again = try await workspace.client("ingest", "--dataset", "d\(count + 1)", last)
    #expect(again.end == .exited(0), "\(again.errors)")
    try await expectDatasets(count + 1, daemon)
    try await daemon.stop()
    let restarted = try await RunningDaemon.start(in: workspace, data: "disk/data", options: options)
    try await expectDatasets(count + 1, restarted)
    try await restarted.stop()
  }

  @Test(
    "in the last step of a first load leaves none of its keys to the next one",
    arguments: [28, 32, 36, 40, 44, 48, 52])
  func refusedKeys(_ kibibytes: Int) async throws {
    let disk = try await SmallDisk(mebibytes: 8)
    let workspace = disk.workspace
    let daemon = try await RunningDaemon.start(
      in: workspace, data: "disk/data", options: ["--disk-reserve", "0", "--map-size", "1"])
    var room = statvfs()
    // The call fills the struct that it is lent.
    try #require(unsafe statvfs(disk.path, &room) == 0)
    let free = Int(room.f_bavail) * Int(room.f_frsize)
    try Data(repeating: 1, count: free - kibibytes << 10).write(
      to: URL(fileURLWithPath: disk.path + "/ballast"))
    func list(_ first: Int) throws -> String {
      let rows = (0..<200).map { "flickr:\(first + 7 * $0)\tnsid=\(10_000_100 + $0 % 9)@N02\n" }
      return try workspace.write("list\(first)", rows.joined())
    }
    let refused = try await workspace.client(
      "ingest", "--dataset", "a", "--list-format", "plain", "--retry-for", "0", try list(60_001_000_000))
    try disk.release()
    let loaded = try await workspace.client(
      "ingest", "--dataset", "b", "--list-format", "plain", try list(60_002_000_000))
    #expect(loaded.end == .exited(0), "\(loaded.errors)")
    let answers = try await daemon.ask("MCHECK 2\nflickr:60001000000\nflickr:60002000000")
    #expect(answers == [[refused.end == .exited(0) ? "HIT a" : "MISS"], ["HIT b"]])
    let verified = try await workspace.client("verify")
    #expect(verified.end == .exited(0), "\(verified.output)")
    try await daemon.stop()
  }

  private func expectDatasets(
    _ count: Int, _ daemon: RunningDaemon, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    try #require(daemon.process.end == nil, "\(daemon.log)", sourceLocation: sourceLocation)
    let figures = try await daemon.figures()
    #expect(figures["datasets"] == count, sourceLocation: sourceLocation)
    #expect(figures["images"] == count * 4_000, sourceLocation: sourceLocation)
    for number in 1...count {
      let answers = try await daemon.ask("MCHECK 1\nflickr:\(Photos.number(number * 4_000 + 7))")
      #expect(answers == [["HIT d\(number)"]], sourceLocation: sourceLocation)
    }
  }
}
