// Backups, restorations, compactions and verifications with the real programs: while others load and ask, with programs that
// are killed in the middle, and with a daemon that may not look into anybody's folder.

import Foundation
import TestSupport
import Testing

@Suite("Care of an index", .fewAtOnce, .serialized)
struct CareTests {
  private static let options = ["--load-memory", "1", "--disk-reserve", "1"]

  private static func digest(_ workspace: Workspace) async throws -> String {
    let result = try await workspace.client("stats", "--digest", "--format", "tsv")
    return result.records.filter { $0[0].hasPrefix("digest") }.map { $0.joined(separator: "=") }.joined(
      separator: " ")
  }

  private static func load(
    _ slug: String, _ ordinals: ClosedRange<Int>, _ workspace: Workspace, padding: Int = 100
  ) async throws {
    let list = try workspace.write("\(slug).list", Photos.list(ordinals, padding: padding))
    let result = try await workspace.client("ingest", "--dataset", slug, list)
    #expect(result.end == .exited(0), "\(result.errors)")
  }

  /// Names in the workspace that a backup may leave.
  private static func parts(_ workspace: Workspace) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: workspace.path).filter { $0.contains(".part") }
  }

  @Test("a backup made while lists are loaded and images asked for is sound, private, and holds one state")
  func hotBackup() async throws {
    let workspace = try Workspace()
    let daemon = try await RunningDaemon.start(in: workspace, options: Self.options)
    try await Self.load("first", 1...6_000, workspace)
    let list = try workspace.write("second.list", Photos.list(4_000...12_000, padding: 100))
    let loading = try workspace.startClient(["ingest", "--dataset", "second", list])
    let asking = try workspace.startClient(
      ["check", "--format", "tsv", "-"], input: Photos.list(1...20_000))
    let backup = try await workspace.client("backup", "--format", "tsv", workspace.file("b.mdb"))
    #expect(backup.end == .exited(0), "\(backup.errors)")
    #expect(try await loading.result().end == .exited(0), "\(loading.errors)")
    #expect(try await asking.result().end == .exited(0), "\(asking.errors)")
    let attributes = try FileManager.default.attributesOfItem(atPath: workspace.file("b.mdb"))
    #expect(attributes[.posixPermissions] as? Int == 0o600)
    let bytes = try #require(attributes[.size] as? Int)
    #expect(backup.records.first?[1] == "\(bytes)")
    #expect(try Self.parts(workspace) == [])
    let figures = try await daemon.figures()
    #expect(figures["backup.last.bytes"] == bytes)
    #expect(abs((figures["backup.last"] ?? 0) - Int(Date().timeIntervalSince1970)) < 600)
    let verified = try await workspace.client("verify", "--format", "tsv", workspace.file("b.mdb"))
    #expect(verified.end == .exited(0), "\(verified.errors)")
    // All of each load or nothing.
    #expect([["datasets", "1"], ["datasets", "2"]].contains(verified.records.first))

    // What is there is not replaced unasked.
    let refused = try await workspace.client("backup", workspace.file("b.mdb"))
    #expect(refused.end == .exited(2) && refused.errors.contains("--force"), "\(refused.errors)")
    let forced = try await workspace.client("backup", "--force", workspace.file("b.mdb"))
    #expect(forced.end == .exited(0), "\(forced.errors)")
    let nowhere = try await workspace.client("backup", workspace.file("none/b.mdb"))
    #expect(nowhere.end == .exited(2) && nowhere.errors.contains("No such file"), "\(nowhere.errors)")
    try await daemon.stop()
  }

  @Test("a backup restores the index: over another one when that is said, and into a new one")
  func restore() async throws {
    let workspace = try Workspace()
    let backup = workspace.file("b.mdb")
    let daemon = try await RunningDaemon.start(in: workspace, options: Self.options)
    try await Self.load("first", 1...4_000, workspace)
    let digest = try await Self.digest(workspace)
    #expect(try await workspace.client("backup", backup).end == .exited(0))
    try await Self.load("second", 3_000...6_000, workspace)
    #expect(try await Self.digest(workspace) != digest)

    let refused = try await workspace.client("restore", backup)
    #expect(refused.end == .exited(2) && refused.errors.contains("force"), "\(refused.errors)")
    #expect(try await daemon.figures()["datasets"] == 2)
    let restored = try await workspace.client("restore", "--force", backup)
    #expect(restored.end == .exited(0), "\(restored.errors)\(daemon.log)")
    // The same process, restarted.
    #expect(daemon.process.end == nil)
    #expect(try await Self.digest(workspace) == digest)
    try await Self.load("third", 10_000...10_100, workspace)
    #expect(try await workspace.client("verify").end == .exited(0))
    try await daemon.stop()

    let other = try await RunningDaemon.start(in: workspace, data: "new", options: Self.options)
    let into = try await workspace.client("restore", backup)
    #expect(into.end == .exited(0), "\(into.errors)\(other.log)")
    #expect(try await Self.digest(workspace) == digest)
    try await other.stop()
    #expect(!FileManager.default.fileExists(atPath: workspace.file("new/data.mdb.part")))
  }

  @Test("a file that is no sound backup is not restored, and says why")
  func badBackups() async throws {
    let workspace = try Workspace()
    let daemon = try await RunningDaemon.start(in: workspace, options: Self.options)
    try await Self.load("first", 1...4_000, workspace)
    let digest = try await Self.digest(workspace)
    #expect(try await workspace.client("backup", workspace.file("b.mdb")).end == .exited(0))
    let whole = try Data(contentsOf: URL(fileURLWithPath: workspace.file("b.mdb")))
    var flipped = whole
    // Every page from the third on, so that some block or listing is hit; LMDB's own page headers are left alone.
    for page in 2..<(flipped.count / 4_096) { flipped[page * 4_096 + 2_000] ^= 4 }
    for (name, bytes) in [
      ("flipped", flipped), ("cut", whole.prefix(whole.count / 2)), ("text", Data("flickr:1\n".utf8)),
      ("empty", Data()),
    ] {
      try bytes.write(to: URL(fileURLWithPath: workspace.file(name)))
      let restored = try await workspace.client("restore", "--force", workspace.file(name))
      #expect(restored.end != .exited(0) && !restored.errors.isEmpty, "\(name)")
      let verified = try await workspace.client("verify", workspace.file(name))
      #expect([.exited(1), .exited(2)].contains(verified.end), "\(name)")
    }
    let damaged = try await workspace.client("verify", "--format", "tsv", workspace.file("flipped"))
    #expect(damaged.end == .exited(1), "\(damaged.errors)")
    #expect(damaged.records.contains { $0.first == "damage" && $0.count == 5 })
    #expect(try await Self.digest(workspace) == digest)
    let own = try await workspace.client("verify", workspace.file("data"))
    #expect(own.end == .exited(2) && own.errors.contains("whichset verify"), "\(own.errors)")
    try await daemon.stop()
    #expect(try await workspace.client("verify", workspace.file("data")).end == .exited(0))
  }

  @Test("a fifo is neither verified nor restored, nor replaced by a backup, and nobody waits for it")
  func fifos() async throws {
    let workspace = try Workspace()
    let daemon = try await RunningDaemon.start(in: workspace, options: Self.options)
    let fifo = workspace.file("fifo")
    try #require(unsafe mkfifo(fifo, 0o600) == 0)  // the C string lives through the call
    for words in [["verify", fifo], ["restore", fifo], ["backup", "--force", fifo]] {
      let result = try await workspace.client(words)
      #expect(result.end == .exited(2) && result.errors.contains("fifo"), "\(words): \(result.errors)")
    }
    let own = try await workspace.client("backup", "--force", workspace.file("data/data.mdb"))
    #expect(own.end == .exited(2) && own.errors.contains("belongs to the index of a daemon"), "\(own.errors)")
    try await daemon.stop()
  }

  @Test("damaged inner pages of a file are told as damage, by the status of each command")
  func damagedBranches() async throws {
    let workspace = try Workspace()
    let daemon = try await RunningDaemon.start(in: workspace, options: Self.options)
    try await Self.load("first", 1...60_000, workspace, padding: 0)
    // Another namespace, which is read behind the damage.
    let digests = (1...100).map { "md5:\(String(repeating: "0", count: 29))\(100 + $0)\n" }.joined()
    let list = try workspace.write("digests.list", digests)
    #expect(try await workspace.client("ingest", "--dataset", "second", list).end == .exited(0))
    #expect(try await workspace.client("backup", workspace.file("b.mdb")).end == .exited(0))
    var bytes = try Data(contentsOf: URL(fileURLWithPath: workspace.file("b.mdb")))
    var count = 0
    // An inner page has 1 in its flags, at 10; the first node's place is at 16, and its page's number at its beginning.
    for page in stride(from: 8_192, to: bytes.count, by: 4_096)
    where bytes[page + 10] == 1 && bytes[page + 11] == 0 {
      let node = page + Int(bytes[page + 16]) + Int(bytes[page + 17]) << 8
      for byte in node..<node + 4 { bytes[byte] = 0xFF }
      count += 1
    }
    try #require(count > 0)
    let file = try workspace.write("damaged.mdb", Array(bytes))
    let verified = try await workspace.client("verify", "--format", "text", file)
    #expect(verified.end == .exited(1), "\(verified.errors)")
    #expect(verified.output.contains("is damaged"), "\(verified.output)")
    let restored = try await workspace.client("restore", "--force", file)
    #expect(restored.end == .exited(2), "\(restored.errors)")
    #expect(restored.errors.contains("is damaged"), "\(restored.errors)")
    try await daemon.stop()
  }

  @Test(
    "a client or a daemon that is killed in the middle of a backup leaves no backup, and the next one is good"
  )
  func killed() async throws {
    let workspace = try Workspace()
    var daemon = try await RunningDaemon.start(in: workspace, options: Self.options)
    try await Self.load("first", 1...12_000, workspace, padding: 400)
    let path = workspace.file("b.mdb")
    for ending in ["interrupt", "kill", "crash"] {
      let client = try workspace.startClient(["backup", path])
      #expect(await holds { (try? Self.parts(workspace).isEmpty) == false || client.end != nil })
      switch ending {
      case "interrupt": client.send(SIGINT)
      case "kill": client.kill()
      default: daemon.crash()
      }
      let result = try await client.result()
      if result.end == .exited(0) {
        // It was quicker than the signal.
        try FileManager.default.removeItem(atPath: path)
      } else {
        #expect(!FileManager.default.fileExists(atPath: path), "\(ending)")
      }
      switch ending {
      case "kill":
        // Nobody was left to remove it; it has another name than the backup would have.
        for part in try Self.parts(workspace) {
          try FileManager.default.removeItem(atPath: workspace.file(part))
        }
      case "crash":
        #expect(result.end == .exited(2) || result.end == .exited(0), "\(result.errors)")
        daemon = try await RunningDaemon.start(in: workspace, options: Self.options)
      default: break
      }
      #expect(try Self.parts(workspace) == [], "\(ending)")
    }
    #expect(try await holds { try await daemon.figures()["streams"] == 0 })
    #expect(try await workspace.client("backup", path).end == .exited(0))
    #expect(try await workspace.client("verify", path).end == .exited(0))
    try await daemon.stop()
  }

  @Test("a compaction keeps what the index holds, drops what was removed from it, and loads go on behind it")
  func compaction() async throws {
    let workspace = try Workspace()
    let daemon = try await RunningDaemon.start(in: workspace, options: Self.options)
    try await Self.load("first", 5_000...9_000, workspace)
    try await Self.load("gone", 1...6_000, workspace)
    #expect(try await workspace.client("dataset", "remove", "--yes", "gone").end == .exited(0))
    let digest = try await Self.digest(workspace)
    let list = try workspace.write("later.list", Photos.list(20_000...26_000, padding: 300))
    let loading = try workspace.startClient(["ingest", "--dataset", "later", "--retry-for", "60", list])
    let compacted = try await workspace.client("compact", "--format", "tsv")
    #expect(compacted.end == .exited(0), "\(compacted.errors)\(daemon.log)")
    let sizes = try #require(compacted.records.first).compactMap { Int($0) }
    #expect(sizes.count == 2 && sizes[1] < sizes[0])
    let loaded = try await loading.result()
    #expect(loaded.end == .exited(0), "\(loaded.errors)")
    #expect(daemon.process.end == nil)
    let verified = try await workspace.client("verify", "--format", "tsv")
    #expect(verified.end == .exited(0))
    #expect(verified.records.contains(["remains", "0"]), "\(verified.output)")
    #expect(try await workspace.client("dataset", "remove", "--yes", "later").end == .exited(0))
    #expect(try await Self.digest(workspace) == digest)
    #expect(!FileManager.default.fileExists(atPath: workspace.file("data/data.mdb.part")))
    try await daemon.stop()
  }

  @Test(
    "a compaction that is interrupted, or whose daemon is killed, leaves the index as it was",
    arguments: 1...4)
  func interruptedCompaction(_ seed: Int) async throws {
    var generator = SeededGenerator(seed: seed)
    let workspace = try Workspace()
    var daemon = try await RunningDaemon.start(in: workspace, options: Self.options)
    try await Self.load("first", 1...8_000, workspace, padding: 300)
    try await Self.load("gone", 7_000...12_000, workspace, padding: 300)
    #expect(try await workspace.client("dataset", "remove", "--yes", "gone").end == .exited(0))
    let digest = try await Self.digest(workspace)
    for kind in ["interrupt", "crash"] {
      let client = try workspace.startClient(["compact"])
      try await Task.sleep(for: .milliseconds(Int.random(in: 0...400, using: &generator)))
      if kind == "interrupt" {
        client.send(SIGINT)
        _ = try await client.result()
        // Wherever it was, the daemon is there, or comes back.
        #expect(await holds { (try? Connection(daemon.socket)) != nil })
      } else {
        daemon.crash()
        client.kill()
        daemon = try await RunningDaemon.start(in: workspace, options: Self.options)
      }
      #expect(
        try await holds {
          try await workspace.client("dataset", "set", "first", "note=x").end == .exited(0)
        })
      #expect(try await Self.digest(workspace) == digest, "\(kind)")
      #expect(!FileManager.default.fileExists(atPath: workspace.file("data/data.mdb.part")))
    }
    #expect(try await workspace.client("verify").end == .exited(0))
    try await daemon.stop()
  }

  @Test(
    "a daemon that may not look into the client's folder backs up into it and restores from it",
    .enabled(
      if: FileManager.default.isExecutableFile(atPath: "/usr/bin/setpriv") && geteuid() == 0,
      "only root with setpriv can act as nobody"))
  func foreignFolder() async throws {
    let workspace = try Workspace()
    for name in ["home", "daemon"] {
      try FileManager.default.createDirectory(
        atPath: workspace.file(name), withIntermediateDirectories: false,
        attributes: [.posixPermissions: 0o700, .ownerAccountID: name == "daemon" ? 65_534 : 0])
    }
    let process = try TestedProgram(
      "/usr/bin/setpriv",
      [
        "--reuid=65534", "--regid=65534", "--clear-groups", Programs.daemon, "--data",
        workspace.file("daemon/data"), "--socket", workspace.file("daemon/s"),
      ] + Self.options, folder: workspace)
    try #require(
      await holds { process.end != nil || (try? Connection(workspace.file("daemon/s"))) != nil })
    try #require(process.end == nil, "\(process.errors)")
    let list = try workspace.write("list", Photos.list(1...500))
    let file = workspace.file("home/b.mdb")
    for arguments in [
      ["ingest", "--dataset", "first", list], ["backup", file], ["dataset", "remove", "--yes", "first"],
      ["restore", "--force", file],
    ] {
      let result = try await workspace.client(arguments, socket: "daemon/s")
      #expect(result.end == .exited(0), "\(arguments): \(result.errors)")
    }
    let found = try await workspace.client(["check", "flickr:\(Photos.number(7))"], socket: "daemon/s")
    #expect(found.end == .exited(0), "\(found.errors)")
    process.send(SIGTERM)
    #expect(try await process.result().end == .exited(0))
  }

  @Test("an index of the present format needs no upgrade, one of a newer format is refused, one in use too")
  func upgrade() async throws {
    let workspace = try Workspace()
    let daemon = try await RunningDaemon.start(in: workspace)
    func upgrade(_ data: String = "data") async throws -> ProgramResult {
      try await TestedProgram(
        Programs.daemon, ["--data", workspace.file(data), "--upgrade"], folder: workspace
      ).result()
    }
    #expect(try await upgrade().end == .exited(69))
    try await daemon.stop()
    let names = try FileManager.default.contentsOfDirectory(atPath: workspace.file("data")).sorted()
    let current = try await upgrade()
    #expect(current.end == .exited(0) && current.output.contains("format 2"), "\(current.errors)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: workspace.file("data")).sorted() == names)
    #expect(try await upgrade("none").end == .exited(71))
    // LMDB has the record as its size, its key, then its value.
    let path = workspace.file("data/data.mdb")
    var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    var start = bytes.startIndex
    while let place = bytes.range(
      of: Data("format".utf8) + Data([2, 0, 0, 0, 0, 0, 0, 0]), in: start..<bytes.endIndex)
    {
      bytes[place.lowerBound + 6] = 3
      start = place.upperBound
    }
    try bytes.write(to: URL(fileURLWithPath: path))
    let newer = try await upgrade()
    #expect(
      newer.end == .exited(65) && newer.errors.contains("format 3, written by whichsetd"), "\(newer.errors)")
    #expect(try await workspace.failingDaemon().end == .exited(65))
  }
}

@Suite(
  "A backup to a full disk", .fewAtOnce,
  .enabled("only root can mount a small disk") { await SmallDisk.isPossible() })
struct FullBackupDiskTests {
  @Test("fails in words, leaves nothing, and harms nothing")
  func full() async throws {
    let disk = try await SmallDisk(mebibytes: 1)
    let workspace = disk.workspace
    let daemon = try await RunningDaemon.start(in: workspace, options: ["--disk-reserve", "1"])
    let list = try workspace.write("list", Photos.list(1...6_000, padding: 400))
    #expect(try await workspace.client("ingest", "--dataset", "d", list).end == .exited(0))
    let result = try await workspace.client("backup", disk.path + "/b.mdb")
    #expect(result.end == .exited(2))
    #expect(result.errors.contains("No space left"), "\(result.errors)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: disk.path) == [])
    #expect(try await workspace.client("backup", workspace.file("b.mdb")).end == .exited(0))
    try await daemon.stop()
  }
}
