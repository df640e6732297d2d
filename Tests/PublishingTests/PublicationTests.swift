// A publication answers what its index would, or says why not; and its files depend on what is in it alone.

import Console
import Foundation
import Platform
import TestSupport
import Testing

@testable import Publishing

/// An index to be published: the keys of each dataset.
private typealias Keys = [String: [String]]

/// A folder, a key, and what is published there.
private final class Stage {
  let folder = try! TemporaryFolder()
  var place: String { folder.path + "/published" }
  var memory: String { folder.path + "/seen" }
  let key: String

  init() throws {
    key = folder.path + "/key"
    try Self.makeKey(key)
  }

  static func makeKey(_ path: String, kind: String = "ed25519") throws {
    let made = try Process.run(
      URL(fileURLWithPath: "/usr/bin/ssh-keygen"),
      arguments: ["-q", "-t", kind, "-N", "", "-C", "", "-f", path])
    made.waitUntilExit()
    #expect(made.terminationStatus == 0)
  }

  @discardableResult
  func publish(_ keys: Keys, now: Int = 1_790_000_000, with key: String? = nil) throws -> PublicationOutcome {
    var writer = try PublicationWriter(folder: place)
    var gathering = KeyGathering(folder: place)
    var digester = Digester()
    for (slug, keys) in keys.sorted(by: { $0.key < $1.key }) {
      try gathering.begin(dataset: slug)
      for key in keys {
        try gathering.add(digester.key(Array(key.utf8).span), kind: 1, isPrimary: !key.hasPrefix("nsid"))
      }
    }
    let datasets = keys.keys.sorted().map { PublishedDataset(slug: $0, lists: []) }
    return try writer.write(
      gathering, datasets: datasets, rules: 3, now: now, name: { _ in "flickr" },
      sign: { path throws(Trouble) in try Signature.sign(path, with: key ?? self.key) })
  }

  func open(ageMax: Int? = nil, now: Int = 1_790_000_000, remembers: Bool = false, key: String? = nil)
    throws(Trouble)
    -> Publication
  {
    let keys = try Signature.PublicKey.read((key ?? self.key) + ".pub")
    return try Publication(
      try PublishedFolder(place),
      trust: PublicationTrust(keys: keys, ageMax: ageMax, memory: remembers ? memory : nil, now: now))
  }

  func ask(_ keys: [String]) throws(Trouble) -> [String?] {
    var publication = try open()
    return try Self.ask(&publication, keys)
  }

  static func ask(_ publication: inout Publication, _ keys: [String]) throws(Trouble) -> [String?] {
    var digester = Digester()
    let digests = keys.map { digester.key(Array($0.utf8).span) }
    return try publication.datasets(of: digests).map { $0.map { String(decoding: $0, as: UTF8.self) } }
  }

  /// All files but the head, by their names.
  func files() throws -> [String: Data] {
    var files: [String: Data] = [:]
    for case let name as String in FileManager.default.enumerator(atPath: place)! {
      // A folder has no contents.
      if name != "head" { files[name] = try? Data(contentsOf: URL(fileURLWithPath: place + "/" + name)) }
    }
    return files
  }

  func path(of name: (String) -> Bool) throws -> String {
    place + "/" + (try #require(try files().keys.first(where: name)))
  }
}

@Suite("A publication")
struct PublicationTests {
  private static func ids(_ range: Range<Int>) -> [String] { range.map { "flickr:\(99_100_000_000 + $0)" } }

  @Test(
    "has every key with all its datasets, and proves that others are in none",
    arguments: [0, 1, 999, 1_000, 5_000])
  func roundTrip(count: Int) throws {
    let stage = try Stage()
    let outcome = try stage.publish([
      "parks": Self.ids(0..<count), "strangers": Self.ids(count / 2..<count), "empty": [],
    ])
    #expect(outcome.keys == count && outcome.images == count && outcome.datasets == 3)
    let answers = try stage.ask(Self.ids(0..<(count + 100)))
    for (index, answer) in answers.enumerated() {
      #expect(answer == (index >= count ? nil : index < count / 2 ? "parks" : "parks,strangers"))
    }
    let sizes = Set(
      try stage.files().filter { $0.key.contains("rows/") && !$0.key.contains("section") }.map(\.value.count))
    #expect(sizes.count == 1, "all files have one size: \(sizes)")
  }

  @Test("has as many files as give them a thousand rows at most, and one more bit from then on")
  func bits() {
    #expect(PublicationLimits.bits(keys: 0) == 0)
    #expect(PublicationLimits.bits(keys: 1_000) == 0)
    #expect(PublicationLimits.bits(keys: 1_001) == 1)
    #expect(PublicationLimits.bits(keys: 1_000 << 24) == 24)
    #expect(PublicationLimits.bits(keys: 1_000 << 24 + 1) == 24)
  }

  @Test("has files of few sizes")
  func sizes() {
    #expect(PublicationLimits.fileBytes(holding: 1) == 4_096)
    #expect(PublicationLimits.fileBytes(holding: 4_096) == 4_096)
    #expect(PublicationLimits.fileBytes(holding: 4_097) == 5_120)
    #expect(PublicationLimits.fileBytes(holding: 8_192) == 8_192)
    #expect(PublicationLimits.fileBytes(holding: 8_193) == 10_240)
    #expect(PublicationLimits.fileBytes(holding: 16_385) == 20_480)
  }

  @Test(
    "of the same data has the same bytes, wherever and in whatever order they come; its head alone is new")
  func determinism() throws {
    let (stage, other) = (try Stage(), try Stage())
    let keys: Keys = ["parks": Self.ids(0..<3_000), "strangers": Self.ids(1_000..<5_000)]
    let first = try stage.publish(keys)
    let files = try stage.files()
    let again = try stage.publish(keys, now: 1_790_000_100)
    #expect(try stage.files() == files)
    #expect(again.filesWritten == 0 && again.filesRemoved == 0)
    #expect(again.head.sequence == first.head.sequence && again.head.published == 1_790_000_100)
    try other.publish(keys.mapValues { $0.shuffled() })
    #expect(try other.files() == files)
  }

  @Test("changes only in the files that a load or an erasure concerns; what was erased is gone")
  func change() throws {
    let stage = try Stage()
    let keys = Self.ids(0..<20_000)
    try stage.publish(["parks": keys])
    let before = try stage.files()
    let after = try stage.publish(["parks": Array(keys.dropFirst()), "strangers": ["flickr:99200000001"]])
    #expect(after.files == 32 && after.filesWritten <= 2 && after.filesRemoved == after.filesWritten + 1)
    let kept = try stage.files().filter { before[$0.key] == $0.value }
    #expect(kept.count == before.count - after.filesWritten - 2, "all but a section and the manifest")
    #expect(try stage.ask([keys[0], keys[1], "flickr:99200000001"]) == [nil, "parks", "strangers"])
    // Nothing of the digest is left anywhere.
    var digester = Digester()
    _ = digester.key(Array(keys[0].utf8).span)
    let needle = Data(digester.last.prefix(16))
    #expect(before.values.contains { $0.range(of: needle) != nil })
    #expect(try stage.files().values.allSatisfy { $0.range(of: needle) == nil })
  }

  @Test("with any byte of any file changed, or any file cut off or missing, gives the same answer or none")
  func tampering() throws {
    let stage = try Stage()
    let asked = ["flickr:99100000001", "flickr:99100000777"]
    try stage.publish(["parks": Self.ids(0..<5)])
    let right = try stage.ask(asked)
    #expect(right == ["parks", nil])
    let names = try stage.files().keys.sorted() + ["head"]
    var (refused, same) = (0, 0)
    for name in names {
      let path = stage.place + "/" + name
      let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
      func expectNoLie(_ damaged: Data?, _ what: String) throws {
        if let damaged {
          try damaged.write(to: URL(fileURLWithPath: path))
        } else {
          try FileManager.default.removeItem(atPath: path)
        }
        do {
          #expect(try stage.ask(asked) == right, "\(name): \(what)")
          same += 1
        } catch { refused += 1 }
      }
      // Most of a file of rows is zeros, all of which the hash covers alike.
      for place in bytes.indices where place < 700 || place % 61 == 0 {
        var damaged = bytes
        damaged[place] ^= 1
        try expectNoLie(damaged, "byte \(place)")
      }
      for count in stride(from: 0, to: bytes.count, by: 97) {
        try expectNoLie(bytes.prefix(count), "\(count) bytes")
      }
      try expectNoLie(bytes + [0], "a byte more")
      try expectNoLie(nil, "missing")
      try bytes.write(to: URL(fileURLWithPath: path))
    }
    #expect(refused > 1_000 && same == 0)
    #expect(try stage.ask(asked) == right)
  }

  @Test("that is signed with another key, or for another purpose, is refused")
  func wronglySigned() throws {
    let stage = try Stage()
    try stage.publish(["parks": Self.ids(0..<5)])
    let other = stage.folder.path + "/other"
    try Stage.makeKey(other)
    #expect(throws: Trouble.self) { try stage.open(key: other) }
    // Both keys in one file: either holds.
    let both = stage.folder.path + "/both.pub"
    let text = try [other, stage.key].map { try String(contentsOfFile: $0 + ".pub", encoding: .utf8) }
      .joined()
    try text.write(toFile: both, atomically: true, encoding: .utf8)
    _ = try stage.open(key: stage.folder.path + "/both")
    let head = stage.place + "/head"
    let statement = try String(contentsOfFile: head, encoding: .utf8).components(separatedBy: "-----BEGIN")[0]
    try statement.write(toFile: head, atomically: true, encoding: .utf8)
    let signed = Process()
    signed.executableURL = URL(fileURLWithPath: "/bin/sh")
    signed.arguments = [
      "-c",
      "ssh-keygen -Y sign -q -n file -f \(stage.key) < \(head) > \(head).sig && cat \(head).sig >> \(head)",
    ]
    try signed.run()
    signed.waitUntilExit()
    #expect(
      throws: Trouble("\(stage.place): the head is not signed with the key that was given, or was changed")
    ) {
      try stage.open()
    }
  }

  @Test("is verified by ssh-keygen as well")
  func verifiedByTheTool() throws {
    let stage = try Stage()
    try stage.publish(["parks": Self.ids(0..<5)])
    let check = Process()
    check.executableURL = URL(fileURLWithPath: "/bin/sh")
    check.currentDirectoryURL = URL(fileURLWithPath: stage.folder.path)
    check.arguments = [
      "-ec",
      """
      sed '/^-----BEGIN/,$d' published/head > statement
      sed -n '/^-----BEGIN/,$p' published/head > statement.sig
      echo "publisher $(cat key.pub)" > allowed
      ssh-keygen -Y verify -q -f allowed -I publisher -n whichset-publication -s statement.sig < statement
      """,
    ]
    try check.run()
    check.waitUntilExit()
    #expect(check.terminationStatus == 0)
  }

  @Test("needs a key of Ed25519, and stays as it was where there is none")
  func keys() throws {
    let stage = try Stage()
    try stage.publish(["parks": Self.ids(0..<5)])
    let files = try stage.files()
    let other = stage.folder.path + "/ecdsa"
    try Stage.makeKey(other, kind: "ecdsa")
    #expect(throws: Trouble.self) { try stage.publish(["parks": Self.ids(0..<6)], with: other) }
    #expect(throws: Trouble.self) { try stage.publish(["parks": Self.ids(0..<6)], with: "/dev/null") }
    #expect(throws: Trouble.self) { try Signature.PublicKey.read(other + ".pub") }
    #expect(try stage.files() == files)
    #expect(try stage.ask(["flickr:99100000005"]) == [nil])
  }

  @Test("is stale a second after its age, and not before")
  func stale() throws {
    let stage = try Stage()
    try stage.publish(["parks": Self.ids(0..<5)], now: 1_000_000)
    _ = try stage.open(ageMax: 86_400, now: 1_086_400)
    #expect(throws: Trouble.self) { try stage.open(ageMax: 86_400, now: 1_086_401) }
    _ = try stage.open(now: 2_000_000)
    _ = try stage.open(ageMax: 86_400, now: 1_000_000 - PublicationTrust.leadMax)
    #expect(throws: Trouble.self) {
      try stage.open(ageMax: 86_400, now: 1_000_000 - PublicationTrust.leadMax - 1)
    }
  }

  @Test("that is older than the one seen before is refused, and so is another one of its number")
  func rollback() throws {
    let stage = try Stage()
    let first = try stage.publish(["parks": Self.ids(0..<5)])
    let old = stage.folder.path + "/old"
    try FileManager.default.copyItem(atPath: stage.place, toPath: old)
    _ = try stage.open(remembers: true)
    let second = try stage.publish(["parks": Self.ids(0..<6)], now: first.head.published)
    #expect(second.head.sequence == first.head.sequence + 1)
    _ = try stage.open(remembers: true)
    _ = try stage.open(remembers: true)
    try FileManager.default.removeItem(atPath: stage.place)
    try FileManager.default.copyItem(atPath: old, toPath: stage.place)
    #expect(throws: Trouble.self) { try stage.open(remembers: true) }
    _ = try stage.open()
    // Another index under the number that was seen.
    try FileManager.default.removeItem(atPath: stage.place)
    try stage.publish(["parks": Self.ids(0..<7)], now: second.head.sequence)
    #expect(throws: Trouble.self) { try stage.open(remembers: true) }
  }

  @Test(
    "that is replaced while it is read answers from the new one, or is refused where all is to be of one state"
  )
  func replaced() throws {
    let stage = try Stage()
    try stage.publish(["parks": Self.ids(0..<5)])
    var (free, pinned) = (try stage.open(), try stage.open())
    try stage.publish(["parks": Self.ids(1..<6)])
    let keys = Self.ids(0..<6)
    #expect(try Stage.ask(&free, keys) == [nil] + Array(repeating: "parks", count: 5))
    var digester = Digester()
    #expect(throws: Trouble.self) {
      try pinned.datasets(of: [digester.key(Array(keys[0].utf8).span)], isPinned: true)
    }
  }

  @Test("is not written into a folder with other files, nor by two programs at once")
  func folders() throws {
    let stage = try Stage()
    try FileManager.default.createDirectory(atPath: stage.place, withIntermediateDirectories: false)
    try "mine".write(toFile: stage.place + "/thesis.txt", atomically: true, encoding: .utf8)
    #expect(throws: Trouble.self) { try stage.publish(["parks": []]) }
    try FileManager.default.removeItem(atPath: stage.place + "/thesis.txt")
    let writer = try PublicationWriter(folder: stage.place)
    #expect(throws: Trouble.self) { try stage.publish(["parks": []]) }
    _ = consume writer
    try stage.publish(["parks": []])
  }

  @Test("mends what a crash has cut off, and removes what it has left")
  func remains() throws {
    let stage = try Stage()
    let keys: Keys = ["parks": Self.ids(0..<5_000)]
    try stage.publish(keys)
    let files = try stage.files()
    let file = try stage.path { $0.hasPrefix("rows/") && !$0.contains("section") }
    try Data([1, 2, 3]).write(to: URL(fileURLWithPath: file))
    let name = "00-" + String(repeating: "0", count: 64)
    try Data([1]).write(to: URL(fileURLWithPath: stage.place + "/rows/0000/" + name))
    try Data([1]).write(to: URL(fileURLWithPath: stage.place + "/head.part"))
    let outcome = try stage.publish(keys)
    #expect(outcome.filesWritten == 1 && outcome.filesRemoved == 1)
    #expect(try stage.files() == files)
  }

  @Test("has a number up to its bound, of which a folder is not published to again")
  func highestNumber() throws {
    let hash = String(repeating: "0", count: 64)
    func reads(_ sequence: Int) -> Bool {
      Head(Head(sequence: sequence, published: 1, manifest: hash).statement) != nil
    }
    #expect(reads(PublicationLimits.sequenceMax) && !reads(PublicationLimits.sequenceMax + 1))
    #expect(!reads(.max))
    let stage = try Stage()
    try stage.publish(["parks": Self.ids(0..<5)], now: PublicationLimits.sequenceMax)
    #expect(throws: Trouble.self) { try stage.publish(["parks": Self.ids(0..<6)]) }
    #expect(try stage.ask(["flickr:99100000005"]) == [nil])
  }

  @Test("has datasets, sets in a file and bytes in a file up to their bounds, and not one more")
  func bounds() throws {
    let folder = try TemporaryFolder()
    var gathering = KeyGathering(folder: folder.path)
    for number in 0..<PublicationLimits.datasetsMax { try gathering.begin(dataset: "d\(number)") }
    #expect(throws: Trouble.self) { try gathering.begin(dataset: "one-more") }
    let rows = (0...PublicationLimits.setsMax).map {
      PublishedRow(digest: KeyDigest(high: UInt64($0), low: 0), set: UInt32($0))
    }
    let texts = rows.map { Array("d\($0.set)".utf8) }
    let file = try RowFile.assemble(rows.dropLast(), texts: texts)
    let read = try #require(RowFile.Rows(file, prefix: 0, bits: 0))
    let last = try #require(read.slugs(of: rows[PublicationLimits.setsMax - 1].digest))
    #expect(Array(last) == texts[PublicationLimits.setsMax - 1])
    #expect(throws: Trouble.self) { try RowFile.assemble(rows[...], texts: texts) }
    try Data(count: 100).write(to: URL(fileURLWithPath: folder.path + "/file"))
    #expect(try PublishedFolder(folder.path).read(["file"], bytesMax: 100)[0]?.count == 100)
    #expect(throws: Trouble.self) { try PublishedFolder(folder.path).read(["file"], bytesMax: 99) }
  }

  @Test("of more keys than memory is meant for is the same")
  func spooled() throws {
    let folder = try TemporaryFolder()
    var spool = DigestSpool(folder: folder.path)
    var generator = SystemRandomNumberGenerator()
    var expected: Set<KeyDigest> = []
    // One bucket gets more than its piece of memory holds, several times.
    for number in 0..<20_000 {
      let digest = KeyDigest(high: generator.next() >> 8 | 7 << 56, low: generator.next())
      expected.insert(digest)
      try spool.append(digest, mark: UInt32(number))
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
    let sorted = try spool.sorted(7)
    #expect(Set(sorted.map(\.mark)).count == 20_000)
    #expect(sorted.map(\.digest) == expected.sorted())
    #expect(try spool.sorted(8).isEmpty)
  }
}
