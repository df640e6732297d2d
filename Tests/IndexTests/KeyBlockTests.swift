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

  @Test(
    "holds as many keys as the assembler says fit, and not one more",
    arguments: [1, 3, 40, 70_000] as [UInt32])
  func fullBlock(sets: UInt32) throws {
    var random = SeededGenerator(state: 4)
    var assembler = BlockAssembler(hasSecondHalf: false, limits: IndexLimits())
    var entries: [BlockEntry] = []
    var high: UInt64 = 1 << 50
    while true {
      high += UInt64.random(in: 1...(1 << 13), using: &random) << 27
      let entry = BlockEntry(
        key: StoredKey(high: high, low: 0), set: UInt32.random(in: 1...sets, using: &random))
      entries.append(entry)
      guard assembler.fits(entry, groupBytes: 0) else { break }
      assembler.append(entry, group: Span())
    }
    #expect(!KeyBlock.header(of: entries[...], hasSecondHalf: false).fits(IndexLimits.blockBytes))
    let block = assembler.finish()
    #expect(block.entries == entries.dropLast())
    let bytes = try block.packed(limits: IndexLimits(), with: Compression()).bytes
    #expect(bytes.count > IndexLimits.blockBytes - 16)
    var unpacked: [BlockEntry] = []
    try KeyBlock.unpack(bytes.rawSpan, into: &unpacked)
    #expect(unpacked == block.entries)
    // The assembler begins with nothing of the block before it.
    for entry in block.entries { assembler.append(entry, group: Span()) }
    let isLastOneFit = assembler.fits(entries[entries.count - 1], groupBytes: 0)
    #expect(!isLastOneFit)
  }

  @Test(
    "is found to have room exactly where its header has, however keys and sets are spread",
    arguments: [false, true], 1...6 as ClosedRange<UInt64>)
  func room(hasSecondHalf: Bool, seed: UInt64) {
    var random = SeededGenerator(state: seed)
    var full = 0
    for round in 0..<6 {
      var shape = BlockShape(hasSecondHalf: hasSecondHalf)
      var entry = BlockEntry(
        key: StoredKey(high: UInt64.random(in: 0..<(1 << 40), using: &random), low: 0), set: 1)
      let unit = [0, 0, 27, 40].randomElement(using: &random)! as UInt64
      // Gaps of one size, of any size, or mostly none; then a key far off, or of another unit, now and then.
      let gap = UInt64(1) << UInt64.random(in: 0...18, using: &random)
      let sets = [1, 2, 60, 70_000].randomElement(using: &random)! as UInt32
      let oddity = [0, 50, 700].randomElement(using: &random)!
      var count = 0
      while count < 9_000 {
        if count > 0 {
          let fits = shape.header(adding: entry).fits(IndexLimits.blockBytes)
          let found = shape.fits(adding: entry)
          guard found == fits else {
            Issue.record("round \(round), entry \(count): \(found)")
            break
          }
          guard fits else {
            full += 1
            break
          }
        }
        shape.append(entry)
        count += 1
        entry.key.high &+= UInt64.random(in: 0...gap, using: &random) << unit
        if oddity > 0, Int.random(in: 0..<oddity, using: &random) == 0 {
          entry.key.high &+= 1 << UInt64.random(in: 0...50, using: &random)
        }
        guard entry.key.high < 1 << 62 else { break }
        entry.set =
          UInt32.random(in: 0..<10, using: &random) == 0 ? .random(in: 1...sets, using: &random) : entry.set
      }
    }
    // Not all keys run out before the room does.
    #expect(full > 0)
  }

  @Test(
    "takes less than two bits a key beside the bits of the gaps, and for a few keys of other sets little more"
  )
  func size() {
    var random = SeededGenerator(state: 5)
    // 24 million ids are this far apart.
    let gap = UInt64(1 << StoredKey.idBits / 24_000_000)
    let keys = (0..<2_000).map { _ in UInt64.random(in: 0..<(2_000 * gap), using: &random) << 27 }
    var entries = Set(keys).sorted().map { BlockEntry(key: StoredKey(high: $0, low: 0), set: 9) }
    let alike = KeyBlock.header(of: entries[...], hasSecondHalf: false)
    #expect(alike.byteCount * 8 < entries.count * 15)
    for place in stride(from: 3, to: entries.count, by: 100) { entries[place].set = UInt32(1 + place % 7) }
    let few = KeyBlock.header(of: entries[...], hasSecondHalf: false)
    #expect(few.exceptions == 20)
    #expect(few.usualSet == 9)
    #expect(few.byteCount - alike.byteCount < 60)
    for place in entries.indices { entries[place].set = UInt32(1 + place % 32) }
    let many = KeyBlock.header(of: entries[...], hasSecondHalf: false)
    #expect(many.exceptions == 0)
    #expect(many.setBits == 5)
  }

  @Test("is refused where it says that it has more than fits, or nothing")
  func bounds() {
    func header(_ count: UInt64, lowerBits: UInt64, unit: UInt64, setBits: UInt64, exceptions: UInt64 = 0)
      -> BlockHeader
    {
      var bytes: [UInt8] = []
      LittleEndian.append(count, bytes: 2, to: &bytes)
      LittleEndian.append(lowerBits | unit << 8 | setBits << 16, bytes: 6, to: &bytes)
      LittleEndian.append(0, bytes: 8, to: &bytes)
      LittleEndian.append(0, bytes: 8, to: &bytes)
      LittleEndian.append(exceptions, bytes: 8, to: &bytes)
      return BlockHeader(bytes.rawSpan)
    }
    let size = IndexLimits.blockBytes
    #expect(header(100, lowerBits: 56, unit: 7, setBits: 32).fits(size))
    #expect(!header(0, lowerBits: 8, unit: 0, setBits: 1).fits(size))
    #expect(!header(100, lowerBits: 57, unit: 0, setBits: 1).fits(size))
    #expect(!header(100, lowerBits: 56, unit: 8, setBits: 1).fits(size))
    #expect(!header(100, lowerBits: 1, unit: 0, setBits: 33).fits(size))
    #expect(header(100, lowerBits: 8, unit: 0, setBits: 1, exceptions: 99).fits(size))
    #expect(!header(100, lowerBits: 8, unit: 0, setBits: 1, exceptions: 100).fits(size))
    let largest = (1...UInt64(UInt16.max)).last { header($0, lowerBits: 8, unit: 0, setBits: 1).fits(size) }
    #expect(largest.map { header($0, lowerBits: 8, unit: 0, setBits: 1).byteCount <= size } == true)
    #expect(largest.map { header($0 + 1, lowerBits: 8, unit: 0, setBits: 1).byteCount > size } == true)
  }

  @Test("tells how many parts its listings have, up to 253")
  func parts() {
    for count in [0, 1, 2, 253] {
      #expect(PartCount(count).allows(count))
      #expect(!PartCount(count).allows(count + 1))
      if count > 0 { #expect(!PartCount(count).allows(count - 1)) }
    }
    #expect(PartCount(254) == PartCount(5_000))
    #expect(PartCount(254).allows(60_000) && !PartCount(254).allows(253))
    #expect(PartCount.unknown.allows(0) && PartCount.unknown.allows(9))
  }

  @Test("has a mark of its listings that tells what is listed for which key, in which part")
  func mark() {
    func mark(_ listed: [String]) -> ListingsMark {
      var groups = ListingGroups()
      for text in listed { groups.append(Array(text.utf8).span) }
      return ListingsMark(groups)
    }
    #expect(mark([]) == .unknown && mark(["", ""]) == .unknown)
    let marks = [["ab", "c"], ["a", "bc"], ["abc"], ["", "abc"], ["abc", ""], ["abd"]].map(mark)
    #expect(Set(marks.map(\.rawValue)).count == marks.count)
    #expect(marks.allSatisfy { $0 != .unknown && $0.rawValue < 1 << 48 })
    #expect(mark(["ab", "c"]) == marks[0])
    let seeds = (0...65_535).map(marks[0].seed) + (0...65_535).map(marks[1].seed)
    #expect(Set(seeds).count == seeds.count)
    #expect(ListingsMark.unknown.seed(ofPart: 0) == ListingsMark.unknown.seed(ofPart: 7))
  }
}

@Suite("stored keys")
struct StoredKeyTests {
  @Test("of integers are reversible")
  func reversible() {
    var random = SeededGenerator(state: 9)
    let border = UInt64(1) << StoredKey.idBits
    let values =
      [0, 1, border - 1, border, border + 1, .max - 1, .max] + (0..<1_000).map { _ in random.next() }
    for value in values + values.map({ $0 >> 27 }) + values.map({ $0 << 37 }) {
      let key = StoredKey(integer: value)
      #expect(key.integerValue == value)
      // Only ids end with as many zeros as the blocks leave out.
      #expect((key.high << StoredKey.idBits == 0) == (value < border))
    }
  }

  @Test(
    "of integers spread evenly, whatever pattern they have",
    arguments: [(0, 1), (53_000_000_000, 1), (0, 1 << 21), (1 << 40, 1), (1 << 37, 1 << 37), (7, 65_536)]
      as [(UInt64, UInt64)])
  func spread(first: UInt64, step: UInt64) {
    // 65,536 balls in 256 boxes by their leading bits, and by the bits behind those: chi-squared with 255 degrees of freedom
    // is above 360 once in 100,000 times.
    for shift in [56, 48, 32] as [UInt64] {
      var boxes = [Int](repeating: 0, count: 256)
      for place in 0..<(1 << 16) as Range<UInt64> {
        boxes[Int(StoredKey(integer: first + place * step).high >> shift & 0xFF)] += 1
      }
      let squares = boxes.reduce(0) { $0 + ($1 - 256) * ($1 - 256) }
      #expect(squares / 256 < 360, "\(shift)")
    }
  }

  @Test("of texts are 96 bits of SipHash-2-4-128, as its authors' test vectors have it")
  func referenceVectors() {
    let secret = IndexSecret(0x0706_0504_0302_0100, 0x0F0E_0D0C_0B0A_0908)
    let empty = StoredKey(text: [UInt8]().span, secret: secret)
    #expect(empty == StoredKey(high: 0xE6A8_25BA_047F_81A3, low: 0x9302_55C7))
    let one = StoredKey(text: [UInt8](repeating: 0, count: 1).span, secret: secret)
    #expect(one == StoredKey(high: 0x44AF_996B_D8C1_87DA, low: 0x45FC_229B))
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

@Suite("blocks are edited in place")
struct EditedBlocksTests {
  private static let blockBytes = 4_096

  @Test("by an erasure within a bound of bytes, however many blocks of the index these are")
  func erasures() {
    let limits = IndexLimits()
    func edited(_ blockCount: Int, _ byteCount: Int) -> Int {
      limits.editedBlocks(of: blockCount, byteCount: byteCount)
    }
    #expect(edited(11_000, 11_000 * Self.blockBytes) == 11_000)
    #expect(edited(32_768, 32_768 * Self.blockBytes) == 32_768)
    #expect(edited(32_769, 32_769 * Self.blockBytes) == 32_768)
    #expect(edited(10_000, 10_000 * 16 * Self.blockBytes) == 2_048)
  }
}
