// Buckets as bytes, and what a generation says of itself.

import Publishing
import TestSupport
import Testing
import WireProtocol

@testable import Cluster

@Suite("A bucket")
struct BucketTests {
  private static let generation: UInt64 = 0x0123_4567_89AB_CDEF

  /// Distinct keys of a section that begin with the bits of bucket 5, sorted.
  private static func rows(
    _ count: Int, width: Int, bits: Int, sets: Int, _ random: inout SeededGenerator
  ) -> [PublishedRow] {
    var keys: Set<KeyDigest> = []
    while keys.count < count {
      var high = random.next()
      var low = width > 64 ? random.next() : 0
      if width < 64 { high &= ~(UInt64.max >> UInt64(width)) }
      if width > 64, width < 128 { low &= ~(UInt64.max >> UInt64(width - 64)) }
      if bits > 0 { high = (high & UInt64.max >> UInt64(bits)) | 5 << UInt64(64 - bits) }
      keys.insert(KeyDigest(high: high, low: low))
    }
    return keys.sorted().map {
      PublishedRow(digest: $0, set: UInt32.random(in: 0..<UInt32(sets), using: &random))
    }
  }

  @Test(
    "gives the set of each of its keys, and none of others",
    arguments: [
      (36, 8, 1), (36, 18, 30), (32, 3, 2), (64, 12, 1_000), (128, 20, 65_536), (128, 3, 5), (40, 24, 3),
      (48, 4, 1_048_576),
    ])
  func finds(_ width: Int, _ bits: Int, _ sets: Int) {
    var random = SeededGenerator(seed: width * 100 + bits)
    let form = BucketForm(width: width, bucketBits: bits, sets: sets)
    for count in [0, 1, 2, 3, 95, 96, 700] {
      let rows = Self.rows(count, width: width, bits: bits, sets: sets, &random)
      let bytes = Bucket.assemble(rows[...], form, generation: Self.generation, number: 5) { UInt64($0) }
      #expect(bytes.count == form.byteCount(rows: count))
      #expect(Bucket.isWhole(bytes, form, generation: Self.generation, number: 5))
      for row in rows { #expect(Bucket.set(of: row.digest, in: bytes, form) == Int(row.set)) }
      let known = Set(rows.map(\.digest))
      for row in Self.rows(50, width: width, bits: bits, sets: 1, &random) where !known.contains(row.digest) {
        #expect(Bucket.set(of: row.digest, in: bytes, form) == nil)
      }
    }
  }

  @Test("with a bit flipped, cut off, longer, or in another's place is not whole")
  func damage() {
    var random = SeededGenerator(seed: 7)
    let form = BucketForm(width: 36, bucketBits: 8, sets: 30)
    let rows = Self.rows(40, width: 36, bits: 8, sets: 30, &random)
    let bytes = Bucket.assemble(rows[...], form, generation: Self.generation, number: 5) { UInt64($0) }
    for bit in 0..<(8 * bytes.count) {
      var damaged = bytes
      damaged[bit / 8] ^= 1 << UInt8(bit % 8)
      #expect(!Bucket.isWhole(damaged, form, generation: Self.generation, number: 5), "bit \(bit)")
    }
    for count in 0..<bytes.count {
      #expect(!Bucket.isWhole(Array(bytes[..<count]), form, generation: Self.generation, number: 5))
    }
    #expect(!Bucket.isWhole(bytes + [0], form, generation: Self.generation, number: 5))
    #expect(!Bucket.isWhole(bytes, form, generation: Self.generation, number: 6))
    #expect(!Bucket.isWhole(bytes, form, generation: Self.generation + 1, number: 5))
  }

  @Test("has at most as many rows as may be")
  func bounds() {
    var random = SeededGenerator(seed: 8)
    let form = BucketForm(width: 36, bucketBits: 0, sets: 1)
    let rows = Self.rows(ClusterLimits.bucketRowsMax, width: 36, bits: 0, sets: 1, &random)
    let bytes = Bucket.assemble(rows[...], form, generation: 1, number: 0) { UInt64($0) }
    #expect(bytes.count == form.byteCountMax && Bucket.isWhole(bytes, form, generation: 1, number: 0))
    #expect(ClusterLimits.bits(keys: 96) == 0 && ClusterLimits.bits(keys: 97) == 1)
    #expect(ClusterLimits.bits(keys: .max / 2) == ClusterLimits.bucketBitsMax)
  }

  @Test("of integers has each of them once: their order is permuted", arguments: [32, 36, 40, 48, 64])
  func permutation(_ width: Int) {
    var random = SeededGenerator(seed: width)
    var values: Set<UInt64> = [1, .max >> UInt64(64 - width)]
    while values.count < 20_000 { values.insert(random.next() >> UInt64(64 - width)) }
    for value in 1...20_000 { values.insert(UInt64(value)) }
    let mixed = Set(values.map { Section.mix($0, width: width) })
    #expect(mixed.count == values.count && mixed.allSatisfy { $0.leadingZeroBitCount >= 64 - width })
    // Neighbours are spread: of 256 buckets none has more than twice its share.
    var counts = [Int](repeating: 0, count: 256)
    for value in 1...25_600 {
      counts[Int(Section.mix(UInt64(value), width: width) >> UInt64(width - 8))] += 1
    }
    #expect(counts.max()! <= 200)
  }

  @Test("is in the section of its integer's length")
  func sections() {
    func width(_ value: UInt64) -> Int { Section.integer(value, namespace: 1).0.width }
    #expect(width(1) == 32 && width(1 << 32 - 1) == 32 && width(1 << 32) == 36)
    #expect(width(1 << 36 - 1) == 36 && width(1 << 36) == 40 && width(1 << 40) == 48 && width(1 << 48) == 64)
    #expect(width(.max) == 64)
  }

  @Test("belongs to a generation whose manifest and head are read as they were written, and not otherwise")
  func manifest() {
    let manifest = GenerationManifest(
      generation: Self.generation, rules: 3, publisher: "host.example",
      facts: String(repeating: "0b", count: 32),
      images: 5,
      keys: [Arguments.Field(name: "flickr", value: "4"), Arguments.Field(name: "url", value: "1")],
      sections: [
        .init(section: .texts, bits: 0, keys: 1),
        .init(section: Section(namespace: 1, width: 36), bits: 8, keys: 4),
      ], datasets: ["a", "b"], sets: [Array("a".utf8), Array("a,b".utf8)])
    #expect(manifest.bucketCount == 257)
    let text = String(decoding: manifest.bytes, as: UTF8.self)
    #expect(GenerationManifest(manifest.bytes) == manifest)
    for (old, new) in [
      ("set: a,b", "set: a,c"), ("width=36", "width=35"), ("bits=8", "bits=25"), ("bits=8", "bits=08"),
      ("rules: 3", "rules: x"), ("generation: 0", "generation: g"), ("generation 1", "generation 2"),
      ("namespace=1", "namespace=256"), ("dataset: b", "dataset: b "),
    ] {
      #expect(text.contains(old))
      #expect(GenerationManifest(Array(text.replacing(old, with: new).utf8)) == nil, "\(new)")
    }
    #expect(GenerationManifest(manifest.bytes + Array("x\n".utf8)) == nil)
    let head = GenerationHead(
      generation: Self.generation, published: 1, manifest: String(repeating: "0a", count: 32))
    #expect(GenerationHead(head.bytes) == head)
    #expect(GenerationHead(head.bytes + [10]) == nil && GenerationHead([]) == nil)
    #expect(GenerationHead(Array(head.bytes.dropLast(3))) == nil)
  }
}
