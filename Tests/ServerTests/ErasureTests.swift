// What is erased is in no answer and no file, and nothing brings it back: loads, staged loads, rebuilt keys, restored backups.

import CZstd
import Foundation
import Glibc
import Index
import IndexKeys
import Platform
import TestSupport
import Testing
import WireProtocol

@testable import Server

@Suite("an erasure, by request")
struct ErasureTests {
  private static func stage(
    _ rows: [String], into slug: String, _ client: BareClient, mode: String = "create"
  ) {
    #expect(client.ask("INGEST \(slug) mode=\(mode) source=s\n").hasPrefix("OK load="))
    for (number, block) in stride(from: 0, to: rows.count, by: 5_000).enumerated() {
      let body = rows[block..<min(rows.count, block + 5_000)].map { $0 + "\n" }
      let text = body.joined()
      #expect(client.ask("ROWS \(number + 1) \(body.count) \(text.utf8.count)\n\(text)").hasPrefix("OK 0 "))
    }
  }

  @discardableResult
  private static func load(_ rows: [String], into slug: String, _ client: BareClient, mode: String = "create")
    -> String
  {
    stage(rows, into: slug, client, mode: mode)
    let reply = client.ask("COMMIT blocks=\((rows.count + 4_999) / 5_000)\n")
    #expect(reply.hasPrefix("OK rows="), "\(reply)")
    return reply
  }

  private static func erase(_ identifiers: [String], _ client: BareClient, _ fields: String = "") -> String {
    client.ask("ERASE \(identifiers.count)\(fields)\n" + identifiers.map { $0 + "\n" }.joined())
  }

  private static func digest(_ client: BareClient) -> String { client.ask("DIGEST\n") }

  private static func verified(_ client: BareClient) -> String {
    String(client.ask("VERIFY\n").split(separator: "\n").last ?? "")
  }

  private static let parks = [
    "flickr:99100000001\tnsid=99000001@N00\tlisted=https://live.staticflickr.com/1/99100000001_ab_b.jpg",
    "flickr:99100000002\tnsid=99000001@N00\tmd5=00112233445566778899aabbccddee01",
    "https://example.org/one.jpg\tmd5=00112233445566778899aabbccddee02",
    "flickr:99100000003",
  ]
  private static let squares = [
    "flickr:99100000001\turl=https://example.org/copy.jpg", "flickr:99100000003",
    "https://example.org/two.jpg",
  ]

  @Test("an erased image is in no answer and no count, and what it shared with others stays")
  func answers() throws {
    let daemon = try BareDaemon()
    let client = daemon.connect()
    Self.load(Self.parks, into: "parks", client)
    Self.load(Self.squares, into: "squares", client)
    let rehearsed = Self.erase(["flickr:99100000001"], client, " rehearse=1")
    #expect(
      rehearsed == "OK 1 images=1 memberships=2 suppressed=2\nflickr:99100000001\t-\t1\tparks,squares\n")
    #expect(client.ask("CHECK flickr:99100000001\n") == "HIT parks,squares\n")
    let erased = Self.erase(["flickr:99100000001"], client)
    #expect(
      erased.hasPrefix("OK 1 images=1 memberships=2 suppressed=2 receipt=1\nflickr:99100000001\t"),
      "\(erased)")
    #expect(client.ask("CHECK flickr:99100000001\n") == "MISS\n")
    #expect(client.ask("CHECK https://example.org/copy.jpg\n") == "MISS\n")
    #expect(client.ask("GET flickr:99100000001\n") == "MISS\n")
    #expect(client.ask("OVERLAP\n") == "OK 1\nparks\tsquares\t1\n")
    #expect(client.ask("DATASETS\n").hasPrefix("OK 2\nparks\t3\t1\t"))
    for request in [
      "EXPORT", "LIST any=parks,squares", "ACCOUNT nsid:99000001@N00 images=1", "GET nsid:99000001@N00",
    ] {
      #expect(
        !client.ask(request.replacing(" images", with: "\timages") + "\n").contains("99100000001"),
        "\(request)")
    }
    #expect(client.ask("CHECK nsid:99000001@N00\n") == "HIT parks\n")

    let other = try BareDaemon().connect()
    Self.load(Array(Self.parks.dropFirst()), into: "parks", other)
    Self.load(Array(Self.squares.dropFirst()), into: "squares", other)
    #expect(Self.digest(client) == Self.digest(other))
    #expect(Self.verified(client).hasSuffix(" damages=0"))
  }

  @Test("a hash or a URL erases the image that was listed with it")
  func otherKeys() throws {
    let daemon = try BareDaemon()
    let client = daemon.connect()
    Self.load(Self.parks, into: "parks", client)
    let erased = Self.erase(
      ["md5:00112233445566778899aabbccddee01", "https://example.org/one.jpg", "flickr:99100000099"], client)
    #expect(erased.hasPrefix("OK 3 images=2 memberships=2 suppressed=4 receipt=1\n"), "\(erased)")
    #expect(client.ask("CHECK flickr:99100000002\n") == "MISS\n")
    // A hash that was not given is no suppressed one.
    #expect(client.ask("SUPPRESSED md5:00112233445566778899aabbccddee02\n") == "OK count=4\n")
    #expect(client.ask("SUPPRESSED flickr:99100000002\n").hasPrefix("OK count=4 suppressed=1 since="))
    #expect(client.ask("CHECK nsid:99000001@N00\n") == "HIT parks\n")
  }

  @Test("no load brings an erased image back, by whichever of its names, and says how many it left out")
  func loads() throws {
    let daemon = try BareDaemon()
    let client = daemon.connect()
    Self.load(Self.parks, into: "parks", client)
    // One is staged already.
    let staging = daemon.connect()
    Self.stage(Self.squares, into: "squares", staging)
    _ = Self.erase(["flickr:99100000001", "md5:00112233445566778899aabbccddee02"], client)
    #expect(staging.ask("COMMIT blocks=1\n").hasSuffix(" memberships=2 suppressed=1\n"))
    #expect(Self.load(Self.parks, into: "parks", client, mode: "replace").hasSuffix(" suppressed=2\n"))
    let more = [
      "flickr:99100000007\tmd5=00112233445566778899aabbccddee02", "flickr:99100000007\tnsid=99000007@N00",
    ]
    #expect(Self.load(more, into: "more", client).hasSuffix(" suppressed=1\n"))
    #expect(client.ask("CHECK flickr:99100000007\n") == "HIT more\n")
    #expect(client.ask("STATS\n").contains("\nloads.suppressed\t4\n"))
    #expect(client.ask("REINDEX parks\n").contains("END 1"))

    let other = try BareDaemon().connect()
    Self.load([Self.parks[1], Self.parks[3]], into: "parks", other)
    Self.load(Array(Self.squares.dropFirst()), into: "squares", other)
    Self.load([more[1]], into: "more", other)
    #expect(Self.digest(client) == Self.digest(other))
    #expect(Self.verified(client).hasSuffix(" damages=0"))
  }

  @Test("an account's images go, and rows with its name are left out of later lists")
  func accounts() throws {
    let daemon = try BareDaemon()
    let client = daemon.connect()
    Self.load(Self.parks + ["flickr:99100000008\tnsid=99000001@N00\tflickr-user=ann"], into: "parks", client)
    #expect(Self.erase(["nsid:99000001@N00"], client).hasPrefix("ERR IDENTIFIER CLIENT "))
    #expect(Self.erase(["flickr:99100000003"], client, " account=1").hasPrefix("ERR IDENTIFIER CLIENT "))
    #expect(Self.erase(["nsid:99000001@N00"], client, " account=1").hasPrefix("OK 1 images=3 memberships=3 "))
    #expect(client.ask("CHECK flickr:99100000003\n") == "HIT parks\n")
    let later = [
      "flickr:99100000011\tflickr-user=ann", "flickr:99100000012", "flickr:99100000013\tnsid=99000001@N00",
    ]
    #expect(Self.load(later, into: "later", client).hasSuffix(" suppressed=2\n"))
    #expect(client.ask("LIST any=later\n").contains("END 1 images=1"))
    #expect(Self.verified(client).hasSuffix(" damages=0"))
  }

  @Test("a lifted suppression lets the image come back, with what was suppressed because of it")
  func lifting() throws {
    let daemon = try BareDaemon()
    let client = daemon.connect()
    Self.load(Self.squares, into: "squares", client)
    _ = Self.erase(["https://example.org/copy.jpg"], client)
    #expect(
      client.ask("UNSUPPRESS identifier=https://example.org/copy.jpg\n").hasPrefix("ERR SYNTAX CLIENT "))
    #expect(
      client.ask("UNSUPPRESS identifier=https://example.org/copy.jpg reason=mistake\n") == "OK lifted=2\n")
    #expect(
      client.ask("UNSUPPRESS identifier=https://example.org/copy.jpg reason=mistake\n") == "OK lifted=0\n")
    Self.load(Self.squares, into: "squares", client, mode: "replace")
    #expect(client.ask("CHECK flickr:99100000001\n") == "HIT squares\n")
  }

  @Test("each erasure and each lifting leaves a receipt, which a restored backup does not take away")
  func receipts() throws {
    let daemon = try BareDaemon()
    let client = daemon.connect()
    Self.load(Self.parks, into: "parks", client)
    #expect(client.ask("RECEIPTS\n") == "OK 0\n")
    let path = "\(daemon.folder.path)/copy"
    try Self.backUp(to: path, client)
    let erased = Self.erase(["flickr:99100000001", "flickr:99100000002"], client)
    let digests = erased.split(separator: "\n").dropFirst().map { String($0.split(separator: "\t")[1]) }
    _ = client.ask("UNSUPPRESS identifier=flickr:99100000002 reason=mistake\n")
    func lines(_ client: BareClient, _ request: String = "RECEIPTS") -> [[String]] {
      client.ask(request + "\n").split(separator: "\n").dropFirst().map {
        $0.split(separator: "\t").map(String.init)
      }
    }
    let receipts = lines(client)
    #expect(receipts.map { Array($0[0...2]) } == [["1", "erasure", "logical"], ["2", "lifting", "lifted"]])
    #expect(receipts[1].last == "mistake")
    #expect(lines(client, "RECEIPTS number=1") == [receipts[0]] + digests.map { [$0] })
    #expect(client.ask("RECEIPTS number=3\n").hasPrefix("ERR SYNTAX CLIENT "))
    #expect(daemon.connect(.load).ask("RECEIPTS\n").hasPrefix("ERR FORBIDDEN CLIENT "))
    for line in receipts { #expect(!line.joined().contains("991000000")) }

    func reopened() throws -> BareDaemon {
      let copy = try TemporaryFolder()
      try FileManager.default.copyItem(
        atPath: "\(daemon.folder.path)/data.mdb", toPath: "\(copy.path)/data.mdb")
      return try BareDaemon(in: copy)
    }
    #expect(try Self.restore(path, client).contains(" restarts=1\n"))
    let restored = try reopened().connect()
    let after = lines(restored)
    #expect(Array(after[0...1]) == receipts)
    #expect(Array(after[2][0...2]) == ["3", "restoration", "logical"])
    #expect(restored.ask("COMPACT\n").contains(" restarts=1\n"))
  }

  @Test("nobody but an administrator can tell a suppressed image from one that was never there")
  func roles() throws {
    let daemon = try BareDaemon()
    let admin = daemon.connect()
    Self.load(Self.squares, into: "squares", admin)
    _ = Self.erase(["flickr:99100000001"], admin)
    for role in [Role.read, .load] {
      let client = daemon.connect(role)
      #expect(client.ask("CHECK flickr:99100000001\n") == client.ask("CHECK flickr:99100000077\n"))
      #expect(client.ask("GET flickr:99100000001\n") == client.ask("GET flickr:99100000077\n"))
      #expect(client.ask("SUPPRESSED flickr:99100000001\n").hasPrefix("ERR FORBIDDEN CLIENT "))
      #expect(
        client.ask("UNSUPPRESS identifier=flickr:99100000001 reason=x\n").hasPrefix("ERR FORBIDDEN CLIENT "))
      // The lines that belong to it are skipped.
      #expect(client.ask("ERASE 1\nflickr:99100000003\nPING\n").hasSuffix("\nPONG\n"))
    }
    #expect(admin.ask("CHECK flickr:99100000003\n") == "HIT squares\n")
  }

  @Test("a request with one identifier that cannot be erased erases nothing; its bounds hold")
  func refusals() throws {
    let daemon = try BareDaemon()
    let client = daemon.connect()
    Self.load(Self.squares, into: "squares", client)
    let before = Self.digest(client)
    for (wrong, code) in [
      ("nothing at all", "IDENTIFIER"), ("https://flic.kr/s/aHsk9x", "UNRESOLVABLE"),
      ("flickr-set:7", "IDENTIFIER"),
      (String(repeating: "a", count: ProtocolLimits.lineBytesMax + 1), "LINE"),
    ] {
      let reply = Self.erase(["flickr:99100000001", wrong], client)
      #expect(reply.hasPrefix("ERR \(code) CLIENT ") && reply.contains("nothing was erased"), "\(reply)")
    }
    let most = (0..<ProtocolLimits.eraseMax).map { "flickr:\(99_200_000_000 + $0)" }
    #expect(Self.erase(most, client).hasPrefix("OK 10000 images=0 "))
    #expect(daemon.connect().ask("ERASE \(ProtocolLimits.eraseMax + 1)\n").hasPrefix("ERR LIMIT CLIENT "))
    let path = String(repeating: "b", count: 1_004)
    let long = (0..<4_096).map { "https://e.org/\(path)\(1_000_000 + $0)" }
    #expect(long.reduce(0) { $0 + $1.utf8.count } > ProtocolLimits.eraseBytesMax - 8_192)
    #expect(Self.erase(long + long, client).hasPrefix("ERR LIMIT CLIENT "))
    #expect(Self.digest(client) == before)
  }

  @Test("a restored backup from before the erasure has nothing of it, and a foreign one is refused")
  func restoring() throws {
    let daemon = try BareDaemon()
    let client = daemon.connect()
    Self.load(Self.parks, into: "parks", client)
    Self.load(Self.squares, into: "squares", client)
    let path = "\(daemon.folder.path)/copy"
    try Self.backUp(to: path, client)
    _ = Self.erase(["flickr:99100000001", "https://example.org/never.jpg"], client)
    let digest = Self.digest(client)
    let foreign = try BareDaemon()
    try Self.backUp(to: "\(daemon.folder.path)/foreign", foreign.connect())
    #expect(try Self.restore("\(daemon.folder.path)/foreign", client).contains("ERR FILE CLIENT "))
    #expect(try Self.restore(path, client).contains(" restarts=1\n"))
    let copy = try TemporaryFolder()
    try FileManager.default.copyItem(
      atPath: "\(daemon.folder.path)/data.mdb", toPath: "\(copy.path)/data.mdb")
    let restored = try BareDaemon(in: copy).connect()
    #expect(restored.ask("CHECK flickr:99100000001\n") == "MISS\n")
    #expect(restored.ask("SUPPRESSED https://example.org/never.jpg\n").contains(" suppressed=1 "))
    #expect(Self.digest(restored) == digest)
    #expect(Self.verified(restored).hasSuffix(" damages=0"))
  }

  // MARK: - Files

  private static func backUp(to path: String, _ client: BareClient) throws {
    let descriptor = unsafe Glibc.open(path, O_CREAT | O_RDWR, 0o600)  // the C string lives through the call
    try #require(descriptor >= 0)
    #expect(client.ask("BACKUP\n") == "OK send\n")
    client.handOver([descriptor])
    client.settle()
    #expect(client.text.hasSuffix("\n") && client.text.contains("END 0 bytes="))
  }

  private static func restore(_ path: String, _ client: BareClient) throws -> String {
    let descriptor = unsafe Glibc.open(path, O_RDONLY)  // the C string lives through the call
    try #require(descriptor >= 0)
    #expect(client.ask("RESTORE force=1\n") == "OK send\n")
    let before = client.received.count
    client.handOver([descriptor])
    client.settle()
    return String(decoding: client.received[before...], as: UTF8.self)
  }

  /// Says what was found, where the drill is the occasion.
  private static func report(_ text: String) { if isDrill { print("drill: \(text)") } }

  /// How many of the texts and keys occur in a file, as they are or in a compressed frame.
  private static func found(_ wanted: Remains, in path: String) throws -> Set<Int> {
    let bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
    var found = wanted.occurrences(in: bytes)
    let magic: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD]
    var unpacked = 0
    var place = 0
    while place + 4 <= bytes.count {
      guard bytes[place] == magic[0], bytes[place..<(place + 4)].elementsEqual(magic) else {
        place += 1
        continue
      }
      let frame = Self.decompressed(bytes[place...])
      unpacked += frame.count
      found.formUnion(wanted.occurrences(in: frame))
      place += 4
    }
    report("\(path): \(bytes.count) bytes, \(unpacked) in frames, found \(found.count)")
    return found
  }

  private static func decompressed(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    unsafe bytes.withUnsafeBytes { source in
      // Safe: the library reads no further than the bytes go, and writes no more than the room that it is told of.
      let size = unsafe ZSTD_findFrameCompressedSize(source.baseAddress, source.count)
      guard ZSTD_isError(size) == 0 else { return [] }
      let room = 4 << 20
      return unsafe [UInt8](unsafeUninitializedCapacity: room) { target, count in
        let written = unsafe ZSTD_decompress(target.baseAddress, room, source.baseAddress, size)
        count = ZSTD_isError(written) == 0 ? written : 0
      }
    }
  }

  /// Texts and stored forms of numbered images.
  private struct Remains {
    private var numbers: [Int: Int] = [:]
    private var words: [UInt64: Int] = [:]
    /// Whether some word ends so: most bytes need no look at the table.
    private var endings = [Bool](repeating: false, count: 1 << 16)
    private let digits: Int

    /// Ids are of equal length, and begin with 99.
    init(ids: [Int]) {
      digits = String(ids[0]).utf8.count
      for (place, id) in ids.enumerated() {
        numbers[id] = place
        words[UInt64(id)] = place
        // As blocks and fences have it.
        words[StoredKey(integer: UInt64(id)).high] = place
        words[StoredKey(integer: UInt64(id)).high.byteSwapped] = place
      }
      for word in words.keys { endings[Int(word & 0xFFFF)] = true }
    }

    func occurrences(in bytes: [UInt8]) -> Set<Int> {
      var found: Set<Int> = []
      guard bytes.count >= 8 else { return found }
      var number = 0
      var length = 0
      var word: UInt64 = 0
      for (place, byte) in bytes.enumerated() {
        word = word >> 8 | UInt64(byte) << 56
        if place >= 7, endings[Int(word & 0xFFFF)], let image = words[word] { found.insert(image) }
        // A link has the id in five bytes.
        if endings[Int(word >> 24 & 0xFFFF)], let image = words[word >> 24] { found.insert(image) }
        if byte >= 0x30, byte <= 0x39 {
          number = (number * 10 + Int(byte - 0x30)) % 1_000_000_000_000
          length += 1
          if length >= digits, let image = numbers[number % Self.power(digits)] { found.insert(image) }
        } else {
          (number, length) = (0, 0)
        }
      }
      return found
    }

    private static func power(_ digits: Int) -> Int { (0..<digits).reduce(1) { power, _ in power * 10 } }
  }

  private static func expectNothing(of remains: Remains, in folder: TemporaryFolder) throws {
    for file in try FileManager.default.subpathsOfDirectory(atPath: folder.path) {
      let path = "\(folder.path)/\(file)"
      guard try FileStatus.at(path, followsLinks: false)?.kind == .regular else { continue }
      #expect(try found(remains, in: path).isEmpty, "\(file)")
    }
  }

  /// Rows of all kinds, about numbered images.
  private static func rows(of ids: [Int]) -> [String] {
    ids.map { id in
      switch id % 3 {
      case 0:
        "flickr:\(id)\tlisted=https://live.staticflickr.com/65535/\(id)_0123456789_b.jpg\tnsid=\(99_000_000 + id % 500)@N00"
      case 1: "flickr:\(id)"
      default: "https://example.org/photos/\(id).jpg\tnsid=\(99_000_000 + id % 500)@N00"
      }
    }
  }

  private static let drillRows = ProcessInfo.processInfo.environment["WHICHSET_ERASED_ROWS"].flatMap {
    Int($0)
  }
  private static let drillCount = drillRows ?? 30_000
  private static var isDrill: Bool { drillRows != nil }

  @Test(
    "no file of the folder has anything of a dataset that was removed or replaced, once the index was compacted",
    arguments: [false, true])
  func removedDataset(isReplaced: Bool) throws {
    let count = Self.drillCount / 3
    let ids = (0..<count).map { 99_100_000_000 + $0 * 7 }
    let rows = Self.rows(of: ids)
    let daemon = try BareDaemon()
    let client = daemon.connect()
    // The first third is in parks alone.
    Self.load(rows, into: "parks", client)
    Self.load(Array(rows[(count / 3)...]), into: "squares", client)
    let remains = Remains(ids: Array(ids[..<(count / 3)]))
    #expect(try Self.found(remains, in: "\(daemon.folder.path)/data.mdb").count > count / 6)
    if isReplaced {
      Self.load(Array(rows[(count / 2)...]), into: "parks", client, mode: "replace")
    } else {
      #expect(client.ask("REMOVE parks\n").hasPrefix("OK images="))
    }
    let digest = Self.digest(client)
    #expect(client.ask("COMPACT\n").contains(" restarts=1\n"))
    try Self.expectNothing(of: remains, in: daemon.folder)
    let copy = try TemporaryFolder()
    try FileManager.default.copyItem(
      atPath: "\(daemon.folder.path)/data.mdb", toPath: "\(copy.path)/data.mdb")
    let again = try BareDaemon(in: copy)
    #expect(again.index.snapshot.remains == nil)
    #expect(Self.digest(again.connect()) == digest)
    #expect(Self.verified(again.connect()).hasSuffix(" damages=0"))
  }

  @Test("an import of an export that was made before an erasure brings nothing of it back")
  func importing() throws {
    let daemon = try BareDaemon()
    let client = daemon.connect()
    Self.load(Self.parks, into: "parks", client)
    let exported = client.ask("EXPORT parks\n").split(separator: "\n").map(String.init)
      .filter { $0.contains("flickr:") || $0.contains("https:") }
      .map { line in line.split(separator: "\t").filter { $0 != "parks" }.joined(separator: "\t") }
    #expect(exported.count == Self.parks.count, "\(exported)")
    _ = Self.erase(["flickr:99100000001", "https://example.org/one.jpg"], client)
    let digest = Self.digest(client)
    #expect(Self.load(exported, into: "parks", client, mode: "replace").hasSuffix(" suppressed=2\n"))
    #expect(Self.digest(client) == digest)
    for identifier in ["flickr:99100000001", "https://example.org/one.jpg"] {
      #expect(client.ask("CHECK \(identifier)\n") == "MISS\n")
    }
  }

  @Test("a backup right after an erasure that wrote a namespace again has nothing of the generation before")
  func oldGeneration() throws {
    var limits = IndexLimits.test
    limits.editedBytesMax = 1
    let ids = (0..<3_000).map { 99_100_000_000 + $0 * 7 }
    let rows = Self.rows(of: ids)
    let daemon = try BareDaemon(limits: limits)
    let client = daemon.connect()
    Self.load(rows, into: "parks", client)
    let erased = stride(from: 0, to: rows.count, by: 10)
    let remains = Remains(ids: erased.map { ids[$0] })
    _ = Self.erase(erased.map { String(rows[$0].split(separator: "\t")[0]) }, client)
    #expect(try !Self.found(remains, in: "\(daemon.folder.path)/data.mdb").isEmpty)
    let backup = "\(daemon.folder.path)-after"
    defer { try? FileManager.default.removeItem(atPath: backup) }
    try Self.backUp(to: backup, client)
    #expect(try Self.found(remains, in: backup).isEmpty)
  }

  /// Nanoseconds that the thread takes for requests.
  private static func cost(of requests: [UInt8], _ client: BareClient) -> Int {
    func now() -> Int {
      var time = timespec()
      // Safe: the call fills in the time.
      unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
      return time.tv_sec * 1_000_000_000 + time.tv_nsec
    }
    let begin = now()
    client.send(requests)
    return now() - begin
  }

  @Test(
    "no lookup takes longer for an erased image than for one that was never there, however many are erased",
    .enabled(if: isDrill))
  func timing() throws {
    let ids = (0..<Self.drillCount).map { 99_100_000_000 + $0 * 7 }
    let client = try BareDaemon().connect()
    Self.load(Self.rows(of: ids), into: "parks", client)
    let erased = ids.filter { $0 % 3 < 2 && $0 % 5 == 0 }.prefix(10_000)
    #expect(Self.erase(erased.map { "flickr:\($0)" }, client).hasPrefix("OK \(erased.count) "))
    func requests(_ ids: [Int]) -> [UInt8] { ids.flatMap { Array("CHECK flickr:\($0)\n".utf8) } }
    let kinds = [requests(Array(erased)), requests(erased.map { $0 + 3 })]
    for kind in kinds { #expect(client.ask(String(decoding: kind, as: UTF8.self)).hasPrefix("MISS\n")) }
    // In turns, so that whatever else the machine does falls on both.
    var costs: [[Int]] = [[], []]
    for round in 0..<200 {
      for kind in round % 2 == 0 ? [0, 1] : [1, 0] { costs[kind].append(Self.cost(of: kinds[kind], client)) }
    }
    let medians = costs.map { Double($0.sorted()[$0.count / 2]) / Double(erased.count) }
    Self.report("a CHECK takes \(medians[0]) ns of an erased id, \(medians[1]) ns of one never loaded")
    #expect(abs(medians[0] / medians[1] - 1) < 0.03, "\(medians)")
  }

  @Test("no file of the folder and no backup has anything of what was erased, once the index was compacted")
  func drill() throws {
    let count = Self.drillCount
    let ids = (0..<count).map { 99_100_000_000 + $0 * 7 }
    let rows = Self.rows(of: ids)
    let erased = Set((0..<1_000).map { $0 * (count / 1_000) + $0 % 3 })
    let daemon = try BareDaemon()
    let client = daemon.connect()
    Self.load(rows, into: "parks", client)
    Self.load(Array(rows.suffix(count / 2)), into: "squares", client)
    let remains = Remains(ids: erased.sorted().map { ids[$0] })
    #expect(try Self.found(remains, in: "\(daemon.folder.path)/data.mdb").count > 600)
    let before = "\(daemon.folder.path)-before"
    defer { try? FileManager.default.removeItem(atPath: before) }
    try Self.backUp(to: before, client)

    let identifiers = erased.map { place in String(rows[place].split(separator: "\t")[0]) }
    let reply = Self.erase(identifiers, client)
    #expect(reply.hasPrefix("OK 1000 images=1000 "), "\(reply.prefix(200))")
    let backup = "\(daemon.folder.path)-after"
    defer { try? FileManager.default.removeItem(atPath: backup) }
    try Self.backUp(to: backup, client)
    #expect(try Self.found(remains, in: backup).isEmpty)
    #expect(client.ask("COMPACT\n").contains(" restarts=1\n"))
    try Self.expectNothing(of: remains, in: daemon.folder)

    // And it stays so.
    let kept = rows.indices.filter { !erased.contains($0) }
    let other = try BareDaemon().connect()
    Self.load(kept.map { rows[$0] }, into: "parks", other)
    Self.load(kept.filter { $0 >= count - count / 2 }.map { rows[$0] }, into: "squares", other)
    let copy = try TemporaryFolder()
    try FileManager.default.copyItem(
      atPath: "\(daemon.folder.path)/data.mdb", toPath: "\(copy.path)/data.mdb")
    let again = try BareDaemon(in: copy)
    let asking = again.connect()
    #expect(Self.digest(asking) == Self.digest(other))
    Self.load(rows, into: "parks", asking, mode: "replace")
    #expect(asking.ask("REINDEX parks\n").contains("END 1"))
    #expect(Self.digest(asking) == Self.digest(other))
    #expect(try Self.restore(before, asking).contains(" restarts=1\n"))
    let last = try TemporaryFolder()
    try FileManager.default.copyItem(atPath: "\(copy.path)/data.mdb", toPath: "\(last.path)/data.mdb")
    let restored = try BareDaemon(in: last).connect()
    #expect(Self.digest(restored) == Self.digest(other))
    #expect(Self.verified(restored).hasSuffix(" damages=0"))
  }
}
