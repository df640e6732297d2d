// What one index suppresses is kept out of another one, which has other secrets, by whichever way it might come.

import Foundation
import Glibc
import Platform
import TestSupport
import Testing
import WireProtocol

@testable import Index
@testable import Server

@Suite("suppressions of another index, by request")
struct SuppressionExchangeTests {
  /// The daemon of an index that has erased images of all kinds.
  private struct Giver {
    let daemon: BareDaemon
    let client: BareClient

    init(_ erased: [String] = erased, limits: IndexLimits = .test) throws {
      daemon = try BareDaemon(limits: limits)
      client = daemon.connect()
      SuppressionExchangeTests.load(rows, into: "theirs", client)
      #expect(SuppressionExchangeTests.erase(erased, client).hasPrefix("OK \(erased.count) "))
    }

    /// Exports for the index of a client; returns the file's path.
    func export(for other: BareClient, _ name: String = "export") throws -> String {
      let path = "\(daemon.folder.path)/\(name)"
      #expect(try export(for: key(of: other), to: path).contains("END 0 bytes="))
      return path
    }

    func export(for key: String, to path: String) throws -> String {
      // Safe: the C string lives through the call.
      let descriptor = unsafe Glibc.open(path, O_CREAT | O_RDWR, 0o600)
      try #require(descriptor >= 0)
      let before = client.received.count
      guard client.ask("SUPPRESSIONS for=\(key)\n") == "OK send\n" else {
        close(descriptor)
        return String(decoding: client.received[before...], as: UTF8.self)
      }
      client.handOver([descriptor])
      client.settle()
      return String(decoding: client.received[before...], as: UTF8.self)
    }
  }

  private static func key(of client: BareClient) -> String {
    String(client.ask("SUPPRESSED\n").split(separator: "=").last?.dropLast() ?? "")
  }

  private static func take(_ path: String, _ client: BareClient, _ fields: String = "") throws -> String {
    let descriptor = unsafe Glibc.open(path, O_RDONLY)  // the C string lives through the call
    try #require(descriptor >= 0)
    #expect(client.ask("SUPPRESS\(fields)\n") == "OK send\n")
    let before = client.received.count
    client.handOver([descriptor])
    client.settle()
    return String(decoding: client.received[before...], as: UTF8.self)
  }

  private static func stage(
    _ rows: [String], into slug: String, _ client: BareClient, mode: String = "create"
  ) {
    #expect(client.ask("INGEST \(slug) mode=\(mode) source=s\n").hasPrefix("OK load="))
    let text = rows.map { $0 + "\n" }.joined()
    #expect(client.ask("ROWS 1 \(rows.count) \(text.utf8.count)\n\(text)").hasPrefix("OK 0 "))
  }

  @discardableResult
  private static func load(_ rows: [String], into slug: String, _ client: BareClient, mode: String = "create")
    -> String
  {
    stage(rows, into: slug, client, mode: mode)
    let reply = client.ask("COMMIT blocks=1\n")
    #expect(reply.hasPrefix("OK rows="), "\(reply)")
    return reply
  }

  private static func erase(_ identifiers: [String], _ client: BareClient, _ fields: String = "") -> String {
    client.ask("ERASE \(identifiers.count)\(fields)\n" + identifiers.map { $0 + "\n" }.joined())
  }

  private static func expectSound(_ client: BareClient) {
    #expect(client.ask("VERIFY\n").split(separator: "\n").last?.hasSuffix(" damages=0") == true)
  }

  private static let rows = ["flickr:99100000001", "https://example.org/one.jpg", "flickr:99100000005"]
  /// An id, a URL, a hash that nothing has, and a URL that nothing has.
  private static let erased = [
    "flickr:99100000001", "https://example.org/one.jpg", "md5:00112233445566778899aabbccddee01",
    "https://example.org/later.jpg",
  ]
  /// Rows that name what was erased elsewhere: by id, by URL, by hash, by a URL beside an id; and one that does not.
  private static let named = [
    "flickr:99100000001", "https://example.org/one.jpg\tnsid=99000001@N00",
    "flickr:99100000002\tmd5=00112233445566778899aabbccddee01",
    "flickr:99100000003\turl=https://example.org/later.jpg",
    "http://EXAMPLE.org:80/later.jpg",
  ]
  private static let kept = ["flickr:99100000004", "https://example.org/two.jpg\tnsid=99000001@N00"]

  private static func expectKeptOut(_ client: BareClient) {
    for identifier in [
      "flickr:99100000001", "https://example.org/one.jpg", "flickr:99100000002", "flickr:99100000003",
      "https://example.org/later.jpg", "md5:00112233445566778899aabbccddee01",
    ] {
      #expect(!client.ask("CHECK \(identifier)\n").hasPrefix("HIT"), "\(identifier)")
    }
    #expect(client.ask("CHECK flickr:99100000004\n") == "HIT ours\n")
    #expect(client.ask("CHECK https://example.org/two.jpg\n") == "HIT ours\n")
    expectSound(client)
  }

  @Test(
    "what another index suppresses is erased, and no load brings it back: appended and replaced lists, rebuilt keys"
  )
  func loads() throws {
    let giver = try Giver()
    let client = try BareDaemon().connect()
    #expect(client.ask("SUPPRESSED\n").hasPrefix("OK count=0 key=age1"))
    Self.load(Self.named + Self.kept, into: "ours", client)
    #expect(client.ask("CHECK flickr:99100000001\n") == "HIT ours\n")
    let taken = try Self.take(giver.export(for: client), client)
    #expect(taken.contains("END 0 keys=4 added=4 images=5 memberships=5 receipt=1\n"), "\(taken)")
    Self.expectKeptOut(client)
    for mode in ["append", "replace"] {
      #expect(
        Self.load(Self.named + Self.kept, into: "ours", client, mode: mode).hasSuffix(" suppressed=5\n"))
      Self.expectKeptOut(client)
    }
    #expect(client.ask("REINDEX ours\n").contains("END 1"))
    Self.expectKeptOut(client)
  }

  @Test("rows that were staged before the import are left out at their commit")
  func staged() throws {
    let giver = try Giver()
    let daemon = try BareDaemon()
    let (client, staging) = (daemon.connect(), daemon.connect())
    Self.stage(Self.named + Self.kept, into: "ours", staging)
    #expect(try Self.take(giver.export(for: client), client).contains(" added=4 images=0 "))
    #expect(staging.ask("COMMIT blocks=1\n").hasSuffix(" memberships=2 suppressed=5\n"))
    Self.expectKeptOut(client)
  }

  @Test("a rehearsal says what would go, and changes nothing")
  func rehearsal() throws {
    let giver = try Giver()
    let client = try BareDaemon().connect()
    Self.load(Self.named + Self.kept, into: "ours", client)
    let before = client.ask("DIGEST\n")
    let file = try giver.export(for: client)
    #expect(
      try Self.take(file, client, " rehearse=1").contains("END 0 keys=4 added=4 images=5 memberships=5\n"))
    #expect(client.ask("DIGEST\n") == before)
    #expect(client.ask("SUPPRESSED\n").hasPrefix("OK count=0 key="))
    #expect(client.ask("RECEIPTS\n") == "OK 0\n")
  }

  @Test("to import twice changes nothing, a later export adds, and an earlier one is refused")
  func repetition() throws {
    let giver = try Giver()
    let client = try BareDaemon().connect()
    Self.load(Self.named + Self.kept, into: "ours", client)
    let first = try giver.export(for: client, "first")
    _ = try Self.take(first, client)
    let digest = client.ask("DIGEST\n")
    #expect(try Self.take(first, client).contains("END 0 keys=4 added=0 images=0 memberships=0\n"))
    #expect(client.ask("DIGEST\n") == digest)
    Thread.sleep(forTimeInterval: 1.1)
    #expect(Self.erase(["flickr:99100000004"], giver.client).hasPrefix("OK 1 "))
    let second = try giver.export(for: client, "second")
    #expect(try Self.take(second, client).contains("END 0 keys=5 added=1 images=1 memberships=1 receipt=2\n"))
    let refused = try Self.take(first, client)
    #expect(refused.hasPrefix("ERR FILE CLIENT ") && refused.contains("later"), "\(refused)")
    #expect(client.ask("SUPPRESSED\n").hasPrefix("OK count=2 imported=5 keyrings=1 key="))
    let receipts = client.ask("RECEIPTS\n").split(separator: "\n").dropFirst()
    #expect(receipts.map { $0.split(separator: "\t")[1] } == ["importation", "importation"])
  }

  @Test("an export for another index, a damaged one, one that is cut off, or of the index itself is refused")
  func refusals() throws {
    let giver = try Giver()
    let (daemon, other) = (try BareDaemon(), try BareDaemon().connect())
    let client = daemon.connect()
    Self.load(Self.named + Self.kept, into: "ours", client)
    let before = client.ask("DIGEST\n")
    let file = try giver.export(for: client)
    let bytes = try Data(contentsOf: URL(fileURLWithPath: file))
    func refused(_ bytes: Data, _ reason: String) throws {
      let path = "\(daemon.folder.path)-changed"
      defer { try? FileManager.default.removeItem(atPath: path) }
      try bytes.write(to: URL(fileURLWithPath: path))
      let reply = try Self.take(path, client)
      #expect(reply.hasPrefix("ERR FILE CLIENT ") && reply.contains(reason), "\(reply)")
    }
    try refused(
      try Data(contentsOf: URL(fileURLWithPath: try giver.export(for: other, "other"))), "another index")
    try refused(bytes.dropLast(), "damaged")
    try refused(bytes.prefix(200), "damaged")
    try refused(Data(), "no export")
    try refused(Data("a list\n".utf8), "no export")
    var damaged = bytes
    damaged[bytes.count - 20] ^= 1
    try refused(damaged, "damaged")
    // Another letter of base64 in the share: any other byte would be damage that shows.
    damaged = bytes
    damaged[60] = damaged[60] == UInt8(ascii: "B") ? UInt8(ascii: "C") : UInt8(ascii: "B")
    try refused(damaged, "another index")
    #expect(
      try giver.export(for: "age1nobody", to: "\(daemon.folder.path)-x").hasPrefix("ERR SYNTAX CLIENT "))
    #expect(try Self.take(giver.export(for: giver.client, "own"), giver.client).hasPrefix("ERR FILE CLIENT "))
    #expect(daemon.connect(.load).ask("SUPPRESS\n").hasPrefix("ERR FORBIDDEN CLIENT "))
    #expect(daemon.connect(.load).ask("SUPPRESSIONS for=x\n").hasPrefix("ERR FORBIDDEN CLIENT "))
    #expect(client.ask("DIGEST\n") == before)
    #expect(client.ask("SUPPRESSED\n").hasPrefix("OK count=0 key="))
    let empty = try BareDaemon().connect()
    #expect(empty.ask("SUPPRESSIONS for=\(Self.key(of: client))\n") == "OK send\n")
  }

  @Test(
    "an administrator sees whether an image is suppressed elsewhere, nobody else does, and it can be lifted")
  func lifting() throws {
    let giver = try Giver()
    let daemon = try BareDaemon()
    let client = daemon.connect()
    Self.load(Self.named + Self.kept, into: "ours", client)
    let file = try giver.export(for: client)
    _ = try Self.take(file, client)
    for identifier in Self.erased {
      #expect(client.ask("SUPPRESSED \(identifier)\n").contains(" suppressed=1 since="), "\(identifier)")
    }
    #expect(!client.ask("SUPPRESSED https://example.org/two.jpg\n").contains("suppressed=1"))
    let reader = daemon.connect(.read)
    #expect(
      reader.ask("CHECK flickr:99100000001\n") == reader.ask("CHECK flickr:99100000077\n"))
    for identifier in ["flickr:99100000001", "https://example.org/one.jpg"] {
      #expect(client.ask("UNSUPPRESS identifier=\(identifier) reason=mistake\n") == "OK lifted=1\n")
    }
    #expect(
      Self.load(Self.named + Self.kept, into: "ours", client, mode: "replace").hasSuffix(" suppressed=3\n"))
    #expect(client.ask("CHECK flickr:99100000001\n") == "HIT ours\n")
    #expect(client.ask("CHECK https://example.org/one.jpg\n") == "HIT ours\n")
    Self.expectSound(client)
  }

  @Test("imported suppressions survive a restart, a compaction and the restoration of a backup from before")
  func files() throws {
    let giver = try Giver()
    let daemon = try BareDaemon()
    let client = daemon.connect()
    Self.load(Self.named + Self.kept, into: "ours", client)
    let backup = "\(daemon.folder.path)/copy"
    // Safe: the C string lives through the call.
    let descriptor = unsafe Glibc.open(backup, O_CREAT | O_RDWR, 0o600)
    #expect(client.ask("BACKUP\n") == "OK send\n")
    client.handOver([descriptor])
    client.settle()
    _ = try Self.take(giver.export(for: client), client)
    func reopened(_ daemon: BareDaemon) throws -> BareDaemon {
      let copy = try TemporaryFolder()
      try FileManager.default.copyItem(
        atPath: "\(daemon.folder.path)/data.mdb", toPath: "\(copy.path)/data.mdb")
      return try BareDaemon(in: copy)
    }
    #expect(client.ask("COMPACT\n").contains(" restarts=1\n"))
    let compacted = try reopened(daemon)
    let again = compacted.connect()
    Self.expectKeptOut(again)
    #expect(again.ask("RESTORE force=1\n") == "OK send\n")
    again.handOver([unsafe Glibc.open(backup, O_RDONLY)])  // the C string lives through the call
    again.settle()
    #expect(again.text.hasSuffix(" restarts=1\n"))
    let restored = try reopened(compacted).connect()
    Self.expectKeptOut(restored)
    #expect(restored.ask("SUPPRESSED\n").contains(" imported=4 keyrings=1 "))
    #expect(
      Self.load(Self.named + Self.kept, into: "ours", restored, mode: "replace").hasSuffix(" suppressed=5\n"))
  }

  @Test("an index takes suppressions of so many others and no more, and so many keys")
  func bounds() throws {
    var limits = IndexLimits.test
    (limits.keyringsMax, limits.importedSuppressionsMax) = (2, 8)
    let client = try BareDaemon(limits: limits).connect()
    let givers = try (0..<3).map { _ in try Giver() }
    for giver in givers[..<2] {
      #expect(try Self.take(giver.export(for: client), client).contains(" added=4 "))
    }
    let third = try Self.take(givers[2].export(for: client), client)
    #expect(third.hasPrefix("ERR FULL ") && third.contains("at most 2"), "\(third)")
    #expect(Self.erase(["flickr:99100000009"], givers[0].client).hasPrefix("OK 1 "))
    let more = try Self.take(givers[0].export(for: client, "more"), client)
    #expect(more.hasPrefix("ERR FULL ") && more.contains("at most 8"), "\(more)")
    #expect(client.ask("SUPPRESSED\n").contains(" imported=8 keyrings=2 "))
  }
}
