// Keys of a cross-reference by themselves: whatever comes, and however often, a sweep shows each key once, in order, with
// its labels. And a copy of an open index.

import Foundation
import Platform
import Synchronization
import TestSupport
import Testing

@testable import Index

@Suite("a spool of keys, swept")
struct SpoolTests {
  private struct Visitor: KeySweepVisitor {
    var keys: [(space: UInt8, key: StoredKey, isFound: Bool, labels: [UInt16])] = []
    mutating func visit(_ key: StoredKey, in space: KeySpace, set: UInt32, labels: ArraySlice<UInt16>) {
      keys.append((space.id, key, set != 0, Array(labels)))
    }
  }

  @Test(
    "shows each key once, in order, with its labels, from memory, from runs and from runs of runs",
    arguments: [1 << 20, 4_000, 300])
  func sweep(_ memory: Int) throws {
    let folder = try TemporaryFolder()
    var limits = IndexLimits.tiny
    limits.spoolMemoryBytes = memory
    let index = try Index(
      path: folder.path, spaces: TestSpaces.all, limits: limits, program: "test", texts: nil)
    let rows = (1...50 as ClosedRange<UInt64>).map {
      (key: StoredKey(integer: 2 * $0), space: TestSpaces.photos, isPrimary: true, payload: "")
    }
    _ = try load(rows, into: "ants", mode: .create, index: index, writer: IndexWriter(index))
    var random = SeededGenerator(seed: 3)
    var expected: [UInt64: Set<UInt16>] = [:]
    var spool = index.keySpool(lanes: 2)
    for row in 0..<3_000 {
      let value = UInt64.random(in: 1...100, using: &random)
      let label = UInt16.random(in: 0...2, using: &random)
      expected[value, default: []].insert(label)
      KeySpool.append(
        StoredKey(integer: value), space: TestSpaces.photos.id, label: label, to: &spool.lanes[row % 2])
      if row.isMultiple(of: 5) { try spool.spillIfFull() }
    }
    #expect(try Self.spoolFolders(folder).isEmpty == (memory > 100_000))
    do {
      var sweep = KeySweep(spool, in: index.snapshot)
      var visitor = Visitor()
      var steps = 0
      while try sweep.step(&visitor, keys: 64) { steps += 1 }
      #expect(steps > 0)
      #expect(visitor.keys.map(\.key) == expected.keys.map { StoredKey(integer: $0) }.sorted())
      for entry in visitor.keys {
        let value = entry.key.integerValue
        #expect(entry.labels == expected[value]?.sorted())
        #expect(entry.isFound == value.isMultiple(of: 2))
      }
    }
    #expect(try Self.spoolFolders(folder).isEmpty)
  }

  @Test(
    "counts each key once in its labels and datasets, on however many cores, from memory and from runs",
    arguments: [1, 2, 3], [1 << 24, 60_000])
  func count(_ cores: Int, _ memory: Int) throws {
    let folder = try TemporaryFolder()
    var limits = IndexLimits.tiny
    limits.spoolMemoryBytes = memory
    let index = try Index(
      path: folder.path, spaces: TestSpaces.all, limits: limits, program: "test", texts: nil)
    let writer = IndexWriter(index)
    for (slug, step) in KeyValuePairs<String, UInt64>(dictionaryLiteral: ("ants", 2), ("bees", 3)) {
      let rows = (1...3_000 as ClosedRange<UInt64>).map {
        (key: StoredKey(integer: step * $0), space: TestSpaces.photos, isPrimary: true, payload: "")
      }
      _ = try load(rows, into: slug, mode: .create, index: index, writer: writer)
    }
    var random = SeededGenerator(seed: cores)
    var labels: [UInt64: Set<Int>] = [:]
    var spool = index.keySpool(lanes: cores)
    for row in 0..<60_000 {
      let value = UInt64.random(in: 1...30_000, using: &random)
      let label = Int.random(in: 0...2, using: &random)
      labels[value, default: []].insert(label)
      KeySpool.append(
        StoredKey(integer: value), space: TestSpaces.photos.id, label: UInt16(label),
        to: &spool.lanes[row % cores])
      if row.isMultiple(of: 1_000) { try spool.spillIfFull() }
    }
    #expect(try Self.spoolFolders(folder).isEmpty == (memory > 100_000))

    func isIn(_ slug: String, _ value: UInt64) -> Bool {
      slug == "ants"
        ? value.isMultiple(of: 2) && value <= 6_000 : value.isMultiple(of: 3) && value <= 9_000
    }
    let slugs = ["ants", "bees"]
    var counting = SpoolCount(spool, in: index.snapshot, labelCount: 3)
    var steps = 1
    while try counting.step() { steps += 1 }
    #expect(steps > 1 || cores > 1)
    #expect(counting.keysDone == labels.count && counting.keysTotal == 60_000)
    let counts = counting.counts
    let found = labels.keys.filter { value in slugs.contains { isIn($0, value) } }
    #expect(counts.identifiers == labels.count && counts.images == found.count)
    #expect(counts.memberships == slugs.reduce(0) { sum, slug in sum + labels.keys.count { isIn(slug, $0) } })
    for label in 0...2 {
      #expect(counts.labels[label].identifiers == labels.values.count { $0.contains(label) })
      #expect(counts.labels[label].images == found.count { labels[$0]!.contains(label) })
      for slug in slugs {
        let dataset = try #require(index.snapshot.dataset(slug))
        #expect(
          counts.imagesByLabel(of: dataset)[label]
            == labels.count { isIn(slug, $0.key) && $0.value.contains(label) })
      }
    }
    for slug in slugs {
      let dataset = try #require(index.snapshot.dataset(slug))
      #expect(counts.images(of: dataset) == labels.keys.count { isIn(slug, $0) })
    }
  }

  @Test("of one lane leaves the priority of the thread that sweeps it as it is")
  func priority() throws {
    let folder = try TemporaryFolder()
    var limits = IndexLimits.tiny
    limits.spoolMemoryBytes = 1_000
    let index = try Index(
      path: folder.path, spaces: TestSpaces.all, limits: limits, program: "test", texts: nil)
    let outcome = Mutex<[Int32]>([])
    let thread = try NamedThread("sweeper") {
      // On Linux a thread has a priority of its own.
      let before = getpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0)
      var spool = index.keySpool()
      for value in 1...200 as ClosedRange<UInt64> {
        KeySpool.append(
          StoredKey(integer: value), space: TestSpaces.photos.id, label: 0, to: &spool.lanes[0])
      }
      try? spool.spillIfFull()
      var sweep = KeySweep(spool, in: index.snapshot)
      var visitor = Visitor()
      while (try? sweep.step(&visitor)) == true {}
      let (keys, after) = (
        Int32(visitor.keys.count), getpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0)
      )
      outcome.withLock { $0 = [keys, after - before] }
    }
    thread.join()
    #expect(outcome.withLock { $0 } == [200, 0])
  }

  private static func spoolFolders(_ folder: TemporaryFolder) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path + "/staging").filter { $0.hasPrefix("~") }
  }
}

@Suite("a copy of an open index")
struct IndexCopyTests {
  private static func make(_ folder: TemporaryFolder) throws -> Index {
    let index = try Index(
      path: folder.path, spaces: TestSpaces.all, limits: .tiny, program: "test", texts: nil)
    let rows = (1...2_000 as ClosedRange<UInt64>).map {
      (key: StoredKey(integer: $0), space: TestSpaces.photos, isPrimary: true, payload: "photo \($0)")
    }
    _ = try load(rows, into: "ants", mode: .create, index: index, writer: IndexWriter(index))
    return index
  }

  @Test("is an index with the same keys, as of its beginning, and ends by itself")
  func whole() throws {
    let folder = try TemporaryFolder()
    let index = try Self.make(folder)
    let copy = try IndexCopy(index)
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 10_000)
    var isRemoved = false
    reading: while true {
      if !bytes.isEmpty, !isRemoved {
        _ = try IndexWriter(index).remove("ants", now: 1)
        isRemoved = true
      }
      switch try copy.read(into: &buffer, milliseconds: 1_000) {
      case .bytes(let count): bytes += buffer[..<count]
      case .nothing: continue
      case .end: break reading
      }
    }
    #expect(copy.byteCount == bytes.count)
    let other = try TemporaryFolder()
    try Data(bytes).write(to: URL(fileURLWithPath: other.dataFile))
    let copied = try Index(
      path: other.path, spaces: TestSpaces.all, limits: .tiny, program: "test", texts: nil)
    #expect(copied.snapshot.counts.images == 2_000)
    #expect(index.snapshot.counts.images == 0)
  }

  @Test("that is given up lets go of the index")
  func cancelled() throws {
    let folder = try TemporaryFolder()
    do {
      let index = try Self.make(folder)
      let copy = try IndexCopy(index)
      var buffer = [UInt8](repeating: 0, count: 100)
      _ = try copy.read(into: &buffer, milliseconds: 1_000)
      copy.cancel()
    }
    // A second environment of a folder is refused as long as somebody has the first.
    let again = try Index(
      path: folder.path, spaces: TestSpaces.all, limits: .tiny, program: "test", texts: nil)
    #expect(again.snapshot.counts.images == 2_000)
  }
}
