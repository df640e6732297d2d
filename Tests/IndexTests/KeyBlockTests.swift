// Blocks: what is packed comes back, and damage is found.

import TestSupport
import Testing

@testable import Index

@Suite("a block of keys")
struct KeyBlockTests {
  private func entries(_ count: Int, span: UInt64, sets: UInt32, seed: UInt64) -> [BlockEntry] {
    var random = SeededGenerator(state: seed)
    let base = UInt64.random(in: 0...(UInt64.max - span), using: &random)
    let keys = Set((0..<count).map { _ in base + UInt64.random(in: 0...span, using: &random) }).sorted()
    return keys.map {
      BlockEntry(key: StoredKey(high: $0, low: 0), set: UInt32.random(in: 1...sets, using: &random))
    }
  }

  @Test(
    "gives back what was packed, whatever the widths",
    arguments: [
      (1, 0, 1), (2, 1, 1), (250, 255, 3), (500, 1 << 40, 1), (300, 1 << 48, 300), (300, UInt64.max, 70_000),
      (200, 1 << 20, 20_000_000), (100, 1 << 63, UInt32.max),
    ] as [(Int, UInt64, UInt32)])
  func roundTrip(count: Int, span: UInt64, sets: UInt32) throws {
    let packed = entries(count, span: span, sets: sets, seed: UInt64(count))
    let bytes = KeyBlock.pack(packed[...], hasSecondHalf: false)
    #expect((IndexLimits.blockBytesMin...IndexLimits.blockBytes).contains(bytes.count))
    var unpacked: [BlockEntry] = []
    try KeyBlock.unpack(bytes.rawSpan, into: &unpacked)
    #expect(unpacked == packed)
  }

  @Test("keeps keys that share their first half apart")
  func sharedFirstHalf() throws {
    let packed = (0..<100).map { BlockEntry(key: StoredKey(high: UInt64($0 / 10), low: UInt64($0)), set: 1) }
    var unpacked: [BlockEntry] = []
    try KeyBlock.unpack(KeyBlock.pack(packed[...], hasSecondHalf: true).rawSpan, into: &unpacked)
    #expect(unpacked == packed)
  }

  @Test("with any one bit flipped is refused")
  func flippedBit() {
    let bytes = KeyBlock.pack(entries(50, span: 1 << 30, sets: 3, seed: 1)[...], hasSecondHalf: false)
    for bit in 0..<(bytes.count * 8) {
      var damaged = bytes
      damaged[bit / 8] ^= 1 << UInt8(bit % 8)
      var unpacked: [BlockEntry] = []
      #expect(throws: IndexError.self) { try KeyBlock.unpack(damaged.rawSpan, into: &unpacked) }
    }
  }

  @Test("cut short is refused")
  func truncated() {
    let bytes = KeyBlock.pack(entries(500, span: 1 << 40, sets: 3, seed: 1)[...], hasSecondHalf: false)
    for count in [0, 1, 31, 32, 33, bytes.count - 1] {
      var unpacked: [BlockEntry] = []
      #expect(throws: IndexError.self) {
        try KeyBlock.unpack(Array(bytes.prefix(count)).rawSpan, into: &unpacked)
      }
    }
  }

  @Test("holds as many keys as the assembler says fit, and not one more")
  func fullBlock() throws {
    var assembler = BlockAssembler(hasSecondHalf: false, limits: IndexLimits())
    var key: UInt64 = 1 << 50
    while assembler.fits(BlockEntry(key: StoredKey(high: key, low: 0), set: 1), groupBytes: 0) {
      assembler.append(BlockEntry(key: StoredKey(high: key, low: 0), set: 1), group: Span())
      key += 1 << 36
    }
    let block = assembler.finish()
    let count = block.entries.count
    #expect(
      try block.packed(limits: IndexLimits(), with: Compression()).bytes.count <= IndexLimits.blockBytes)
    // 6 bytes a key behind the header and two bytes of padding.
    #expect(count == (IndexLimits.blockBytes - KeyBlock.headerBytes - 2) / 6)
  }
}

@Suite("stored keys")
struct StoredKeyTests {
  @Test("of integers are reversible")
  func reversible() {
    var random = SeededGenerator(state: 9)
    for value in [0, 1, .max] + (0..<1_000).map({ _ in random.next() }) {
      #expect(StoredKey(integer: value).integerValue == value)
    }
  }

  @Test("of texts are SipHash-2-4-128, as its authors' test vectors have it")
  func referenceVectors() {
    let secret = IndexSecret(0x0706_0504_0302_0100, 0x0F0E_0D0C_0B0A_0908)
    let empty = StoredKey(text: [UInt8]().span, secret: secret)
    #expect(empty == StoredKey(high: 0xE6A8_25BA_047F_81A3, low: 0x9302_55C7_1472_F66D))
    let one = StoredKey(text: [UInt8](repeating: 0, count: 1).span, secret: secret)
    #expect(one == StoredKey(high: 0x44AF_996B_D8C1_87DA, low: 0x45FC_229B_1159_7634))
  }

  @Test("of the same text differ between two indexes")
  func secrets() {
    let text = Array("example.org/a.jpg".utf8)
    #expect(StoredKey(text: text.span, secret: .random()) != StoredKey(text: text.span, secret: .random()))
  }
}

@Suite("small encodings")
struct EncodingTests {
  @Test("varints come back, and cut ones are refused")
  func varints() {
    for value in [0, 1, 127, 128, 16_383, 16_384, Int.max >> 1] {
      var bytes: [UInt8] = []
      Varint.append(value, to: &bytes)
      #expect(bytes.count == Varint.byteCount(value))
      var offset = 0
      #expect(Varint.read(bytes.span, at: &offset) == value)
      #expect(offset == bytes.count)
      var cut = 0
      #expect(Varint.read(Array(bytes.dropLast()).span, at: &cut) == nil)
    }
  }

  @Test("radix sort sorts, and keeps equal keys in their order", arguments: [0, 1, 255, 257, 5_000])
  func radixSort(count: Int) {
    var random = SeededGenerator(state: 3)
    let items = (0..<count).map {
      (key: UInt64.random(in: 0...UInt64(count / 2), using: &random) << 40, place: $0)
    }
    var sorted = items
    RadixSort.sort(&sorted) { $0.key }
    let expected = items.sorted { ($0.key, $0.place) < ($1.key, $1.place) }
    #expect(sorted.map(\.place) == expected.map(\.place))
  }

  @Test("a dataset's record comes back whole")
  func datasetRecord() throws {
    var record = DatasetRecord(number: 7, slug: "bees")
    record.fields = ["title": "Bees, \t and \n more", "year": "2016"]
    var list = ListRecord()
    list.name = "a.txt b.txt"
    list.sha256 = "ab"
    list.source = "s"
    list.rows = 12
    list.rejected = 3
    list.imagesNew = -4
    record.lists = [list, ListRecord()]
    #expect(try DatasetRecord(number: 7, encoded: record.encoded().span) == record)
    for count in 1..<record.encoded().count where count % 3 == 0 {
      _ = try? DatasetRecord(number: 7, encoded: Array(record.encoded().prefix(count)).span)
    }
  }
}

@Suite("a load edits blocks in place")
struct EditedBlocksTests {
  @Test(
    "up to a share of the index, within a bound, and always some",
    arguments: [(0, 1_024), (4_096, 1_024), (4_100, 1_025), (32_768, 8_192), (1_000_000, 8_192)])
  func bound(blockCount: Int, edited: Int) {
    #expect(IndexLimits().editedBlocks(of: blockCount) == edited)
  }
}
