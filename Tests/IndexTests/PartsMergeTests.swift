// A merge by parts gives what a merge in one piece gives, whatever parts there are and however many threads take them; and
// one that fails leaves nothing behind.

import Platform
import Synchronization
import TestSupport
import Testing

@testable import Index

/// Changes bytes of a file.
private func change(_ path: String, _ body: (inout [UInt8]) -> Void) throws {
  let file = try SystemFile(reading: path)
  var bytes = [UInt8](repeating: 0, count: try file.status().byteCount)
  _ = try file.read(bytes.count, at: 0, into: &bytes)
  body(&bytes)
  try Folder.replaceFile(path, with: bytes)
}

private typealias Row = (key: StoredKey, space: KeySpace, isPrimary: Bool, payload: String)

@Suite("a merge by parts")
struct PartsMergeTests {
  /// Everything that an index answers, in order of the keys.
  private struct Contents: Equatable {
    var keys: [UInt8: [StoredKey]] = [:]
    var sets: [UInt8: [[UInt16]]] = [:]
    var listings: [UInt8: [[UInt8]]] = [:]
    var counts = IndexCounts()

    init(_ snapshot: Snapshot) throws {
      counts = snapshot.counts
      for space in TestSpaces.all {
        #expect(snapshot.young[space.id] == nil)
        for block in 0..<(snapshot.directories[space.id]?.count ?? 0) {
          var entries: [BlockEntry] = []
          try snapshot.unpackBlock(block, of: space, into: &entries)
          let groups = try snapshot.groups(
            ofBlock: block, of: space, .blocks, keys: entries.count, with: Compression())
          for (place, entry) in entries.enumerated() {
            keys[space.id, default: []].append(entry.key)
            sets[space.id, default: []].append(
              snapshot.sets[Int(space.id)].tokens(of: entry.set).map(\.rawValue))
            listings[space.id, default: []].append(Array(groups[place]))
          }
        }
        #expect(keys[space.id] == keys[space.id]?.sorted())
      }
    }
  }

  private static func limits(threads: Int, partKeys: Int) -> IndexLimits {
    var limits = IndexLimits.tiny
    limits.mergeThreads = threads
    limits.mergedPartKeys = partKeys
    limits.stagingMemoryBytes = 60_000
    // So that each load writes a new generation, and each erasure too.
    limits.youngRowsMax = 0
    limits.editedKeysMax = 0
    return limits
  }

  /// Keys at the borders of parts, and on both sides of them.
  private static func border(_ random: inout SeededGenerator) -> UInt64 {
    let bits = UInt64.random(in: 1...12, using: &random)
    let border = UInt64.random(in: 0..<(1 << bits), using: &random) << (64 - bits)
    return border &+ [0, 1, .max].randomElement(using: &random)!
  }

  private static func rows(_ count: Int, _ random: inout SeededGenerator) -> [Row] {
    (0..<count).map { _ in
      let value = UInt64.random(in: 1...UInt64(2 * count), using: &random)
      let payload = Bool.random(using: &random) ? "" : "row \(value % 7)"
      switch Int.random(in: 0..<10, using: &random) {
      case 0...2: return (StoredKey(integer: value), TestSpaces.photos, true, payload)
      case 3: return (StoredKey(high: border(&random), low: 0), TestSpaces.photos, true, payload)
      case 4, 5:
        // One run of equal leading bits, all of which are in one part.
        return (StoredKey(high: 7 << 44 | value << 27, low: 0), TestSpaces.photos, true, payload)
      case 6, 7:
        let low = [0, 5, UInt64(UInt32.max)].randomElement(using: &random)!
        return (StoredKey(high: border(&random), low: low), TestSpaces.texts, false, "text \(value)")
      case 8: return (StoredKey(high: 1 << 63, low: 3), TestSpaces.accounts, false, "photo \(value)")
      default: return (StoredKey(integer: value % 5), TestSpaces.accounts, false, "photo \(value)")
      }
    }
  }

  /// Loads, an append, a replacement, a removal, a compaction and an erasure; what the index answers after each, and its
  /// blocks after the first.
  private static func history(_ limits: IndexLimits) throws -> (contents: [Contents], fences: [[StoredKey]]) {
    let folder = try TemporaryFolder()
    var random = SeededGenerator(state: 11)
    let index = try Index(
      path: folder.path, spaces: TestSpaces.all, limits: limits, program: "test", texts: nil)
    let writer = IndexWriter(index)
    var contents: [Contents] = []
    func see() throws {
      while try writer.sweep() {}
      #expect(!writer.hasGarbage)
      contents.append(try Contents(index.snapshot))
    }
    _ = try load(rows(3_000, &random), into: "ants", mode: .create, index: index, writer: writer)
    try see()
    let fences = TestSpaces.all.map { space in
      let directory = index.snapshot.directories[space.id]
      return (0..<(directory?.count ?? 0)).map { directory!.place($0).fence }
    }
    _ = try load(rows(2_500, &random), into: "bees", mode: .create, index: index, writer: writer)
    try see()
    _ = try load(rows(900, &random), into: "ants", mode: .append, index: index, writer: writer)
    try see()
    _ = try load(rows(1_500, &random), into: "bees", mode: .replace, index: index, writer: writer)
    try see()
    _ = try writer.remove("ants", now: 1)
    for space in TestSpaces.all { try writer.dropRemains(of: space) }
    try see()
    let erased = try #require(contents.last?.keys[TestSpaces.photos.id]?.prefix(40))
    let outcome = try writer.erase(
      erased.map { IndexKey(TestSpaces.photos.id, $0) }, ErasureRecord.Cause(time: 1))
    #expect(outcome.images == 40)
    try see()
    _ = try load(rows(1_000, &random), into: "cats", mode: .create, index: index, writer: writer)
    try see()
    return (contents, fences)
  }

  private static let whole = Result { try history(limits(threads: 1, partKeys: 1 << 20)) }

  @Test(
    "gives what one in one piece gives", arguments: [1, 2, 7], [120, 1_500])
  func same(threads: Int, partKeys: Int) throws {
    let whole = try Self.whole.get()
    let parts = try Self.history(Self.limits(threads: threads, partKeys: partKeys))
    #expect(parts.contents.count == whole.contents.count)
    for (step, (part, whole)) in zip(parts.contents, whole.contents).enumerated() {
      #expect(part == whole, "step \(step)")
    }
  }

  @Test("writes the same blocks whatever number of threads there is")
  func sameBlocks() throws {
    let fences = try [1, 2, 7].map { try Self.history(Self.limits(threads: $0, partKeys: 700)).fences }
    #expect(fences[0].allSatisfy { !$0.isEmpty })
    #expect(fences[1] == fences[0])
    #expect(fences[2] == fences[0])
  }

  @Test("counts images that were left out once, in whichever part they are", arguments: [1, 7])
  func leftOut(threads: Int) throws {
    let folder = try TemporaryFolder()
    let index = try Index(
      path: folder.path, spaces: TestSpaces.all, limits: Self.limits(threads: threads, partKeys: 30),
      program: "test", texts: nil)
    let writer = IndexWriter(index)
    let rows = (1...500).map { (StoredKey(integer: $0), TestSpaces.photos, true, "") } as [Row]
    let erased = (1...100 as ClosedRange<UInt64>).map {
      IndexKey(TestSpaces.photos.id, StoredKey(integer: $0))
    }
    _ = try writer.erase(erased, ErasureRecord.Cause(time: 1))
    let outcome = try load(rows, into: "ants", mode: .create, index: index, writer: writer)
    #expect(outcome.imagesLeftOut == 100)
    #expect(index.snapshot.counts.images == 400)
    // All of it is left out: nothing is written, and all is counted.
    let gone = try load(Array(rows.prefix(100)), into: "bees", mode: .create, index: index, writer: writer)
    #expect(gone.imagesLeftOut == 100)
    #expect(index.snapshot.counts.images == 400)
  }

  @Test("that fails changes nothing, and leaves nothing but garbage that is swept", arguments: [1, 2, 7])
  func failure(threads: Int) throws {
    let folder = try TemporaryFolder()
    var random = SeededGenerator(state: 5)
    let index = try Index(
      path: folder.path, spaces: TestSpaces.all, limits: Self.limits(threads: threads, partKeys: 500),
      program: "test", texts: nil)
    let writer = IndexWriter(index)
    _ = try load(Self.rows(4_000, &random), into: "ants", mode: .create, index: index, writer: writer)
    while try writer.sweep() {}
    let before = try Contents(index.snapshot)
    var staged = try index.openLoad(LoadManifest(slug: "bees", source: "test", mode: .create))
    for value in 1...60_000 as ClosedRange<UInt64> {
      staged.append(StoredKey(integer: value), space: TestSpaces.photos.id, isPrimary: true, payload: [])
    }
    staged.endBlock(accepted: 60_000, rejected: 0)
    try staged.spill()
    let path = "\(folder.path)/staging/bees.test/000001.run"
    // In the rows of the last piece but one.
    try change(path) { $0[5 * (RunFile.pieceBytes + RunFile.pieceHeaderBytes) + 4_001] ^= 1 }
    let error = #expect(throws: IndexError.self) {
      try writer.commit(&staged, sha256: "", ruleVersion: 1, now: 1)
    }
    #expect(error?.foundDamage?.contains("000001.run") == true)
    #expect(try Contents(index.snapshot) == before)
    #expect(writer.hasGarbage)
    while try writer.sweep() {}
    #expect(!writer.hasGarbage)
    #expect(try Contents(index.snapshot) == before)
  }

  @Test("uses no more threads than there are parts, or than pieces of runs have memory for")
  func threads() throws {
    let folder = try TemporaryFolder()
    let index = try Index(
      path: folder.path, spaces: TestSpaces.all, limits: .tiny, program: "test", texts: nil)
    // Of two lanes the bare keys are one source.
    var lanes = [StagingLane](repeating: StagingLane(spaces: index.snapshot.spaces), count: 8)
    for lane in lanes.indices {
      lanes[lane].append(StoredKey(integer: 9), space: 1, isPrimary: true, payload: Span())
    }
    let input = MergeInput(
      SpaceDraft(TestSpaces.photos, sets: DatasetSets(), setsMax: 9), snapshot: index.snapshot,
      state: index.state.withLock { $0 }, dataset: 1,
      staged: try StagedSources(TestSpaces.photos, runs: [], lanes: &lanes))
    func count(_ threads: Int, bits: Int, pieces: Int, and bytes: Int = 0) -> Int {
      var limits = IndexLimits.tiny
      limits.mergeThreads = threads
      limits.mergedPiecesBytes = 4 * pieces * RunFile.pieceBytes + bytes
      return PartsMerge.threadCount(input, bits: bits, limits: limits)
    }
    #expect(count(7, bits: 3, pieces: 100) == 7)
    #expect(count(7, bits: 2, pieces: 100) == 4)
    #expect(count(7, bits: 0, pieces: 100) == 1)
    #expect(count(7, bits: 3, pieces: 3) == 3)
    #expect(count(7, bits: 3, pieces: 3, and: -1) == 2)
    #expect(count(7, bits: 3, pieces: 0) == 1)
  }
}

@Suite("parts of keys")
struct KeyPartTests {
  @Test("have each key once", arguments: [0, 1, 5, 9])
  func ranges(bits: Int) {
    var least: UInt64 = 0
    for number in 0..<KeyPart.count(bits: bits) {
      let part = KeyPart(number: number, bits: bits)
      #expect(part.lowest == least)
      #expect(part.highest >= part.lowest)
      let entries = [
        StoredKey(high: part.lowest, low: 0), StoredKey(high: part.highest, low: UInt64(UInt32.max)),
      ].map { BlockEntry(key: $0, set: 1) }
      #expect(part.range.places(in: entries) == 0..<2)
      let before = BlockEntry(key: StoredKey(high: part.lowest &- 1, low: UInt64(UInt32.max)), set: 1)
      if number > 0 { #expect(part.range.places(in: [before]).isEmpty) }
      let behind = BlockEntry(key: StoredKey(high: part.highest &+ 1, low: 0), set: 1)
      if part.highest < .max { #expect(part.range.places(in: [behind]).isEmpty) }
      least = part.highest &+ 1
    }
    #expect(least == 0)
  }

  @Test("are as many as keep each within the bounds, and one more key or byte makes more")
  func bits() {
    var limits = IndexLimits()
    (limits.mergedPartKeys, limits.mergedPartBytes) = (100, 1_000)
    func bits(_ keys: Int, _ bytes: Int) -> Int {
      KeyPart.bits(keys: keys, byteCount: bytes, limits: limits)
    }
    #expect(bits(0, 0) == 0)
    #expect(bits(100, 1_000) == 0)
    #expect(bits(101, 0) == 1)
    #expect(bits(0, 1_001) == 1)
    #expect(bits(200, 2_000) == 1)
    #expect(bits(201, 2_000) == 2)
    #expect(bits(200, 2_001) == 2)
    #expect(bits(100 << 12, 0) == 12)
    #expect(bits(.max / 2, .max / 2) == IndexLimits.mergedPartBitsMax)
  }
}

@Suite("staged rows by parts")
struct StagedPartTests {
  private static let count = 27_000

  /// Several pieces of rows, in a run or in memory.
  private static func sources(
    _ folder: TemporaryFolder, isBare: Bool, isRun: Bool, _ body: (inout [UInt8]) -> Void = { _ in }
  ) throws -> StagedSources {
    let space = isBare ? TestSpaces.photos : TestSpaces.texts
    var lanes = [StagingLane(spaces: [space.id: space])]
    for value in 0..<UInt64(count) {
      // Three rows a key, some of them at the borders of parts.
      let high = value % 9 < 3 ? (value / 9 % 64) << 58 : StoredKey.mix(value / 3)
      let payload = isBare ? [] : Array("row \(value)".utf8)
      lanes[0].append(
        StoredKey(high: high, low: isBare ? 0 : value / 3 % 2), space: space.id, isPrimary: isBare,
        payload: payload.span)
    }
    guard isRun else { return try StagedSources(space, runs: [], lanes: &lanes) }
    lanes[0].sort()
    let run = try RunFile.write(
      [(space.id, lanes[0].rows(space.id))], progress: LoadProgress(), folder: folder.path, name: "1.run")
    let path = "\(folder.path)/1.run"
    try change(path, body)
    var none: [StagingLane] = []
    return try StagedSources(
      space, runs: [StagedRun(path: path, sections: run.sections)], lanes: &none)
  }

  private static func groups(_ merge: consuming StagedMerge) throws -> [String] {
    var groups: [String] = []
    while try merge.advance() {
      let payloads = (0..<merge.group.payloadCount).map {
        String(decoding: merge.group.payload($0), as: UTF8.self)
      }
      groups.append("\(merge.group.key) \(payloads)")
    }
    return groups
  }

  @Test("are all rows, each once and in order", arguments: [true, false], [true, false])
  func all(isBare: Bool, isRun: Bool) throws {
    let folder = try TemporaryFolder()
    var sources = try Self.sources(folder, isBare: isBare, isRun: isRun)
    let whole = try Self.groups(sources.merge())
    #expect(whole.count > 5_000)
    for bits in [1, 3, 6] {
      try sources.divide(bits: bits)
      var parts: [String] = []
      for number in 0..<KeyPart.count(bits: bits) {
        parts += try Self.groups(sources.merge(KeyPart(number: number, bits: bits)))
      }
      #expect(parts == whole, "\(bits) bits")
    }
  }

  @Test("of a run whose pieces changed places are refused, and not lost")
  func misplaced() throws {
    let folder = try TemporaryFolder()
    let stride = RunFile.pieceBytes + RunFile.pieceHeaderBytes
    var sources = try Self.sources(folder, isBare: true, isRun: true) { bytes in
      let first = Array(bytes[stride..<(2 * stride)])
      bytes.replaceSubrange(stride..<(2 * stride), with: bytes[(2 * stride)..<(3 * stride)])
      bytes.replaceSubrange((2 * stride)..<(3 * stride), with: first)
    }
    #expect(throws: IndexError.self) { try sources.divide(bits: 4) }
    #expect(throws: IndexError.self) { _ = try Self.groups(sources.merge()) }
  }

  @Test("of a damaged run are refused, whichever byte of a piece's head is wrong", arguments: 0..<20)
  func damaged(byte: Int) throws {
    let folder = try TemporaryFolder()
    let stride = RunFile.pieceBytes + RunFile.pieceHeaderBytes
    var sources = try Self.sources(folder, isBare: true, isRun: true) { $0[2 * stride + byte] ^= 0x10 }
    #expect(throws: IndexError.self) {
      try sources.divide(bits: 6)
      for number in 0..<KeyPart.count(bits: 6) {
        _ = try Self.groups(sources.merge(KeyPart(number: number, bits: 6)))
      }
    }
  }
}

@Suite("parts under way")
struct PartsUnderWayTests {
  private static func block(_ byteCount: Int) -> AssembledBlock {
    AssembledBlock(
      lastKey: StoredKey(high: 0, low: 0), bytes: [UInt8](repeating: 0, count: byteCount), listingParts: [],
      listedBytes: 0)
  }

  private static func add(_ byteCount: Int, of part: Int, to parts: inout PartsUnderWay) -> Bool {
    parts.add([block(byteCount)], of: part)
  }

  /// Bytes of the blocks that come next; -1 for having to wait, nil at the end.
  private static func next(_ parts: inout PartsUnderWay) throws -> Int? {
    switch try parts.next() {
    case .blocks(let blocks): blocks.reduce(0) { $0 + $1.byteCount }
    case .wait: -1
    case .end: nil
    }
  }

  @Test("are taken in order, and stored in order whichever ends first")
  func order() throws {
    var parts = PartsUnderWay(count: 3, bytesMax: 1_000)
    #expect(try Self.next(&parts) == -1)
    let taken = (0..<4).map { _ in parts.take() }
    #expect(taken == [0, 1, 2, nil])
    #expect(Self.add(20, of: 2, to: &parts) == true)
    parts.end(2, MergeTally(imagesLeftOut: 1, vanished: [StoredKey(high: 9, low: 0)]))
    #expect(Self.add(10, of: 1, to: &parts) == true)
    #expect(try Self.next(&parts) == -1)
    parts.end(0, MergeTally(imagesLeftOut: 2, vanished: [StoredKey(high: 1, low: 0)]))
    #expect(try Self.next(&parts) == 10)
    #expect(try Self.next(&parts) == -1)
    #expect(Self.add(5, of: 1, to: &parts) == true)
    parts.end(1, MergeTally())
    #expect(try Self.next(&parts) == 5)
    #expect(try Self.next(&parts) == 20)
    #expect(try Self.next(&parts) == nil)
    #expect(parts.tally.imagesLeftOut == 3)
    #expect(parts.tally.vanished == [1, 9].map { StoredKey(high: $0, low: 0) })
  }

  @Test("have room for their bound, half of it for the first, and no more")
  func room() throws {
    var parts = PartsUnderWay(count: 3, bytesMax: 100)
    for _ in 0..<3 { _ = parts.take() }
    #expect(Self.add(51, of: 1, to: &parts) == false)
    #expect(Self.add(50, of: 1, to: &parts) == true)
    #expect(Self.add(1, of: 2, to: &parts) == false)
    // The first one is not refused while nothing of it waits.
    #expect(Self.add(30, of: 0, to: &parts) == true)
    #expect(Self.add(21, of: 0, to: &parts) == false)
    #expect(Self.add(20, of: 0, to: &parts) == true)
    #expect(parts.waitingBytes == 100)
    #expect(try Self.next(&parts) == 50)
    #expect(Self.add(500, of: 0, to: &parts) == true)
    #expect(try Self.next(&parts) == 500)
    #expect(parts.waitingBytes == 50)
    parts.end(0, MergeTally())
    #expect(try Self.next(&parts) == 50)
    #expect(parts.waitingBytes == 0)
  }

  @Test("fail with the first failure, and none is taken then")
  func failure() throws {
    var parts = PartsUnderWay(count: 3, bytesMax: 100)
    let first = parts.take()
    #expect(first == 0)
    #expect(Self.add(1, of: 0, to: &parts) == true)
    parts.fail(.full("first"))
    parts.fail(.full("second"))
    #expect(parts.isStopped)
    let second = parts.take()
    #expect(second == nil)
    let error = #expect(throws: IndexError.self) { _ = try parts.next() }
    #expect(error?.description == "full: first")
  }
}

@Suite("bare keys of two lanes")
struct BareKeyPairTests {
  @Test("come in order, from any key on, in pieces of any size, one that both have twice")
  func merged() {
    var random = SeededGenerator(seed: 5)
    for (ones, others) in [(0, 0), (0, 3), (3, 0), (1, 1), (200, 5), (5, 200), (300, 300)] {
      func keys(_ count: Int) -> [UInt64] {
        (0..<count).map { _ in UInt64.random(in: 0...500, using: &random) << 50 }.sorted()
      }
      let (one, other) = (keys(ones), keys(others))
      for lowest in [0, 1, 1 << 50, 250 << 50, 500 << 50, UInt64.max] {
        for piece in [1, 7, 10_000] {
          var pair = BareKeyPair(one, other, from: lowest)
          var (found, bytes): ([UInt64], [UInt8]) = ([], [])
          repeat {
            pair.next(piece, into: &bytes)
            #expect(bytes.count <= 8 * piece)
            for place in stride(from: 0, to: bytes.count, by: 8) {
              found.append(LittleEndian.load(8, from: bytes.rawSpan, at: place))
            }
          } while !bytes.isEmpty
          #expect(found == (one + other).filter { $0 >= lowest }.sorted())
        }
      }
    }
  }
}
