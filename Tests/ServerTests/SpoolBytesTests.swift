// Disk space of cross-references and accounts is bounded for each user, and not used up for administrators.

import Foundation
import Index
import TestSupport
import Testing
import WireProtocol

@testable import Server

@Suite("the disk space of cross-references and accounts")
struct SpoolBytesTests {
  private static let plenty = 1 << 40
  private static func party(_ user: UInt32, _ role: Role = .read) -> Party { Party(user: user, role: role) }

  private static func refusal(_ body: () throws(IndexError) -> Void) -> ProtocolError? {
    do throws(IndexError) {
      try body()
      return nil
    } catch { return ProtocolError(error) }
  }

  @Test("of one user ends at its bound, all that it has open together, and not one byte before")
  func ofOneUser() throws {
    let bytes = SpoolBytes(userMax: { 3 << 20 })
    let first = bytes.room(for: Self.party(1))
    try first.take(3 << 20, free: Self.plenty)
    let alone = Self.refusal { () throws(IndexError) in try first.take(1, free: Self.plenty) }
    #expect(alone?.code == .limit)
    #expect(
      alone?.text == "one user may have 3 MiB on the disk (user-spool), and these identifiers take more; "
        + "split the list, or have the setting raised")
    let second = bytes.room(for: Self.party(1, .load))
    let beside = Self.refusal { () throws(IndexError) in try second.take(1, free: Self.plenty) }
    #expect(beside?.code == .busy)
    #expect(
      beside?.text == "one user may have 3 MiB on the disk (user-spool), and this user's others have 3; "
        + "end one with TALLY, or try again later")
    first.giveBack(1)
    try second.take(1, free: Self.plenty)
    // Another user, and administrators.
    try bytes.room(for: Self.party(2)).take(3 << 20, free: Self.plenty)
    try bytes.room(for: Self.party(1, .admin)).take(30 << 20, free: Self.plenty)
  }

  @Test("is given back when it is not used any more")
  func givenBack() throws {
    let bytes = SpoolBytes(userMax: { 100 })
    do {
      let room = bytes.room(for: Self.party(1))
      try room.take(100, free: Self.plenty)
      #expect(bytes.value == 100)
      room.giveBack(60)
      #expect(bytes.value == 40)
    }
    #expect(bytes.value == 0)
    try bytes.room(for: Self.party(1)).take(100, free: Self.plenty)
  }

  @Test("leaves one byte in eight of what is free to administrators, and not less")
  func keptForAdministrators() throws {
    let bytes = SpoolBytes(userMax: { 0 })
    let first = bytes.room(for: Self.party(1))
    try first.take(400, free: 800)
    let second = bytes.room(for: Self.party(2))
    let refusal = Self.refusal { () throws(IndexError) in try second.take(301, free: 400) }
    #expect(refusal?.code == .disk)
    try second.take(300, free: 400)
    let administrator = bytes.room(for: Self.party(3, .admin))
    try administrator.take(100, free: 100)
    #expect(bytes.value == 800)
  }

  private static func rows(_ ids: Range<Int>) -> String {
    let body = ids.map { "flickr:\(99_100_000_000 + $0)\n" }.joined()
    return "ITEMS \(ids.count) \(body.utf8.count)\n\(body)"
  }

  private static func daemon(userSpoolBytes: Int) throws -> BareDaemon {
    var limits = IndexLimits.test
    limits.spoolMemoryBytes = 1_000
    return try BareDaemon(limits: limits, userSpoolBytes: userSpoolBytes)
  }

  private static func bytesOnDisk(_ daemon: BareDaemon) throws -> Int {
    let folder = URL(fileURLWithPath: daemon.folder.path + "/staging")
    let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: [.fileSizeKey])
    return try files?.compactMap { ($0 as? URL) }.reduce(0) {
      let values = try $1.resourceValues(forKeys: [.fileSizeKey, .isRegularFileKey])
      return $0 + (values.isRegularFile == true ? values.fileSize ?? 0 : 0)
    } ?? 0
  }

  @Test("is what their files have, through runs of runs, and none when they have ended")
  func counted() throws {
    let daemon = try Self.daemon(userSpoolBytes: 0)
    let client = daemon.connect(.read)
    #expect(client.ask("XREF\n") == "OK\n")
    for block in 0..<200 {
      #expect(client.ask(Self.rows(block * 100..<block * 100 + 150)) == "OK 0\n")
      #expect(daemon.spools.value == (try Self.bytesOnDisk(daemon)))
    }
    #expect(daemon.spools.value > 200 * 100 * 8)
    let stats = daemon.connect(.read).ask("STATS\n")
    #expect(stats.contains("\nspool.bytes\t\(daemon.spools.value)\n"))
    #expect(client.ask("TALLY\n").contains(" rows=30000 "))
    #expect(daemon.spools.value == 0)
    #expect(try Self.bytesOnDisk(daemon) == 0)
  }

  @Test("ends a cross-reference that needs more, and nobody else's")
  func ended() throws {
    let daemon = try Self.daemon(userSpoolBytes: 64 << 10)
    let (first, second) = (daemon.connect(.read), daemon.connect(.read))
    #expect(first.ask("XREF\n") + second.ask("XREF\n") == "OK\nOK\n")
    #expect(second.ask(Self.rows(0..<1_000)) == "OK 0\n")
    var reply = ""
    var blocks = 0
    while reply.isEmpty || reply == "OK 0\n", blocks < 100 {
      reply = first.ask(Self.rows(blocks * 500..<blocks * 500 + 500))
      blocks += 1
    }
    #expect(
      reply.hasPrefix("ERR BUSY RETRY one user may have 0 MiB on the disk (user-spool), and this user's"))
    #expect(blocks > 10)
    #expect(first.ask("TALLY\n").hasPrefix("ERR LOAD"))
    #expect(daemon.connect(.read).ask("CHECK flickr:99100000001\n") == "MISS\n")
    #expect(second.ask("TALLY\n").contains(" rows=1000 "))
    let administrator = daemon.connect(.admin)
    #expect(administrator.ask("XREF\n") == "OK\n")
    for block in 0..<blocks {
      #expect(administrator.ask(Self.rows(block * 500..<block * 500 + 500)) == "OK 0\n")
    }
  }

  @Test("bounds the images of an account too")
  func account() throws {
    let daemon = try Self.daemon(userSpoolBytes: 2_000)
    let loader = daemon.connect()
    let rows = (0..<2_000).map { "flickr:\(99_100_000_000 + $0)\tnsid=99100001@N02\n" }.joined()
    _ = loader.ask("INGEST parks source=s\nROWS 1 2000 \(rows.utf8.count)\n\(rows)COMMIT blocks=1\n")
    let reply = daemon.connect(.read).ask("ACCOUNT nsid:99100001@N02\n")
    #expect(reply.hasPrefix("ERR LIMIT CLIENT one user may have"))
    #expect(daemon.spools.value == 0)
    #expect(daemon.connect(.admin).ask("ACCOUNT nsid:99100001@N02\n").contains(" images=2000 "))
  }
}
