// Small loads go into a young level, which answers before the blocks do and is folded into them later.

import LMDB
import Synchronization
import TestSupport
import Testing

@testable import Index

private typealias Row = (key: StoredKey, space: KeySpace, isPrimary: Bool, payload: String)

private func photos(_ ids: some Sequence<Int>, payload: (Int) -> String = { _ in "" }) -> [Row] {
  ids.map { (StoredKey(integer: UInt64($0)), TestSpaces.photos, true, payload($0)) }
}

private func openIndex(_ folder: TemporaryFolder, _ limits: IndexLimits = .tiny) throws -> Index {
  try Index(path: folder.path, spaces: TestSpaces.all, limits: limits, program: "test", texts: nil)
}

/// What a walk shows: keys in the order of the walk, their datasets, and the payloads in front of each.
private struct Shown: ListingVisitor, Equatable {
  var keys: [StoredKey] = []
  var datasets: [[Int]] = []
  var payloads: [[String]] = []
  private var pending: [String] = []

  mutating func visit(_ payload: ArraySlice<UInt8>, of dataset: Int, key: StoredKey, in space: KeySpace) {
    pending.append("\(dataset) \(String(decoding: payload, as: UTF8.self))")
  }

  mutating func leave(_ key: StoredKey, in space: KeySpace, datasets: [DatasetToken]) {
    keys.append(key)
    self.datasets.append(datasets.map(\.dataset))
    payloads.append(pending)
    pending = []
  }

  init(_ snapshot: Snapshot) throws {
    var walk = ListingWalk(snapshot, dataset: nil)
    while try walk.step(&self) {}
  }
}

private func damages(_ index: Index) throws -> [String] {
  var verification = try Verification(index, texts: nil)
  while try verification.step() {}
  #expect(verification.blocksDone == verification.blocksTotal)
  return verification.damages.map { "\($0.database): \($0.what)" }
}

extension IndexWriter {
  fileprivate func foldAll() throws { while try fold() {} }
}

extension Index {
  fileprivate func young(_ space: KeySpace = TestSpaces.photos) -> Int {
    snapshot.young[space.id]?.directory.keyCount ?? 0
  }
}

@Suite("the young level")
struct YoungLevelTests {
  private static let space = TestSpaces.photos

  /// An index whose blocks have 5,000 photos of `ants`, and the writer of it.
  private static func make(_ folder: TemporaryFolder, _ limits: IndexLimits = .tiny) throws -> IndexWriter {
    let index = try openIndex(folder, limits)
    let writer = IndexWriter(index)
    _ = try load(
      photos(1...5_000) { $0.isMultiple(of: 3) ? "a\($0)" : "" }, into: "ants", mode: .create, index: index,
      writer: writer)
    #expect(index.young() == 0)
    return writer
  }

  @Test("takes a small load, and the blocks stay as they are")
  func smallLoad() throws {
    let folder = try TemporaryFolder()
    let writer = try Self.make(folder)
    let index = writer.index
    let before = index.snapshot
    // Half of them are in the blocks.
    let outcome = try load(
      photos(4_951...5_050) { "b\($0)" }, into: "bees", mode: .create, index: index, writer: writer)
    #expect(outcome.list.imagesNew == 50)
    #expect(outcome.list.membershipsNew == 100)
    let after = index.snapshot
    #expect(after.generations == before.generations)
    #expect(after.directories[1] === before.directories[1])
    #expect(index.young() == 100)
    #expect(index.state.withLock { $0.young } == [1: 50])
    for id in [1, 4_950, 4_951, 5_000, 5_001, 5_050, 5_051] {
      let key = StoredKey(integer: UInt64(id))
      let expected = [(1...5_000).contains(id) ? "ants" : "", (4_951...5_050).contains(id) ? "bees" : ""]
      #expect(
        try after.datasets(of: key, space: 1).map { after.datasets[$0]!.slug }
          == expected.filter { !$0.isEmpty })
      var listed = (4_951...5_050).contains(id) ? ["b\(id)"] : []
      if id <= 5_000, id.isMultiple(of: 3) { listed.insert("a\(id)", at: 0) }
      #expect(
        try after.listings(of: key, space: 1, limit: 9).map { String(decoding: $0.payload, as: UTF8.self) }
          == listed)
      var parts = try KeyListings(after, of: key, space: 1)
      var read: [String] = []
      while try parts.next({ read.append(String(decoding: $1, as: UTF8.self)) }) {}
      #expect(read == listed)
    }
    #expect(try before.datasets(of: StoredKey(integer: 5_001), space: 1).isEmpty)
    #expect(try damages(index) == [])
  }

  @Test("is walked over with the blocks, in the order of the keys, each once")
  func walk() throws {
    let folder = try TemporaryFolder()
    let writer = try Self.make(folder)
    let index = writer.index
    for round in 0..<4 {
      _ = try load(
        photos(stride(from: 1 + round, to: 7_000, by: 83)) { "b\($0) \(round)" }, into: "bees",
        mode: round == 0 ? .create : .append, index: index, writer: writer)
    }
    let young = try Shown(index.snapshot)
    #expect(index.young() > 300)
    #expect(young.keys == young.keys.sorted())
    #expect(Set(young.keys).count == young.keys.count)
    #expect(young.keys.count == index.snapshot.counts.keys)
    try writer.foldAll()
    #expect(index.young() == 0)
    #expect(try Shown(index.snapshot) == young)
    #expect(try damages(index) == [])
  }

  @Test("is folded in steps of some blocks, between which all answers are the same, also after a restart")
  func foldedInSteps() throws {
    let folder = try TemporaryFolder()
    var limits = IndexLimits.tiny
    limits.foldedBlocks = 1
    var steps = 0
    var expected: Shown?
    do {
      let writer = try Self.make(folder, limits)
      let index = writer.index
      _ = try load(
        photos(4_000...5_500) { "b\($0)" }, into: "bees", mode: .create, index: index, writer: writer)
      expected = try Shown(index.snapshot)
      var left = index.young()
      while steps < 2, try writer.fold() {
        steps += 1
        #expect(index.young() < left)
        left = index.young()
        #expect(try Shown(index.snapshot) == expected)
        #expect(try damages(index) == [])
      }
      #expect(left > 0)
    }
    let index = try openIndex(folder, limits)
    #expect(index.young() > 0)
    #expect(try Shown(index.snapshot) == expected)
    let writer = IndexWriter(index)
    while try writer.fold() { steps += 1 }
    #expect(steps > 4)
    #expect(index.young() == 0)
    #expect(index.state.withLock { $0.young } == [1: 0])
    #expect(try Shown(index.snapshot) == expected)
    #expect(try damages(index) == [])
  }

  @Test("is not folded while it is small, nor while somebody holds an old snapshot")
  func whenFolded() throws {
    let folder = try TemporaryFolder()
    let writer = try Self.make(folder)
    let index = writer.index
    let share = 5_000 / index.limits.youngShare
    _ = try load(photos(1...share), into: "bees", mode: .create, index: index, writer: writer)
    #expect(try !writer.fold())
    #expect(!writer.isFolding)
    var old: Snapshot? = index.snapshot
    _ = try load(photos(6_000...6_000), into: "bees", mode: .append, index: index, writer: writer)
    #expect(index.young() == share + 1)
    #expect(try !writer.fold())
    #expect(old?.version == index.snapshot.version - 1)
    old = nil
    #expect(try writer.fold())
    try writer.foldAll()
    #expect(index.young() == 0)
  }

  @Test("keeps nothing of a number that a set had whose keys are all shadowed, and that another set has now")
  func reusedSets() throws {
    let folder = try TemporaryFolder()
    var limits = IndexLimits.tiny
    limits.youngBytesMax = 1 << 20
    let index = try openIndex(folder, limits)
    let writer = IndexWriter(index)
    _ = try load(photos(1...300), into: "ants", mode: .create, index: index, writer: writer)
    // Each load gives all of its keys another set, so that those which the blocks name have none.
    for (number, slug) in ["bees", "cats", "dogs", "eels"].enumerated() {
      _ = try load(photos(1...(300 - number)), into: slug, mode: .create, index: index, writer: writer)
      #expect(try damages(index) == [])
      #expect(try Shown(index.snapshot).datasets[0].count >= 2)
    }
    #expect(index.snapshot.sets[1].count <= 8)
    let before = try Shown(index.snapshot)
    #expect(before.datasets.count { $0.count == 5 } == 297)
    try writer.foldAll()
    #expect(index.young() == 0)
    #expect(try Shown(index.snapshot) == before)
    #expect(try damages(index) == [])
  }

  @Test("takes loads up to its bounds, and one row or byte more rewrites the blocks with it")
  func bounds() throws {
    for (rows, goesYoung) in [(40, true), (41, false)] {
      let folder = try TemporaryFolder()
      var limits = IndexLimits.tiny
      limits.youngRowsMax = 40
      let writer = try Self.make(folder, limits)
      _ = try load(photos(1...rows), into: "bees", mode: .create, index: writer.index, writer: writer)
      #expect((writer.index.young() > 0) == goesYoung)
    }
    for (rows, goesYoung) in [(1_250, true), (1_251, false)] {
      let folder = try TemporaryFolder()
      var limits = IndexLimits.tiny
      limits.youngRowsAlways = 10
      let writer = try Self.make(folder, limits)
      _ = try load(photos(1...rows), into: "bees", mode: .create, index: writer.index, writer: writer)
      #expect((writer.index.young() > 0) == goesYoung)
    }
    let folder = try TemporaryFolder()
    let writer = try Self.make(folder)
    _ = try load(photos(1...10), into: "bees", mode: .create, index: writer.index, writer: writer)
    let stored = try writer.index.byteCount(of: IndexFormat.youngDatabases(Self.space))
    for (bytes, goesYoung) in [(stored, true), (stored - 1, false)] {
      let folder = try TemporaryFolder()
      var limits = IndexLimits.tiny
      limits.youngBytesMax = bytes
      let writer = try Self.make(folder, limits)
      _ = try load(photos(1...10), into: "bees", mode: .create, index: writer.index, writer: writer)
      _ = try load(photos(5_001...5_001), into: "bees", mode: .append, index: writer.index, writer: writer)
      #expect((writer.index.young() > 0) == goesYoung)
      #expect(writer.index.snapshot.counts.images == 5_001)
      #expect(try damages(writer.index) == [])
    }
  }

  @Test("has nothing that is listed at greater length than a block: such a load rewrites the blocks")
  func longListings() throws {
    for (rows, goesYoung) in [(100, true), (2_000, false)] {
      let folder = try TemporaryFolder()
      let index = try openIndex(folder)
      let writer = IndexWriter(index)
      let account = StoredKey(high: StoredKey.mix(5), low: 7)
      _ = try load(
        [(account, TestSpaces.accounts, false, "first")], into: "ants", mode: .create, index: index,
        writer: writer)
      // Suppressed on the way: it is counted once, though the merge begins again.
      _ = try writer.erase([IndexKey(64, account)], ErasureRecord.Cause(time: 1))
      let outcome = try load(
        (1...rows).map { (account, TestSpaces.accounts, false, "photo \($0)") }
          + [(account, TestSpaces.texts, true, "text")],
        into: "bees", mode: .create, index: index, writer: writer)
      #expect((index.young(TestSpaces.accounts) > 0) == goesYoung)
      #expect(outcome.imagesLeftOut == 1)
      #expect(try index.snapshot.listings(of: account, space: 65, limit: 9_999).count == rows + 1)
      #expect(try damages(index) == [])
    }
  }

  @Test("keeps a key that has lost its last dataset for as long as it shadows one, and then nothing of it")
  func emptied() throws {
    let folder = try TemporaryFolder()
    let writer = try Self.make(folder)
    let index = writer.index
    _ = try load(photos(1...300), into: "bees", mode: .create, index: index, writer: writer)
    _ = try writer.remove("ants", now: 1)
    _ = try writer.remove("bees", now: 1)
    #expect(index.snapshot.counts.images == 0)
    // The load touches the block of the young level, and half of its keys.
    _ = try load(photos(200...350), into: "cats", mode: .create, index: index, writer: writer)
    #expect(index.young() == 350)
    for id in [1, 199, 200, 300, 350, 351] {
      #expect(
        try index.snapshot.datasets(of: StoredKey(integer: UInt64(id)), space: 1).count
          == ((200...350).contains(id) ? 1 : 0))
    }
    #expect(try damages(index) == [])
    _ = try load(photos(1_000...1_100), into: "dogs", mode: .create, index: index, writer: writer)
    try writer.foldAll()
    #expect(index.young() == 0)
    #expect(index.snapshot.counts.keys == 151 + 101)
    #expect(try Shown(index.snapshot).keys.count == 151 + 101)
    #expect(try damages(index) == [])
  }

  @Test("is in none of its keys after a compaction, which writes them into the blocks")
  func compacted() throws {
    let folder = try TemporaryFolder()
    let writer = try Self.make(folder)
    let index = writer.index
    _ = try load(photos(4_900...5_100), into: "bees", mode: .create, index: index, writer: writer)
    let before = try Shown(index.snapshot)
    try writer.dropRemains(of: Self.space)
    #expect(index.young() == 0)
    #expect(index.state.withLock { $0.young } == [1: 0])
    #expect(try Shown(index.snapshot) == before)
    while try writer.sweep() {}
    #expect(try damages(index) == [])
  }

  /// What is damaged, what is said of it, and whether an index with it is opened.
  private static let kinds: [(database: String, says: String, opens: Bool)] = [
    (IndexFormat.youngKeys(space), "fails its checksum", true),
    (IndexFormat.youngListings(space), "fails its checksum", true),
    (IndexFormat.meta, "of the young level are in the blocks too", false),
  ]

  @Test(
    "is never taken for sound where it is damaged: no key of it, and no missing one, is answered",
    arguments: 0..<3)
  func damage(_ kind: Int) throws {
    let (database, says, opens) = Self.kinds[kind]
    let folder = try TemporaryFolder()
    do {
      let writer = try Self.make(folder)
      _ = try load(
        photos(4_951...5_050) { "b\($0)" }, into: "bees", mode: .create, index: writer.index, writer: writer)
      var transaction = try writer.index.environment.write()
      let opened = try transaction.create(database)
      var (key, value): ([UInt8], [UInt8]) = (IndexFormat.youngKey(Self.space), [])
      if database == IndexFormat.meta {
        value = try #require(try transaction.record(key, in: opened))
        value[0] += 1
      } else {
        do {
          var cursor = try transaction.cursor(opened)
          _ = try cursor.first()
          (key, value) = (cursor.key.copied, cursor.value.copied)
        }
        value[value.count > 1_000 ? 900 : value.count - 1] ^= 1
      }
      try transaction.put(key, value, in: opened)
      try transaction.commit()
    }
    guard opens else {
      let error = #expect(throws: IndexError.self) { try openIndex(folder) }
      #expect(error?.description.contains("of which") == true)
      return
    }
    let index = try openIndex(folder)
    #expect(try damages(index).contains { $0.hasPrefix(database) && $0.contains(says) })
    guard database == IndexFormat.youngKeys(Self.space) else { return }
    for id in [1, 4_960, 5_010, 9_999] {
      #expect(throws: IndexError.self, "\(id)") {
        try index.snapshot.datasets(of: StoredKey(integer: UInt64(id)), space: 1)
      }
    }
  }

  @Test("takes out what an erasure touches, with the keys around it, and what the blocks had of that before")
  func erased() throws {
    let folder = try TemporaryFolder()
    let writer = try Self.make(folder)
    let index = writer.index
    _ = try load(
      photos(4_951...5_050) { "b\($0)" }, into: "bees", mode: .create, index: index, writer: writer)
    let given = [3, 4_950, 4_953, 5_003].map { IndexKey(1, StoredKey(integer: UInt64($0))) }
    let outcome = try writer.erase(given, ErasureRecord.Cause(time: 1))
    #expect(outcome.images == 4)
    #expect(outcome.memberships == 5)
    #expect(index.young() < 100)
    for key in given {
      #expect(try index.snapshot.datasets(of: key.key, space: 1).isEmpty)
      #expect(try index.snapshot.listings(of: key.key, space: 1, limit: 9).isEmpty)
    }
    #expect(index.snapshot.counts.images == 5_046)
    #expect(try damages(index) == [])
    let before = try Shown(index.snapshot)
    _ = try load(photos(6_000...6_400), into: "cats", mode: .create, index: index, writer: writer)
    _ = try writer.remove("cats", now: 1)
    try writer.foldAll()
    #expect(try Shown(index.snapshot) == before)
    #expect(try damages(index) == [])
  }
}

@Suite("the filter of a young level")
struct KeyFilterTests {
  @Test("lets every key pass that the level has, and about one in sixteen of others")
  func passes() throws {
    let folder = try TemporaryFolder()
    var limits = IndexLimits.tiny
    limits.youngBytesMax = 10 << 20
    limits.youngRowsAlways = 10_000
    let index = try openIndex(folder, limits)
    let writer = IndexWriter(index)
    _ = try load(photos(1...10), into: "ants", mode: .create, index: index, writer: writer)
    _ = try load(photos(1_000...4_000), into: "bees", mode: .create, index: index, writer: writer)
    let view = try unsafe #require(index.snapshot.young[1]).filter.view
    for id in 1_000...4_000 {
      #expect(unsafe view.passes(StoredKey(integer: UInt64(id)).high))
    }
    let passed = (10_000..<42_000).count { unsafe view.passes(StoredKey(integer: UInt64($0)).high) }
    #expect((500...2_500).contains(passed))
  }
}
