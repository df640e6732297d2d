// Backups, verification, compaction and restoration, driven by hand: what is handed over, who is refused, and that whatever
// ends one early leaves the index as it was.

import Foundation
import Glibc
import Index
import IndexKeys
import Logging
import Platform
import TestSupport
import Testing
import WireProtocol

@testable import Server

@Suite("care of an index")
struct CareTests {
  private static func load(_ range: ClosedRange<Int>, into slug: String, _ client: BareClient) {
    let body = range.map { "https://example.org/\($0).jpg\tlisted=row \($0)\n" }.joined()
    _ = client.ask("INGEST \(slug) source=s name=\(slug).txt\n")
    _ = client.ask("ROWS 1 \(range.count) \(body.utf8.count)\n\(body)")
    let reply = client.ask("COMMIT blocks=1\n")
    #expect(reply.hasPrefix("OK rows=\(range.count) "), "\(reply)")
  }

  private static func digest(_ client: BareClient) -> String {
    String(client.ask("DIGEST\n").split(separator: "\n").last ?? "")
  }

  private static func open(_ path: String, _ flags: Int32) throws -> Int32 {
    let descriptor = unsafe Glibc.open(path, flags, 0o600)  // the C string lives through the call
    try #require(descriptor >= 0, "\(path): \(errno)")
    return descriptor
  }

  /// Asks for something, hands files over, has it done; returns what was said last.
  private static func ask(_ request: String, _ files: [Int32], _ client: BareClient) -> String {
    #expect(client.ask("\(request)\n") == "OK send\n")
    let before = client.received.count
    client.handOver(files)
    client.settle()
    return String(decoding: client.received[before...], as: UTF8.self)
  }

  /// Backs up to `path`; returns the name of the backup.
  private static func backUp(_ path: String, _ client: BareClient) throws -> String {
    let reply = ask("BACKUP", [try open(path, O_CREAT | O_RDWR)], client)
    let end = try #require(reply.split(separator: "\n").last { $0.hasPrefix("END 0 bytes=") }, "\(reply)")
    return String(end.split(separator: "=").last ?? "")
  }

  /// Which file a descriptor is of: another test may get the number of one that was closed.
  private static func identity(_ descriptor: Int32) -> FileIdentity? {
    (try? FileStatus(of: descriptor))?.identity
  }

  @Test("a backup is whole and sound, holds what the index held, and is noted once it is confirmed")
  func backup() throws {
    let daemon = try BareDaemon()
    let client = daemon.connect()
    Self.load(1...3_000, into: "parks", client)
    let digest = Self.digest(client)
    let path = "\(daemon.folder.path)/copy"
    let name = try Self.backUp(path, client)
    #expect(!client.ask("STATS\n").contains("backup.last"))
    let other = try BareDaemon()
    try FileManager.default.copyItem(atPath: path, toPath: "\(other.folder.path)/given")
    let file = try IndexFile(path: path)
    var verification = try Verification(file, spaces: KeySpace.all, texts: ListedTexts(secret: file.secret))
    while try verification.step() {}
    #expect(verification.counts.damages == 0)
    #expect(verification.counts.keys == 3_000)

    #expect(client.ask("BACKUP confirm=no\n").hasPrefix("ERR FILE CLIENT "))
    #expect(client.ask("@b BACKUP confirm=\(name)\n") == "@b OK\n")
    #expect(client.ask("BACKUP confirm=\(name)\n").hasPrefix("ERR FILE CLIENT "))
    let stats = client.ask("STATS\n")
    #expect(stats.contains("\nbackup.last\t"))
    #expect(stats.contains("\nbackup.last.bytes\t\(file.byteCount)\n"))

    // Into another, empty one.
    let restoring = other.connect()
    let reply = Self.ask("RESTORE", [try Self.open("\(other.folder.path)/given", O_RDONLY)], restoring)
    #expect(reply.hasSuffix("END 0 bytes=\(file.byteCount) loads.dropped=0 restarts=1\n"), "\(reply)")
    #expect(other.upkeep.wantsRestart)
    #expect(restoring.ask("DESCRIBE parks note=x\n").hasPrefix("ERR BUSY RETRY "))
    #expect(restoring.ask("INGEST parks\n").hasPrefix("ERR BUSY RETRY "))
    #expect(restoring.ask("COMPACT\n").hasPrefix("ERR BUSY RETRY "))
    // As the daemon that starts again sees it.
    let copy = try TemporaryFolder()
    try FileManager.default.copyItem(
      atPath: "\(other.folder.path)/data.mdb", toPath: "\(copy.path)/data.mdb")
    #expect(Self.digest(try BareDaemon(in: copy).connect()) == digest)
  }

  @Test("when an index was last backed up outlives the daemon")
  func lastBackup() throws {
    let folder: TemporaryFolder
    do {
      let daemon = try BareDaemon()
      folder = daemon.folder
      let client = daemon.connect()
      let name = try Self.backUp("\(folder.path)/copy", client)
      #expect(client.ask("BACKUP confirm=\(name)\n") == "OK\n")
      client.leave()
    }
    #expect(try BareDaemon(in: folder).connect().ask("STATS\n").contains("\nbackup.last\t1"))
  }

  @Test("what is no writable, empty, regular file takes no backup, and all that came is closed")
  func wrongFiles() throws {
    let daemon = try BareDaemon()
    let client = daemon.connect()
    let path = "\(daemon.folder.path)/f"
    try Data("x".utf8).write(to: URL(fileURLWithPath: path))
    var ends: [Int32] = [0, 0]
    // Safe: two descriptors into two elements.
    try #require(unsafe Glibc.pipe(&ends) == 0)
    let wrong: [(Int32, String)] = [
      (try Self.open(daemon.folder.path, O_RDONLY | O_DIRECTORY), "no regular file"),
      (ends[1], "no regular file"),
      (try Self.open("/dev/null", O_RDWR), "no regular file"),
      (try Self.open(path, O_RDONLY), "open for writing"),
      (try Self.open(path, 0o10000000), "open for writing"),
      (try Self.open(path, O_RDWR), "not empty"),
    ]
    for (descriptor, says) in wrong {
      let identity = Self.identity(descriptor)
      let reply = Self.ask("BACKUP", [descriptor], client)
      #expect(reply.hasPrefix("ERR FILE CLIENT ") && reply.contains(says), "\(reply)")
      #expect(Self.identity(descriptor) != identity)
    }
    close(ends[0])
    let several = try (0..<3).map { _ in try Self.open("\(daemon.folder.path)/g", O_CREAT | O_RDWR) }
    let identity = try #require(Self.identity(several[0]))
    #expect(Self.ask("BACKUP", several, client).hasPrefix("ERR FILE CLIENT "))
    #expect(several.allSatisfy { Self.identity($0) != identity })
    for (descriptor, says) in [
      (try Self.open(path, O_WRONLY), "open for reading"),
      (try Self.open(path, O_RDONLY), "no whichset index"),
    ] {
      let reply = Self.ask("RESTORE", [descriptor], client)
      #expect(reply.contains("ERR FILE CLIENT ") && reply.contains(says), "\(reply)")
    }
    // Nothing is left under way.
    #expect(daemon.streams.value == 0)
    #expect(daemon.upkeep.slot.value == 0)
    #expect(client.ask("PING\n") == "PONG\n")
    #expect(!FileManager.default.fileExists(atPath: "\(daemon.folder.path)/data.mdb.part"))
  }

  @Test(
    "a client that goes, at any step, leaves the index as it was and nothing under way", arguments: 0..<8)
  func gone(_ steps: Int) throws {
    let daemon = try BareDaemon()
    let loading = daemon.connect()
    Self.load(1...2_000, into: "parks", loading)
    let digest = Self.digest(loading)
    let path = "\(daemon.folder.path)/copy"
    _ = try Self.backUp(path, loading)
    for request in ["BACKUP", "COMPACT", "RESTORE force=1", "VERIFY"] {
      let client = daemon.connect()
      client.send("\(request)\n")
      if request == "BACKUP" { client.handOver([try Self.open("\(path)-\(steps)", O_CREAT | O_RDWR)]) }
      if request.hasPrefix("RESTORE") { client.handOver([try Self.open(path, O_RDONLY)]) }
      for _ in 0..<steps { _ = client.finishJob() }
      guard !client.isIdle else { continue }
      client.leaveUnheard()
      #expect(daemon.streams.value == 0, "\(request)")
      // What was about to be installed when the client went is, and nothing else is until the daemon starts again.
      #expect(daemon.upkeep.slot.value == (daemon.upkeep.wantsRestart ? 1 : 0), "\(request)")
      guard !daemon.upkeep.wantsRestart else { break }
      #expect(Self.digest(loading) == digest)
      #expect(loading.ask("DESCRIBE parks note=\(request.count)\n") == "OK\n", "\(request)")
      #expect(!FileManager.default.fileExists(atPath: "\(daemon.folder.path)/data.mdb.part"), "\(request)")
      try? FileManager.default.removeItem(atPath: "\(path)-\(steps)")
    }
  }

  @Test("nothing is replaced where the daemon could not start again")
  func noRestart() throws {
    let daemon = try BareDaemon()
    Self.load(1...100, into: "parks", daemon.connect())
    let upkeep = try Upkeep(
      program: { "" },
      canStart: { () throws(ReloadFailure) in
        throw ReloadFailure("whichsetd.conf:1: threads: 'x'\tis no number")
      })
    let error = #expect(throws: ProtocolError.self) {
      _ = try CompactSource(
        daemon.index, upkeep: upkeep, permit: upkeep.slot.take(), log: DaemonLog(Logger(label: "test")))
    }
    #expect(error?.code == .config && error?.line.contains("whichsetd.conf:1") == true)
    #expect(error?.line.contains("\t") == false)
    #expect(upkeep.slot.value == 0)
  }

  @Test("readers do not use up what care needs")
  func readers() throws {
    let daemon = try BareDaemon()
    Self.load(1...100, into: "parks", daemon.connect())
    let permits = try (0..<ProtocolLimits.streamsMax).map { _ in try daemon.streams.take() }
    #expect(daemon.connect().ask("EXPORT\n").hasPrefix("ERR BUSY RETRY "))
    #expect(daemon.connect().ask("VERIFY\n").contains("END 0 "))
    #expect(permits.count == ProtocolLimits.streamsMax)
  }

  @Test("one backup, compaction or restoration is under way at a time")
  func oneAtATime() throws {
    let daemon = try BareDaemon()
    let (first, second) = (daemon.connect(), daemon.connect())
    Self.load(1...2_000, into: "parks", first)
    first.send("COMPACT\n")
    _ = first.finishJob()
    #expect(!first.isIdle)
    #expect(second.ask("COMPACT\n").hasPrefix("ERR BUSY RETRY "))
    let reply = Self.ask("BACKUP", [try Self.open("\(daemon.folder.path)/c", O_CREAT | O_RDWR)], second)
    #expect(reply.hasPrefix("ERR BUSY RETRY "))
    #expect(second.ask("VERIFY\n").contains("damages=0"))
    first.leaveUnheard()
    _ = try Self.backUp("\(daemon.folder.path)/d", second)
  }

  @Test("a compaction makes the file smaller, leaves no trace of what was removed, and keeps the rest")
  func compaction() throws {
    let daemon = try BareDaemon()
    let client = daemon.connect()
    Self.load(1...3_000, into: "parks", client)
    Self.load(2_000...9_000, into: "gone", client)
    #expect(client.ask("REMOVE gone\n").hasPrefix("OK "))
    let digest = Self.digest(client)
    #expect(!client.ask("VERIFY\n").contains("remains=0 "))
    let reply = client.ask("COMPACT\n")
    #expect(reply.contains(" restarts=1\n"), "\(reply)")
    #expect(reply.contains("phase=rewrite"))
    #expect(daemon.upkeep.wantsRestart)
    #expect(client.ask("REMOVE parks\n").hasPrefix("ERR BUSY RETRY "))
    // Who asks is answered.
    #expect(client.ask("CHECK https://example.org/7.jpg\n") == "HIT parks\n")
    let copy = try TemporaryFolder()
    let path = "\(copy.path)/data.mdb"
    try FileManager.default.copyItem(atPath: "\(daemon.folder.path)/data.mdb", toPath: path)
    let fields = reply.split(separator: "\n").last!.split(separator: " ").dropFirst(2).map {
      Int($0.split(separator: "=")[1])!
    }
    #expect(fields[0] > fields[1])
    let opened = try BareDaemon(in: copy).connect()
    #expect(Self.digest(opened) == digest)
    #expect(opened.ask("VERIFY\n").hasSuffix(" remains=0 damages=0\n"))
    #expect(opened.ask("CHECK https://example.org/8999.jpg\n") == "MISS\n")
  }

  @Test("a restoration is refused where it would lose something that was not said to be")
  func refusals() throws {
    let daemon = try BareDaemon()
    let client = daemon.connect()
    let path = "\(daemon.folder.path)/copy"
    _ = try Self.backUp(path, client)
    func restore(_ request: String = "RESTORE") throws -> String {
      Self.ask(request, [try Self.open(path, O_RDONLY)], daemon.connect())
    }
    // A load that is open.
    let loading = daemon.connect()
    _ = loading.ask("INGEST parks source=s\n")
    #expect(try restore().hasPrefix("ERR BUSY RETRY "))
    #expect(try restore("RESTORE force=1").hasPrefix("ERR BUSY RETRY "))
    // One that is staged.
    _ = loading.ask("ROWS 1 1 9\nflickr:1\n")
    loading.leave()
    #expect(try restore().hasPrefix("ERR EXISTS CLIENT "))
    #expect(client.ask("LOADS\n").hasPrefix("OK 1\n"))
    #expect(client.ask("ABORT parks.s\n") == "OK\n")
    // A dataset.
    #expect(client.ask("DESCRIBE parks note=x\n") == "OK\n")
    #expect(try restore().hasPrefix("ERR EXISTS CLIENT "))
    #expect(try restore("RESTORE force=1").contains(" restarts=1\n"))
  }

  @Test("staged loads stay where the backup is of the same index, and are dropped where it is of another")
  func stagedLoads() throws {
    for isSame in [true, false] {
      let daemon = try BareDaemon()
      let other = isSame ? daemon : try BareDaemon()
      let path = "\(daemon.folder.path)/copy"
      _ = try Self.backUp(path, other.connect())
      let loading = daemon.connect()
      _ = loading.ask("INGEST parks source=s\nROWS 1 1 9\nflickr:1\n")
      loading.leave()
      let reply = Self.ask("RESTORE force=1", [try Self.open(path, O_RDONLY)], daemon.connect())
      #expect(reply.contains(" loads.dropped=\(isSame ? 0 : 1) "), "\(reply)")
      #expect(try daemon.index.stagedLoadNames().count == (isSame ? 1 : 0))
    }
  }

  @Test("a damaged backup is not restored")
  func damagedBackup() throws {
    let daemon = try BareDaemon()
    let client = daemon.connect()
    Self.load(1...3_000, into: "parks", client)
    let path = "\(daemon.folder.path)/copy"
    _ = try Self.backUp(path, client)
    var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    // In each page behind the first ones, where a block of keys has some.
    for page in stride(from: 4 * 4_096, to: bytes.count, by: 4_096) { bytes[page + 300] ^= 1 }
    try bytes.write(to: URL(fileURLWithPath: path))
    let reply = Self.ask("RESTORE force=1", [try Self.open(path, O_RDONLY)], client)
    #expect(reply.contains("ERR FILE CLIENT "), "\(reply)")
    #expect(client.ask("DESCRIBE parks note=x\n") == "OK\n")
    // Cut off.
    try bytes.prefix(bytes.count / 2).write(to: URL(fileURLWithPath: path))
    let cut = Self.ask("RESTORE force=1", [try Self.open(path, O_RDONLY)], client)
    #expect(cut.contains("was cut off"), "\(cut)")
  }

  @Test("no backup, however it is damaged, ends the daemon or changes what it answers")
  func hostileBackups() throws {
    let maker = try BareDaemon()
    Self.load(1...3_000, into: "parks", maker.connect())
    let path = "\(maker.folder.path)/copy"
    _ = try Self.backUp(path, maker.connect())
    let whole = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
    var random = SeededGenerator(seed: 20_261_127)
    var replies: [String] = []
    var daemon = try BareDaemon()
    for round in 0..<60 {
      let client = daemon.connect()
      let digest = Self.digest(client)
      try Data(Self.damaged(whole, kind: round % 4, &random)).write(to: URL(fileURLWithPath: path))
      let reply = Self.ask("RESTORE force=1", [try Self.open(path, O_RDONLY)], client)
      if daemon.upkeep.wantsRestart {
        // Damage where nothing is stored is none.
        daemon = try BareDaemon()
        continue
      }
      replies.append(reply)
      #expect(
        reply.contains("ERR FILE CLIENT ") && reply.contains("; the index is as it was"), "\(round): \(reply)"
      )
      #expect(Self.digest(client) == digest, "round \(round)")
    }
    #expect(replies.count > 20, "\(replies)")
    #expect(replies.contains { $0.contains("damaged so that it cannot be read") }, "\(replies)")
  }

  /// A data file with one page damaged.
  private static func damaged(_ whole: [UInt8], kind: Int, _ random: inout SeededGenerator) -> [UInt8] {
    var bytes = whole
    let pages = whole.count / 4_096
    let page = Int.random(in: 0..<pages, using: &random) * 4_096
    func randomise(_ places: Range<Int>) {
      for place in places { bytes[place] = UInt8.random(in: 0...255, using: &random) }
    }
    switch kind {
    case 0: randomise(page..<(page + 4_096))
    // The header of a page: its number, its kind, where its free room is.
    case 1: bytes[page + Int.random(in: 0..<16, using: &random)] ^= UInt8.random(in: 1...255, using: &random)
    // The places of its nodes.
    case 2: randomise((page + 16)..<(page + 48))
    default:
      let other = Int.random(in: 0..<pages, using: &random) * 4_096
      bytes.replaceSubrange(page..<(page + 4_096), with: whole[other..<(other + 4_096)])
    }
    return bytes
  }
}

@Suite("a file that is handed over on a socket")
struct HandoverTests {
  private static func file() throws -> Int32 {
    let descriptor = unsafe Glibc.open("/dev/null", O_RDONLY)
    try #require(descriptor >= 0)
    return descriptor
  }

  @Test("is refused and closed where it comes with another byte than an LF, which begins the next request")
  func otherByte() throws {
    let daemon = try BareDaemon()
    let pair = try ConnectionPair(.admin)
    let request = Array("BACKUP\n".utf8)
    #expect(unsafe request.withUnsafeBytes { unsafe write(pair.peer, $0.baseAddress, $0.count) } == 7)
    pair.receive(daemon)
    #expect(pair.answers() == "OK send\n")
    let file = try Self.file()
    pair.send(UInt8(ascii: "P"), [file])
    close(file)
    let rest = Array("ING\n".utf8)
    #expect(unsafe rest.withUnsafeBytes { unsafe write(pair.peer, $0.baseAddress, $0.count) } == 4)
    pair.receive(daemon)
    pair.receive(daemon)
    let answers = pair.answers().split(separator: "\n")
    #expect(answers.count == 2 && answers[0].hasPrefix("ERR FILE CLIENT ") && answers[1] == "PONG")
    #expect(pair.connection.session.work.isEmpty)
  }

  @Test("becomes a job's where it is one, with an LF")
  func one() throws {
    let daemon = try BareDaemon()
    let pair = try ConnectionPair(.admin)
    let request = Array("@a BACKUP\n".utf8)
    #expect(unsafe request.withUnsafeBytes { unsafe write(pair.peer, $0.baseAddress, $0.count) } == 10)
    pair.receive(daemon)
    #expect(pair.answers() == "@a OK send\n")
    let file = try Self.file()
    pair.send(0x0A, [file])
    close(file)
    pair.receive(daemon)
    #expect(pair.connection.session.work.first?.request?.verb == BackupRequest.verb)
    #expect(!pair.connection.isBroken)
  }

  @Test("is refused and closed where there are several, or it comes unasked", arguments: [2, 8, 9])
  func several(_ count: Int) throws {
    let daemon = try BareDaemon()
    let pair = try ConnectionPair(.admin)
    _ = pair.answers()
    let files = try (0..<count).map { _ in try Self.file() }
    let request = Array("BACKUP\n".utf8)
    #expect(unsafe request.withUnsafeBytes { unsafe write(pair.peer, $0.baseAddress, $0.count) } == 7)
    pair.receive(daemon)
    #expect(pair.answers() == "OK send\n")
    pair.send(0x0A, files)
    pair.receive(daemon)
    #expect(pair.answers().hasPrefix("ERR FILE CLIENT "))
    #expect(pair.connection.session.work.isEmpty)
    // Unasked, beside a request: it is read as ever, and the system closes what came along.
    pair.send(UInt8(ascii: "P"), files)
    let rest = Array("ING\n".utf8)
    #expect(unsafe rest.withUnsafeBytes { unsafe write(pair.peer, $0.baseAddress, $0.count) } == 4)
    pair.receive(daemon)
    pair.receive(daemon)
    #expect(pair.answers() == "PONG\n")
    for file in files { close(file) }
  }

  @Test(
    "that does not come, since the client or the daemon ends, ends nothing else", arguments: [true, false])
  func none(_ isDaemon: Bool) throws {
    let daemon = try BareDaemon()
    let pair = try ConnectionPair(.admin)
    let request = Array("RESTORE\n".utf8)
    #expect(unsafe request.withUnsafeBytes { unsafe write(pair.peer, $0.baseAddress, $0.count) } == 8)
    pair.receive(daemon)
    #expect(pair.answers() == "OK send\n")
    if isDaemon {
      let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 64, alignment: 8)
      defer { unsafe room.deallocate() }
      unsafe pair.connection.drain(room, &daemon.context, sparesNew: false)
    } else {
      shutdown(pair.peer, Int32(SHUT_WR))
      pair.receive(daemon)
    }
    #expect(pair.answers().hasPrefix(isDaemon ? "ERR BUSY RETRY " : "ERR FILE CLIENT "))
    #expect(pair.connection.isDone)
  }
}
