// A daemon that cannot start says why, names what is in the way, and ends with the status that its help promises.

import Foundation
import TestSupport
import Testing

@Suite("A daemon that cannot start", .fewAtOnce)
struct BadFolderTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  /// Statuses of `sysexits.h`, as the daemon's help tells them.
  private static let damaged = ProgramEnd.exited(65)
  private static let inUse = ProgramEnd.exited(69)
  private static let refused = ProgramEnd.exited(71)
  private static let misconfigured = ProgramEnd.exited(78)

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
      attributes: [.posixPermissions: 0o555, .ownerAccountID: 65_534])
    let options = ["--reuid=65534", "--regid=65534", "--clear-groups", Programs.daemon]
    let result = try await TestedProgram(
      "/usr/bin/setpriv", options + ["--data", workspace.file("data"), "--socket", workspace.file("s")],
      folder: workspace
    ).result()
    #expect(result.errors.contains(workspace.file("data")))
    #expect(result.errors.contains("Permission denied"))
    #expect(result.end == Self.refused)
  }

  @Test(
    "on a folder of another user names both",
    .enabled(if: geteuid() == 0, "only root can give a folder away"))
  func othersFolder() async throws {
    try FileManager.default.createDirectory(
      atPath: workspace.file("data"), withIntermediateDirectories: false,
      attributes: [.posixPermissions: 0o700, .ownerAccountID: 65_534])
    let result = try await workspace.failingDaemon()
    #expect(result.end == Self.misconfigured)
    #expect(
      result.errors.contains("\(workspace.file("data")) belongs to user 65534, and whichsetd runs as user 0"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: workspace.file("data")).isEmpty)
  }

  @Test(
    "on a folder that others may write to says which rights to take away", arguments: [0o720, 0o702, 0o777])
  func sharedFolder(_ rights: Int) async throws {
    try FileManager.default.createDirectory(
      atPath: workspace.file("data"), withIntermediateDirectories: false)
    try setRights(workspace.file("data"), rights)
    let result = try await workspace.failingDaemon()
    #expect(result.end == Self.misconfigured)
    #expect(result.errors.contains("chmod go-w \(workspace.file("data"))"), "\(result.errors)")
    // To read it is no harm: its files are the owner's alone.
    try setRights(workspace.file("data"), 0o755)
    try await RunningDaemon.start(in: workspace).stop()
  }

  @Test(
    "where a link stands for a file of the index follows it nowhere",
    arguments: ["data.mdb", "lock.mdb", "whichset.lock", "staging", "last-backup"])
  func links(_ name: String) async throws {
    try await RunningDaemon.start(in: workspace).stop()
    let path = workspace.file("data/\(name)")
    let elsewhere = workspace.file("elsewhere")
    if FileManager.default.fileExists(atPath: path) {
      try FileManager.default.moveItem(atPath: path, toPath: elsewhere)
    } else {
      _ = try workspace.write("elsewhere", "time=1\nbytes=1\n")
    }
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: elsewhere)
    let result = try await workspace.failingDaemon()
    #expect(result.end == Self.misconfigured)
    #expect(result.errors.contains("\(path) is a symbolic link"), "\(result.errors)")
    // A link to the folder as a whole is its owner's choice.
    try FileManager.default.removeItem(atPath: path)
    try FileManager.default.moveItem(atPath: elsewhere, toPath: path)
    if name == "last-backup" { try FileManager.default.removeItem(atPath: path) }
    try FileManager.default.createSymbolicLink(
      atPath: workspace.file("link"), withDestinationPath: workspace.file("data"))
    try await RunningDaemon.start(in: workspace, data: "link").stop()
  }

  @Test("is not one whose folder for loads holds what is no load: that is named and left alone")
  func strays() async throws {
    try await RunningDaemon.start(in: workspace).stop()
    let staging = workspace.file("data/staging")
    _ = try workspace.write("data/staging/notes.txt", "a file")
    try FileManager.default.createSymbolicLink(
      atPath: staging + "/link.x", withDestinationPath: workspace.path)
    try FileManager.default.createDirectory(
      atPath: staging + "/park.deep/deeper", withIntermediateDirectories: true)
    try FileManager.default.createDirectory(
      atPath: staging + "/lost+found", withIntermediateDirectories: false)
    let daemon = try await RunningDaemon.start(in: workspace)
    #expect(
      daemon.log.contains(
        "left alone, since no load is called or made so: link.x, lost+found, notes.txt, park.deep"),
      "\(daemon.log)")
    #expect(try await daemon.ask("LOADS").isEmpty)
    let list = try workspace.write("list", "flickr:99100000001\n")
    #expect(try await workspace.client("ingest", "--dataset", "park", list).end == .exited(0))
    try await daemon.stop()
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: staging).sorted()
        == ["link.x", "lost+found", "notes.txt", "park.deep"])
  }

  @Test("where others could replace its socket or its settings says so")
  func sharedPlaces() async throws {
    try FileManager.default.createDirectory(
      atPath: workspace.file("open"), withIntermediateDirectories: false)
    try setRights(workspace.file("open"), 0o777)
    let socket = try await workspace.failingDaemon(socket: "open/s")
    #expect(socket.end == Self.refused)
    #expect(socket.errors.contains("others could replace the socket"), "\(socket.errors)")
    // Where only owners may remove what is theirs, as in /tmp, nobody can.
    try setRights(workspace.file("open"), 0o1777)
    try await RunningDaemon.start(in: workspace, socket: "open/s").stop()

    let settings = try workspace.write("settings", "threads = 1\n")
    try setRights(settings, 0o666)
    let result = try await TestedProgram(
      Programs.daemon, ["--config", settings, "--check-config"], folder: workspace
    ).result()
    #expect(result.end == Self.misconfigured)
    #expect(result.errors.contains("\(settings): must belong to root"), "\(result.errors)")
    try setRights(settings, 0o644)
    let allowed = try await TestedProgram(
      Programs.daemon, ["--config", settings, "--check-config"], folder: workspace
    ).result()
    #expect(allowed.end == .exited(0))
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
    let result = try await daemon.process.result()
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

  private func setRights(_ path: String, _ rights: Int) throws {
    try FileManager.default.setAttributes([.posixPermissions: rights], ofItemAtPath: path)
  }
}
