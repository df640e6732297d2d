// The bounds of a generation, at each and one past it.

import Console
import Publishing
import TestSupport
import Testing
import WireProtocol

@testable import Cluster

@Suite("Bounds of a generation")
struct BoundTests {
  private static let facts = GenerationFacts(publisher: "host.example")
  private static let hash = String(repeating: "0b", count: 32)

  /// Integers whose bucket is number 0, where `bits` number them.
  private static func crowd(_ count: Int, bits: Int) -> [UInt64] {
    var found: [UInt64] = []
    var value: UInt64 = 0
    while found.count < count {
      value += 1
      if Section.mix(value, width: 32) >> UInt64(32 - bits) == 0 { found.append(value) }
    }
    return found
  }

  private static func publish(_ values: [UInt64], to node: InventedNode) throws -> GenerationOutcome {
    let folder = try TemporaryFolder()
    let gathering = GenerationGathering(folder: folder.path)
    try gathering.begin(dataset: "parks")
    for value in values { try gathering.add(value, namespace: 1, isPrimary: true) }
    return try GenerationWriter(try node.link()).write(
      gathering, facts: facts, rules: 3, now: 1, name: { $0 == 1 ? "flickr" : "" })
  }

  @Test("a bucket has as many rows as it may have, and a publisher refuses to write one with more")
  func bucketRows() throws {
    let node = try InventedNode()
    let most = ClusterLimits.bucketRowsMax
    let values = Self.crowd(most + 1, bits: ClusterLimits.bits(keys: most + 1))
    #expect(ClusterLimits.bits(keys: most) == ClusterLimits.bits(keys: most + 1))
    let outcome = try Self.publish(Array(values.dropLast()), to: node)
    #expect(outcome.keys == most)
    let generation = try Generation(try node.link())
    let answers = try generation.datasets(of: values.map { .integer(namespace: 1, $0) })
    #expect(answers.dropLast().allSatisfy { $0 == Array("parks".utf8)[...] } && answers.last == .some(nil))
    let before = Set(node.keys)
    #expect(throws: Trouble.self) { try Self.publish(values, to: node) }
    // The former generation is the one that is asked.
    #expect(before.isSubset(of: node.keys) && node[GenerationKeys.head] != nil)
    #expect(try Generation(try node.link()).manifest.generation == generation.manifest.generation)
  }

  @Test("a bucket that says that it has more rows is damaged")
  func readRows() {
    let form = BucketForm(width: 36, bucketBits: 8, sets: 1)
    let most = ClusterLimits.bucketRowsMax
    let rows = (0..<most).map { PublishedRow(digest: KeyDigest(high: UInt64($0) << 28, low: 0), set: 0) }
    let bytes = Bucket.assemble(rows[...], form, generation: 1, number: 0, set: { UInt64($0) })
    #expect(Bucket.isWhole(bytes, form, generation: 1, number: 0))
    var more = bytes + [UInt8](repeating: 0, count: form.byteCount(rows: most + 1) - bytes.count)
    more[7] += 1
    #expect(!Bucket.isWhole(more, form, generation: 1, number: 0))
  }

  private static func manifest(sets: Int = 1, publisher: String = "host.example") -> GenerationManifest {
    GenerationManifest(
      generation: 7, rules: 3, publisher: publisher, facts: hash, images: 0, keys: [], sections: [],
      datasets: ["a"], sets: [[UInt8]](repeating: Array("a".utf8), count: sets))
  }

  @Test("a manifest has as many sets as it may have, and one with more is none")
  func sets() {
    let most = ClusterLimits.setsMax
    #expect(GenerationManifest(Self.manifest(sets: most).bytes)?.sets.count == most)
    #expect(GenerationManifest(Self.manifest(sets: most + 1).bytes) == nil)
  }

  /// Puts a manifest of so many bytes where a generation's is.
  private static func place(_ byteCount: Int, in node: InventedNode) {
    let empty = manifest(publisher: "").bytes.count
    let bytes = manifest(publisher: String(repeating: "x", count: byteCount - empty)).bytes
    var digester = Digester()
    let head = GenerationHead(generation: 7, published: 1, manifest: digester.hexadecimal(bytes))
    node[GenerationKeys(7).manifest] = bytes
    node[GenerationKeys.head] = head.bytes
  }

  @Test("a manifest has as many bytes as it may have, and a longer one is refused")
  func manifestBytes() throws {
    let node = try InventedNode()
    let most = ClusterLimits.manifestBytesMax
    Self.place(most, in: node)
    #expect(try OpenGeneration(try node.link()).head.generation == 7)
    Self.place(most + 1, in: node)
    #expect(throws: Trouble.self) { _ = try OpenGeneration(try node.link()) }
  }

  @Test("facts are read as they were written, and not otherwise")
  func factsAsWritten() {
    var facts = Self.facts
    facts.add("DATASETS", [Array("parks\t1\t0\t1\t0".utf8)])
    facts.add("DATASET parks", [Array("slug\tparks".utf8), Array("images\t1".utf8)])
    facts.add("OVERLAP", [])
    let bytes = facts.bytes
    #expect(GenerationFacts(bytes) == facts && GenerationFacts(Self.facts.bytes) == Self.facts)
    for end in [1, 20, bytes.count - 1, bytes.count - 12] {
      #expect(GenerationFacts(Array(bytes[..<end])) == nil, "cut off at \(end)")
    }
    #expect(GenerationFacts(bytes + Array("x\n".utf8)) == nil && GenerationFacts([]) == nil)
  }

  @Test("facts are refused if they are missing, changed or too long")
  func placedFacts() throws {
    let node = try InventedNode()
    _ = try Self.publish([1, 2, 3], to: node)
    let open = try OpenGeneration(try node.link())
    let key = try #require(node.keys.first { $0.hasSuffix(":facts") })
    #expect(try open.facts(try node.link()) == Self.facts)
    node[key] = Self.facts.bytes + [10]
    #expect(throws: Trouble.self) { _ = try open.facts(try node.link()) }
    node[key] = nil
    #expect(throws: Trouble.self) { _ = try open.facts(try node.link()) }
  }

  @Test("what a node cannot answer leaves the other answers, and is no miss")
  func partial() throws {
    let node = try InventedNode()
    _ = try Self.publish(Array(1...20_000), to: node)
    let open = try OpenGeneration(try node.link())
    let keys = (UInt64(1)...40_000).map { ClusterKey.integer(namespace: 1, $0) }
    let victims = node.keys.filter { $0.contains(":{07}:") || $0.contains(":{08}:") }.sorted()
    node[try #require(victims.first)] = nil
    let other = try #require(victims.last)
    node[other]?[12] ^= 1
    let lookup = open.look(up: keys, try node.link(), skipping: [9])
    #expect(lookup.loss != nil && lookup.trouble == nil && lookup.answers.count == keys.count)
    var counts = [0, 0, 0, 0]
    for (index, answer) in lookup.answers.enumerated() {
      switch answer {
      case .found(let slugs):
        counts[0] += 1
        #expect(index < 20_000 && slugs == Array("parks".utf8)[...])
      case .missed:
        counts[1] += 1
        #expect(index >= 20_000)
      case .lost: counts[2] += 1
      case .unreached: counts[3] += 1
      }
    }
    #expect(counts.allSatisfy { $0 > 100 } && counts[2] < 2_000 && counts[3] < 1_000, "\(counts)")
    // A node that answers nothing more.
    node.answer { $0[0] == "MGET" ? .bytes(Array("-LOADING it\r\n".utf8)) : .own }
    let silent = open.look(up: keys, try node.link(patience: .seconds(5)))
    #expect(silent.trouble != nil && silent.answers.allSatisfy { $0 == .unreached })
    #expect(silent.unreachedTags.count > 100)
    let reachable = open.reachable([1, 2], try node.link())
    #expect(reachable == [1, 2])
  }
}
