// A daemon that cannot start says why, names what is in the way, and ends with the status that its help promises.

import Foundation
import TestSupport
import Testing

@Suite("A daemon that cannot start")
struct BadFolderTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  /// Statuses of `sysexits.h`, as the daemon's help tells them.
  private static let damaged = ProgramEnd.exited(65)
  private static let inUse = ProgramEnd.exited(69)
  private static let refused = ProgramEnd.exited(71)

  @Test("on a folder that is a file names it")
  func file() async throws {
    let path = try workspace.write("data", "a file")
    let result = try await workspace.failingDaemon()
    #expect(result.errors.contains(path))
    #expect(result.errors.contains("Not a directory"))
    #expect(result.end == Self.refused)
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "a file")
  }

  @Test(
    "on a folder that it may not write names it",
    .enabled(
      if: FileManager.default.isExecutableFile(atPath: "/usr/bin/setpriv") && geteuid() == 0,
      "only root with setpriv can act as nobody"))
  func notWritable() async throws {
    try FileManager.default.createDirectory(
      atPath: workspace.file("data"), withIntermediateDirectories: false,
      attributes: [.posixPermissions: 0o555])
    let options = ["--reuid=65534", "--regid=65534", "--clear-groups", Programs.daemon]
    let result = try await TestedProgram(
      "/usr/bin/setpriv", options + ["--data", workspace.file("data"), "--socket", workspace.file("s")],
      folder: workspace
    ).result()
    #expect(result.errors.contains(workspace.file("data")))
    #expect(result.errors.contains("Permission denied"))
    #expect(result.end == Self.refused)
  }

  @Test("on another program's LMDB environment leaves it alone")
  func foreignEnvironment() async throws {
    // An index whose sub-database `meta` has another name is no index.
    let daemon = try await RunningDaemon.start(in: workspace)
    try await daemon.stop()
    let path = workspace.file("data/data.mdb")
    var bytes = try #require(FileManager.default.contents(atPath: path))
    while let place = bytes.range(of: Data("meta".utf8)) {
      bytes.replaceSubrange(place, with: Data("neta".utf8))
    }
    try bytes.write(to: URL(fileURLWithPath: path))
    let result = try await workspace.failingDaemon()
    #expect(result.end == Self.damaged)
    #expect(result.errors.contains(workspace.file("data")))
    #expect(result.errors.contains("no whichset index"))
    #expect(FileManager.default.contents(atPath: path) == bytes)
  }

  @Test("on a file that is not LMDB's leaves it alone")
  func garbage() async throws {
    try FileManager.default.createDirectory(
      atPath: workspace.file("data"), withIntermediateDirectories: false)
    let garbage = [UInt8](repeating: 0x5A, count: 100_000)
    let path = try workspace.write("data/data.mdb", garbage)
    let result = try await workspace.failingDaemon()
    #expect(result.end == Self.damaged)
    #expect(result.errors.contains(workspace.file("data")))
    #expect(result.errors.contains("not an LMDB file"))
    #expect(FileManager.default.contents(atPath: path) == Data(garbage))
  }

  @Test("on an index that was cut off says so")
  func cutOff() async throws {
    let daemon = try await RunningDaemon.start(in: workspace)
    _ = try workspace.write("list", Photos.list(1...1_000))
    #expect(
      try await workspace.client("ingest", "--dataset", "park", workspace.file("list")).end == .exited(0))
    try await daemon.stop()
    let path = workspace.file("data/data.mdb")
    let bytes = try #require(FileManager.default.contents(atPath: path))
    try bytes.prefix(3 * 4_096).write(to: URL(fileURLWithPath: path))
    let result = try await workspace.failingDaemon()
    #expect(result.end == Self.damaged, "\(result.errors.prefix(200))")
  }

  @Test("on a folder whose data file is gone says what is left, and makes no new index")
  func dataFileGone() async throws {
    let daemon = try await RunningDaemon.start(in: workspace)
    try await daemon.stop()
    try FileManager.default.removeItem(atPath: workspace.file("data/data.mdb"))
    let result = try await workspace.failingDaemon()
    #expect(result.end == Self.damaged)
    #expect(
      result.errors.contains("data.mdb is missing or empty, although \(workspace.file("data/lock.mdb"))"))
    #expect(!FileManager.default.fileExists(atPath: workspace.file("data/data.mdb")))
  }

  @Test("on a folder whose lock file was removed while another daemon holds it says so")
  func lockFileGone() async throws {
    let daemon = try await RunningDaemon.start(in: workspace)
    try FileManager.default.removeItem(atPath: workspace.file("data/whichset.lock"))
    let result = try await workspace.failingDaemon(socket: "other")
    #expect(result.end == Self.inUse)
    try await daemon.stop()
  }

  @Test(
    "any more, since its data file or folder went, ends by itself and says so",
    arguments: ["data/data.mdb", "data"])
  func removedWhileRunning(_ name: String) async throws {
    let daemon = try await RunningDaemon.start(in: workspace)
    try FileManager.default.removeItem(atPath: workspace.file(name))
    // It looks every few seconds; a change is refused at once.
    let result = try await daemon.process.result(within: .seconds(30))
    #expect(result.end == .exited(74))
    #expect(result.errors.contains("was removed, moved or replaced while the index was open"))
  }

  @Test("on damaged pages of a tree ends with a word, not by a signal")
  func damagedTree() async throws {
    let daemon = try await RunningDaemon.start(in: workspace)
    _ = try workspace.write("list", Photos.list(1...3_000))
    #expect(
      try await workspace.client("ingest", "--dataset", "park", workspace.file("list")).end == .exited(0))
    try await daemon.stop()
    let path = workspace.file("data/data.mdb")
    let sound = [UInt8](try #require(FileManager.default.contents(atPath: path)))
    var generator = SeededGenerator(seed: 5)
    // Leaves and branches of trees: their flags are 1 or 2, at offset 10.
    let pages = (2..<(sound.count / 4_096)).filter { [1, 2].contains(sound[$0 * 4_096 + 10]) }
    for _ in 0..<24 {
      var bytes = sound
      let page = try #require(pages.randomElement(using: &generator))
      bytes[page * 4_096 + Int.random(in: 8..<48, using: &generator)] ^= UInt8(
        1 << Int.random(in: 0..<8, using: &generator))
      try Data(bytes).write(to: URL(fileURLWithPath: path))
      let next = try TestedProgram(
        Programs.daemon, ["--data", workspace.file("data"), "--socket", workspace.file("s")],
        folder: workspace)
      let isDecided = await holds { next.end != nil || (try? Connection(workspace.file("s"))) != nil }
      #expect(isDecided)
      if let end = next.end {
        #expect([.exited(65), .exited(74), .exited(71)].contains(end), "page \(page): \(end)")
        #expect(next.errors.contains("whichsetd: "), "page \(page)")
      }
      next.kill()
    }
  }

  @Test("on a folder that another daemon holds says so, and the other goes on")
  func folderInUse() async throws {
    let daemon = try await RunningDaemon.start(in: workspace)
    let result = try await workspace.failingDaemon(socket: "other")
    #expect(result.end == Self.inUse)
    #expect(result.errors.contains("\(workspace.file("data")) is in use by another whichsetd; stop it"))
    #expect(try await workspace.client("ping").end == .exited(0))
    try await daemon.stop()
  }

  @Test("at a socket that another daemon holds says so, and the other goes on")
  func socketInUse() async throws {
    let daemon = try await RunningDaemon.start(in: workspace)
    let result = try await workspace.failingDaemon(data: "other")
    #expect(result.end == Self.inUse)
    #expect(result.errors.contains("another whichsetd listens at \(workspace.file("s")); stop it"))
    #expect(try await workspace.client("ping").end == .exited(0))
    try await daemon.stop()
  }

  @Test("at a path that holds something else leaves that alone")
  func socketIsFile() async throws {
    let path = try workspace.write("s", "a file")
    let result = try await workspace.failingDaemon()
    #expect(result.end == Self.refused)
    #expect(result.errors.contains("bind \(path)"))
    #expect(result.errors.contains("choose another --socket"))
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "a file")
  }

  @Test("at a path that no socket can have says how long one may be")
  func socketPathTooLong() async throws {
    let result = try await workspace.failingDaemon(socket: String(repeating: "s", count: 108))
    #expect(result.end == Self.refused)
    #expect(result.errors.contains("at most 107 bytes"))
  }

  @Test("whose socket's folder is missing says so")
  func socketFolderMissing() async throws {
    let result = try await workspace.failingDaemon(socket: "missing/s")
    #expect(result.end == Self.refused)
    #expect(result.errors.contains("the socket's folder must exist and be writable"))
  }
}
