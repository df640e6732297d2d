// The folder of an index: what is refused, what survives, what is found again.

import Foundation
import LMDB
import TestSupport
import Testing

@testable import Index

@Suite("the folder of an index")
struct IndexFolderTests {
  private func open(_ folder: TemporaryFolder, _ limits: IndexLimits = .tiny) throws -> Index {
    try Index(path: folder.path, spaces: TestSpaces.all, limits: limits, program: "test 1", texts: nil)
  }

  private func photos(_ range: ClosedRange<UInt64>, payload: String = "") -> [(
    key: StoredKey, space: KeySpace, isPrimary: Bool, payload: String
  )] {
    range.map { (StoredKey(integer: $0), TestSpaces.photos, true, payload) }
  }

  @Test("is held by one index at a time")
  func inUse() throws {
    let folder = try TemporaryFolder()
    let index = try open(folder)
    let error = #expect(throws: IndexError.self) { try open(folder) }
    #expect(error?.description.contains("in use by another whichsetd") == true)
    _ = index.snapshot
  }

  @Test("is readable by its owner only")
  func mode() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/new"
    let index = try Index(path: path, spaces: TestSpaces.all, limits: .tiny, program: "test", texts: nil)
    _ = index.snapshot
    for name in ["", "/data.mdb", "/whichset.lock", "/staging"] {
      let mode = try FileManager.default.attributesOfItem(atPath: path + name)[.posixPermissions] as? Int
      #expect(mode.map { $0 & 0o077 } == 0, "\(name)")
    }
  }

  @Test("of somebody else's environment is refused and left as it was")
  func foreign() throws {
    let folder = try TemporaryFolder()
    do {
      let other = try Environment(
        path: folder.path, options: EnvironmentOptions(mapSizeBytes: 1 << 20, databasesMax: 4))
      var transaction = try other.write()
      let database = try transaction.create("theirs")
      try transaction.put([1], [2], in: database)
      try transaction.commit()
    }
    let error = #expect(throws: IndexError.self) { try open(folder) }
    #expect(error?.description.contains("no whichset index") == true)
  }

  @Test("written by a newer program is refused, and the program is named")
  func newerFormat() throws {
    let folder = try TemporaryFolder()
    do {
      let index = try open(folder)
      var transaction = try index.environment.write()
      let meta = try transaction.create(IndexFormat.meta)
      var format: [UInt8] = []
      LittleEndian.append(UInt64(IndexFormat.version + 1), bytes: 8, to: &format)
      try transaction.put(IndexFormat.formatKey, format, in: meta)
      try transaction.put(IndexFormat.programKey, Array("9.9".utf8), in: meta)
      try transaction.commit()
    }
    let error = #expect(throws: IndexError.self) { try open(folder) }
    #expect(error?.description.contains("written by whichsetd 9.9") == true)
  }

  @Test("has every block on an overflow page of its own, also small ones")
  func overflowPages() throws {
    let folder = try TemporaryFolder()
    let index = try open(folder)
    let writer = IndexWriter(index)
    _ = try load(photos(1...3), into: "ants", mode: .create, index: index, writer: writer)
    for round in 1...20 as ClosedRange<UInt64> {
      _ = try load(
        photos((round * 100)...(round * 130)), into: "ants", mode: .append, index: index, writer: writer)
    }
    let transaction = try index.environment.read()
    let generation = try #require(index.snapshot.generations[TestSpaces.photos.id])
    let database = try #require(try transaction.open(IndexFormat.keys(TestSpaces.photos, generation)))
    let statistics = try transaction.stat(database)
    #expect(statistics.overflowPages == statistics.entries)
  }

  @Test("keeps staged rows up to the last run, and drops the staging of a load that had become visible")
  func staging() throws {
    let folder = try TemporaryFolder()
    do {
      let index = try open(folder)
      var staged = try index.openLoad(LoadManifest(slug: "ants", source: "s", mode: .create))
      for block in 0..<4 {
        for row in photos(UInt64(block * 10 + 1)...UInt64(block * 10 + 10)) {
          staged.append(row.key, space: row.space.id, isPrimary: true, payload: [])
        }
        staged.endBlock(accepted: 10, rejected: 1)
        if block == 1 { try staged.spill() }
      }
      #expect(staged.durableBlock == 2)
      #expect(staged.block == 4)
    }
    do {
      let index = try open(folder)
      #expect(try index.peekLoad(named: "ants.s")?.rows == 22)
      #expect(try index.peekLoad(named: "ants.t") == nil)
      var staged = try index.openLoad(LoadManifest(slug: "ants", source: "s", mode: .create))
      #expect(staged.block == 2)
      #expect(staged.rows == 22)
      #expect(staged.manifest.mode == .create)
      // Committed, but its staging is not removed: as if the daemon died in between.
      _ = try IndexWriter(index).commit(&staged, sha256: "", ruleVersion: 1, now: 1)
      #expect(index.snapshot.counts.images == 20)
      #expect(try index.stagedLoadNames() == ["ants.s"])
    }
    let index = try open(folder)
    #expect(try index.stagedLoadNames() == [])
    #expect(index.snapshot.counts.images == 20)
  }

  @Test(
    "keeps what is staged again under the name of a load that has become visible",
    arguments: [LoadMode.append, .replace])
  func stagedAgain(_ mode: LoadMode) throws {
    let folder = try TemporaryFolder()
    func stage(_ index: Index) throws -> StagedLoad {
      var staged = try index.openLoad(LoadManifest(slug: "ants", source: "s", mode: mode))
      for row in photos(1...10) { staged.append(row.key, space: row.space.id, isPrimary: true, payload: []) }
      staged.endBlock(accepted: 10, rejected: 0)
      try staged.spill()
      return staged
    }
    do {
      let index = try open(folder)
      var staged = try stage(index)
      _ = try IndexWriter(index).commit(&staged, sha256: "", ruleVersion: 1, now: 1)
      try index.dropLoad(named: "ants.s")
      _ = try stage(index)
    }
    do {
      let index = try open(folder)
      #expect(try index.peekLoad(named: "ants.s")?.rows == 10)
      // This one becomes visible too, and is then removed.
      var staged = try index.openLoad(LoadManifest(slug: "ants", source: "s", mode: mode))
      _ = try IndexWriter(index).commit(&staged, sha256: "", ruleVersion: 1, now: 1)
    }
    #expect(try open(folder).stagedLoadNames() == [])
  }

  @Test("names a damaged run, and the index stays as it was")
  func damagedRun() throws {
    let folder = try TemporaryFolder()
    let index = try open(folder)
    let writer = IndexWriter(index)
    var staged = try index.openLoad(LoadManifest(slug: "ants", source: "s", mode: .create))
    for row in photos(1...3_000, payload: "listed") {
      staged.append(row.key, space: row.space.id, isPrimary: true, payload: Array("x".utf8)[...])
    }
    staged.endBlock(accepted: 3_000, rejected: 0)
    try staged.spill()
    let run = "\(folder.path)/staging/ants.s/000001.run"
    var bytes = try Data(contentsOf: URL(fileURLWithPath: run))
    bytes[1_000] ^= 1
    try bytes.write(to: URL(fileURLWithPath: run))
    #expect(throws: IndexError.self) { try writer.commit(&staged, sha256: "", ruleVersion: 1, now: 1) }
    #expect(index.snapshot.counts.images == 0)
    while try writer.sweep() {}
    #expect(!writer.hasGarbage)
    _ = try load(photos(1...10), into: "bees", mode: .create, index: index, writer: writer)
    #expect(index.snapshot.counts.images == 10)
  }

  @Test("refuses a load that the disk has no room for, before anything is written")
  func diskReserve() throws {
    let folder = try TemporaryFolder()
    var limits = IndexLimits.tiny
    limits.diskReserveBytes = 1 << 60
    let index = try open(folder, limits)
    let error = #expect(throws: IndexError.self) {
      try load(photos(1...10), into: "ants", mode: .create, index: index, writer: IndexWriter(index))
    }
    #expect(error?.description.contains("too little room on the disk") == true)
    #expect(index.snapshot.counts.images == 0)
  }

  @Test("is reckoned with when the room for a merge is, if the merge rewrites all of it")
  func mergeBytes() throws {
    let folder = try TemporaryFolder()
    var limits = IndexLimits.tiny
    limits.youngRowsMax = 20
    let index = try open(folder, limits)
    _ = try load(photos(1...5_000), into: "ants", mode: .create, index: index, writer: IndexWriter(index))
    var staged = try index.openLoad(LoadManifest(slug: "bees", source: "s", mode: .create))
    for id in 0..<20 {
      staged.append(StoredKey(high: UInt64(id) << 40, low: 0), space: 1, isPrimary: true, payload: [])
    }
    let forYoung = try index.mergeBytes(staged)
    #expect(forYoung == 20 * 8)
    staged.append(StoredKey(high: 21 << 40, low: 0), space: 1, isPrimary: true, payload: [])
    // 5,000 keys of 4 bytes and their listings stand.
    let forRewrite = try index.mergeBytes(staged)
    #expect((21 * 8 + 5_000 * 4..<5_000 * 100).contains(forRewrite))
    var isDue: [Bool] = []
    for rows in [20, 1, 1] {
      staged.endBlock(accepted: rows, rejected: 0)
      isDue.append(staged.isRoomCheckDue())
    }
    #expect(isDue == [false, true, false])
  }

  @Test("with its map used up refuses a load, keeps what it has, and takes smaller ones afterwards")
  func mapFull() throws {
    let folder = try TemporaryFolder()
    var limits = IndexLimits.tiny
    limits.mapBytes = 1 << 20
    let index = try open(folder, limits)
    let writer = IndexWriter(index)
    _ = try load(photos(1...1_000), into: "ants", mode: .create, index: index, writer: writer)
    let error = #expect(throws: IndexError.self) {
      try load(
        photos(5_000...500_000), into: "bees", mode: .create, index: index, writer: writer, blockRows: 5_000)
    }
    #expect(error?.description.contains("larger --map-size") == true)
    while try writer.sweep() {}
    #expect(index.snapshot.counts.images == 1_000)
    _ = try load(photos(2_000...2_100), into: "cats", mode: .create, index: index, writer: writer)
    #expect(index.snapshot.counts.images == 1_101)
  }

  @Test("holds as many datasets as its bound, and refuses one more")
  func datasetsBound() throws {
    let folder = try TemporaryFolder()
    var limits = IndexLimits.tiny
    limits.datasetsMax = 5
    let index = try open(folder, limits)
    let writer = IndexWriter(index)
    for number in 1...5 { try writer.describe("dataset-\(number)", ["title": "t"]) }
    let error = #expect(throws: IndexError.self) { try writer.describe("dataset-6", ["title": "t"]) }
    #expect(error?.description == "full: an index holds at most 5 datasets")
    #expect(index.snapshot.datasets.count == 5)
  }

  @Test("holds 4,200 datasets, and a key that is in dozens of them")
  func manyDatasets() throws {
    let folder = try TemporaryFolder()
    do {
      // One by one they would take a minute: their records are written at once.
      let index = try open(folder)
      var transaction = try index.environment.write()
      let database = try transaction.create(IndexFormat.datasets)
      for number in 1...4_150 {
        let record = DatasetRecord(number: number, slug: "d\(number)")
        try transaction.put(IndexFormat.datasetKey(number), record.encoded(), in: database)
      }
      var next: [UInt8] = []
      LittleEndian.append(4_151, bytes: 8, to: &next)
      try transaction.put(IndexFormat.nextDatasetKey, next, in: try transaction.create(IndexFormat.meta))
      try transaction.commit()
    }
    let index = try open(folder)
    let writer = IndexWriter(index)
    for number in 4_101...4_200 {
      _ = try load(
        photos(1...UInt64(number - 4_000)), into: "d\(number)", mode: .create, index: index, writer: writer)
    }
    #expect(index.snapshot.datasets.count == 4_200)
    let slugs = try index.snapshot.datasets(of: StoredKey(integer: 1), space: TestSpaces.photos.id)
      .compactMap { index.snapshot.datasets[$0]?.slug }
    #expect(Set(slugs) == Set((4_101...4_200).map { "d\($0)" }))
    var text: [UInt8] = []
    let set = try index.snapshot.set(of: StoredKey(integer: 1), space: 1)
    #expect(index.snapshot.appendHit(of: set, space: 1, to: &text))
    #expect(String(decoding: text, as: UTF8.self) == "HIT \(slugs.sorted().joined(separator: ","))\n")
  }

  @Test("gives back the many photos of one account, which take many parts")
  func longGroup() throws {
    let folder = try TemporaryFolder()
    let index = try open(folder)
    let account = StoredKey(high: 1 << 60, low: 5)
    let rows = (1...5_000).map { (account, TestSpaces.accounts, false, "photo \($0)") }
    _ = try load(
      rows.map { (key: $0.0, space: $0.1, isPrimary: $0.2, payload: $0.3) }, into: "ants", mode: .create,
      index: index, writer: IndexWriter(index))
    let listings = try index.snapshot.listings(of: account, space: TestSpaces.accounts.id, limit: 10_000)
    #expect(Set(listings.map { String(decoding: $0.payload, as: UTF8.self) }).count == 5_000)
    #expect(try index.snapshot.listings(of: account, space: TestSpaces.accounts.id, limit: 7).count == 7)
  }

  @Test("is mapped ahead, step by step, once for each generation")
  func warm() throws {
    let folder = try TemporaryFolder()
    var limits = IndexLimits.tiny
    limits.warmedBlocks = 2
    limits.youngRowsMax = 0
    let index = try open(folder, limits)
    let writer = IndexWriter(index)
    #expect(!writer.warm(), "nothing is there to map")
    func steps() throws -> (taken: Int, expected: Int) {
      let blocks = try #require(index.snapshot.directories[TestSpaces.photos.id]).count
      var taken = 0
      while writer.warm() { taken += 1 }
      return (taken, (blocks + 1) / 2)
    }
    _ = try load(photos(1...3_000), into: "ants", mode: .create, index: index, writer: writer)
    let first = try steps()
    #expect(first.taken == first.expected && first.taken > 1)
    #expect(!writer.warm())
    _ = try load(photos(2_000...4_000), into: "bees", mode: .create, index: index, writer: writer)
    let second = try steps()
    #expect(second.taken == second.expected)
  }

  @Test("serves an old snapshot unchanged while loads go on, and sweeps only when it is gone")
  func oldSnapshot() throws {
    let folder = try TemporaryFolder()
    var limits = IndexLimits.tiny
    limits.youngRowsMax = 1_000
    let index = try open(folder, limits)
    let writer = IndexWriter(index)
    _ = try load(
      photos(1...2_000, payload: "first"), into: "ants", mode: .create, index: index, writer: writer)
    var old: Snapshot? = index.snapshot
    for round in 1...5 as ClosedRange<UInt64> {
      _ = try load(
        photos((round * 1_500)...(round * 1_500 + 3_000)), into: "bees",
        mode: round == 1 ? .create : .replace,
        index: index, writer: writer)
    }
    _ = try writer.remove("ants", now: 1)
    #expect(writer.hasGarbage)
    #expect(try !writer.sweep())
    for value in 1...2_000 as ClosedRange<UInt64> {
      #expect(try old?.datasets(of: StoredKey(integer: value), space: 1).count == 1)
    }
    #expect(try old?.listings(of: StoredKey(integer: 77), space: 1, limit: 5).count == 1)
    old = nil
    while try writer.sweep() {}
    #expect(!writer.hasGarbage)
  }
}
