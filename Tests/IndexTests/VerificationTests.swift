// A verification finds nothing in what was written by any loads, replacements and removals, and finds each kind of
// damage, in an open index and in a copy of it alike.

import Foundation
import LMDB
import TestSupport
import Testing

@testable import Index

@Suite("a verification")
struct VerificationTests {
  private typealias Row = (key: StoredKey, space: KeySpace, isPrimary: Bool, payload: String)

  private static func rows(_ random: inout SeededGenerator, _ count: Int) -> [Row] {
    (0..<count).map { _ in
      let value = UInt64.random(in: 1...900, using: &random)
      switch Int.random(in: 0..<8, using: &random) {
      case 0...3:
        return (
          StoredKey(integer: value), TestSpaces.photos, true,
          ["", "a", "https://example.org/\(value)"].randomElement(using: &random)!
        )
      case 4, 5:
        return (
          StoredKey(high: StoredKey.mix(value % 40), low: value), TestSpaces.texts, true, "text \(value)"
        )
      default:
        // Few accounts, so that their groups go over several parts.
        return (
          StoredKey(high: StoredKey.mix(value % 3), low: 7), TestSpaces.accounts, false, "photo \(value)"
        )
      }
    }
  }

  /// An index with two datasets, of which one was removed once before.
  private static func make(_ folder: TemporaryFolder, seed: UInt64 = 3) throws -> Index {
    var random = SeededGenerator(state: seed)
    let index = try Index(
      path: folder.path, spaces: TestSpaces.all, limits: .tiny, program: "test 1", texts: nil)
    let writer = IndexWriter(index)
    for slug in ["ants", "bees", "cats"] {
      _ = try load(rows(&random, 2_000), into: slug, mode: .create, index: index, writer: writer)
    }
    try writer.describe("ants", ["title": "Ants"])
    _ = try writer.remove("bees", now: 1)
    _ = try load(rows(&random, 30), into: "ants", mode: .append, index: index, writer: writer, sha256: "x")
    return index
  }

  private static func run(_ verification: consuming Verification) throws -> Verification {
    while try verification.step() {}
    return verification
  }

  /// Changes the newest commit behind the index's back.
  private static func damage(
    _ index: Index, _ name: String, _ body: (inout WriteTransaction, Database) throws -> Void
  ) throws {
    var transaction = try index.environment.write()
    try body(&transaction, try transaction.create(name))
    try transaction.commit()
  }

  /// Gives the record at `ordinal` another value, or another key.
  private static func change(
    _ index: Index, _ name: String, at ordinal: Int = 0,
    _ body: (inout [UInt8], inout [UInt8]) -> Void
  ) throws {
    try damage(index, name) { transaction, database in
      var key: [UInt8] = []
      var value: [UInt8] = []
      do {
        var cursor = try transaction.cursor(database)
        _ = try cursor.first()
        for _ in 0..<ordinal { #expect(try cursor.next()) }
        key = cursor.key.copied
        value = cursor.value.copied
      }
      try transaction.delete(key.rawSpan, in: database)
      body(&key, &value)
      if !key.isEmpty { try transaction.put(key, value, in: database) }
    }
  }

  private static func keys(_ index: Index, _ space: KeySpace) -> String {
    IndexFormat.keys(space, index.snapshot.generations[space.id]!)
  }

  private static func listings(_ index: Index, _ space: KeySpace) -> String {
    IndexFormat.listings(space, index.snapshot.generations[space.id]!)
  }

  @Test("finds nothing in an empty index")
  func empty() throws {
    let folder = try TemporaryFolder()
    let index = try Index(
      path: folder.path, spaces: TestSpaces.all, limits: .tiny, program: "test", texts: nil)
    let verified = try Self.run(Verification(index, texts: nil))
    #expect(verified.damages == [])
    #expect(verified.counts == VerifiedCounts())
  }

  @Test("finds nothing in what loads, replacements and removals leave, and counts it", arguments: 1...6)
  func sound(_ seed: UInt64) throws {
    let folder = try TemporaryFolder()
    var random = SeededGenerator(state: seed)
    let index = try Index(
      path: folder.path, spaces: TestSpaces.all, limits: .tiny, program: "test", texts: nil)
    let writer = IndexWriter(index)
    var slugs: Set<String> = []
    for step in 0..<14 {
      let slug = ["ants", "bees", "cats", "dogs"].randomElement(using: &random)!
      if step > 4, Int.random(in: 0..<4, using: &random) == 0 {
        if slugs.remove(slug) != nil { _ = try writer.remove(slug, now: 1) }
      } else {
        let rows = Self.rows(&random, Int.random(in: 1...1_500, using: &random))
        let mode =
          slugs.contains(slug) ? [LoadMode.append, .replace].randomElement(using: &random)! : .create
        _ = try load(rows, into: slug, mode: mode, index: index, writer: writer, sha256: "\(step)")
        slugs.insert(slug)
      }
      if Bool.random(using: &random) { while try writer.sweep() {} }
      for _ in 0..<Int.random(in: 0...6, using: &random) { _ = try writer.fold() }
      let verified = try Self.run(Verification(index, texts: nil))
      #expect(verified.damages == [], "step \(step)")
      #expect(verified.counts.damages == 0)
      #expect(verified.counts.datasets == slugs.count)
      #expect(verified.blocksDone == verified.blocksTotal)
      let keys = index.snapshot.counts.keys
      #expect(verified.counts.keys >= keys)
      if verified.counts.remains == 0 { #expect(verified.counts.keys == keys) }
    }
  }

  @Test("sees one commit, whatever is written meanwhile, and lets the writer write")
  func oneCommit() throws {
    let folder = try TemporaryFolder()
    let index = try Self.make(folder)
    let writer = IndexWriter(index)
    var random = SeededGenerator(state: 9)
    var verification = try Verification(index, texts: nil)
    let before = index.snapshot.datasets.count
    var loads = 0
    while try verification.step() {
      if loads < 4 {
        _ = try load(
          Self.rows(&random, 1_500), into: "new\(loads)", mode: .create, index: index, writer: writer)
        while try writer.sweep() {}
      }
      loads += 1
    }
    #expect(loads > 4)
    #expect(verification.damages == [])
    #expect(verification.counts.datasets == before)
  }

  /// Each kind of damage: where, what is done, and what is said of it.
  private static let kinds: [(name: String, says: String, damage: @Sendable (Index) throws -> Void)] = [
    (
      "a flipped bit in a block", "fails its checksum",
      { index in
        try change(index, keys(index, TestSpaces.photos), at: 1) { _, value in value[200] ^= 1 }
      }
    ),
    (
      "a block that was cut", "impossible size",
      { index in
        try change(index, keys(index, TestSpaces.photos)) { _, value in value.removeLast(2_000) }
      }
    ),
    (
      "a block that is missing", "the blocks have",
      { index in
        try change(index, keys(index, TestSpaces.photos), at: 1) { key, _ in key = [] }
      }
    ),
    (
      "another header beside the fence", "not that of its block",
      { index in
        try change(index, keys(index, TestSpaces.texts)) { key, _ in key[key.count - 1] ^= 1 }
      }
    ),
    (
      "a fence that is too small", "behind its fence",
      { index in
        try change(index, keys(index, TestSpaces.photos)) { key, _ in
          key[3] &-= 1
        }
      }
    ),
    (
      "a key of the wrong width", "impossible size",
      { index in
        try change(index, keys(index, TestSpaces.photos)) { key, _ in key.removeLast() }
      }
    ),
    (
      "a block of another namespace", "are not as wide",
      { index in
        try change(index, keys(index, TestSpaces.photos)) { key, value in
          let entries = [BlockEntry(key: StoredKey(high: 1, low: 2), set: 1)]
          value = KeyBlock.pack(entries[...], hasSecondHalf: true)
          key = Array(key[..<8]) + value.rawSpan.extracting(KeyBlock.repeatedHeader).copied
        }
      }
    ),
    (
      "an unknown set", "which is unknown",
      { index in
        try change(index, keys(index, TestSpaces.photos)) { key, value in
          var entries: [BlockEntry] = []
          try! KeyBlock.unpack(value.rawSpan, into: &entries)
          entries[3].set = 60_000
          value = KeyBlock.pack(entries[...], hasSecondHalf: false)
          key = Array(key[..<8]) + value.rawSpan.extracting(KeyBlock.repeatedHeader).copied
        }
      }
    ),
    (
      "a flipped bit in a listing", "fails its checksum",
      { index in
        try change(index, listings(index, TestSpaces.accounts)) { _, value in value[30] ^= 1 }
      }
    ),
    (
      "a lost listing of texts", "is missing",
      { index in
        try damage(index, listings(index, TestSpaces.texts)) { try $0.drop($1, delete: false) }
      }
    ),
    (
      "the last part of a listing lost", "missing",
      { index in
        let count = try index.environment.read().stat(
          index.environment.read().open(listings(index, TestSpaces.texts))!
        ).entries
        try change(index, listings(index, TestSpaces.texts), at: count - 1) { key, _ in key = [] }
      }
    ),
    (
      "a part of no block", "belong to a block",
      { index in
        try change(index, listings(index, TestSpaces.photos)) { key, _ in key[0] ^= 1 }
      }
    ),
    (
      "a listing of a dataset that never was", "never was",
      { index in
        try replaceListing(index, dataset: 900)
      }
    ),
    (
      "another block's part of the listings", "fails its checksum",
      { index in
        let name = listings(index, TestSpaces.photos)
        var other: [UInt8] = []
        try change(index, name, at: 1) { _, value in other = value }
        try change(index, name) { _, value in value = other }
      }
    ),
    (
      "a listing of a dataset that does not have the key", "not in it",
      { index in
        // The dataset has the number of none that was loaded with keys.
        let writer = IndexWriter(index)
        try writer.describe("empty", ["title": "x"])
        try replaceListing(index, dataset: index.snapshot.dataset("empty")!.number)
      }
    ),
    (
      "a set's record of the wrong size", "impossible size",
      { index in
        try change(index, IndexFormat.sets) { _, value in value.removeLast() }
      }
    ),
    (
      "a set that is missing", "is missing",
      { index in
        try change(index, IndexFormat.sets) { key, _ in key = [] }
      }
    ),
    (
      "a wrong count of a set", "counts",
      { index in
        try change(index, IndexFormat.sets) { _, value in value[0] ^= 1 }
      }
    ),
    (
      "a set with an unknown dataset", "of which there is no record",
      { index in
        try change(index, IndexFormat.sets) { _, value in value[8] = 0xF1 }
      }
    ),
    (
      "a set of an unknown namespace", "no namespace",
      { index in
        try damage(index, IndexFormat.sets) { transaction, sets in
          try transaction.put([200, 0, 0, 0, 1], [UInt8](repeating: 0, count: 8), in: sets)
        }
      }
    ),
    (
      "a dataset's record that is gone", "of which there is no record",
      { index in
        try change(index, IndexFormat.datasets) { key, _ in key = [] }
      }
    ),
    (
      "a dataset's record that is cut off", "cut off",
      { index in
        try change(index, IndexFormat.datasets) { _, value in value.removeLast() }
      }
    ),
    (
      "a text that is no text", "not UTF-8",
      { index in
        try change(index, IndexFormat.datasets) { _, value in
          let place = value.firstRange(of: Array("Ants".utf8))!.lowerBound
          value[place] = 0xFF
        }
      }
    ),
    (
      "a count that is no number", "no count",
      { index in
        try change(index, IndexFormat.datasets) { _, value in
          let place = value.firstRange(of: Array("loaded".utf8))!.upperBound + 1
          value[place] = UInt8(ascii: "x")
        }
      }
    ),
    (
      "two datasets of one name", "is named",
      { index in
        try damage(index, IndexFormat.datasets) { transaction, datasets in
          let record = DatasetRecord(number: 5, slug: "ants").encoded()
          try transaction.put(IndexFormat.datasetKey(5), record, in: datasets)
        }
      }
    ),
    (
      "a missing secret", "secret",
      { index in
        try damage(index, IndexFormat.meta) { transaction, meta in
          let key = IndexFormat.secretKey
          try transaction.delete(key.rawSpan, in: meta)
        }
      }
    ),
    (
      "an unknown generation", "are missing",
      { index in
        try damage(index, IndexFormat.meta) { transaction, meta in
          try transaction.put(
            IndexFormat.generationKey(TestSpaces.texts), [99, 0, 0, 0, 0, 0, 0, 0], in: meta)
        }
      }
    ),
    (
      "an impossible number of the next dataset", "impossible number",
      { index in
        try damage(index, IndexFormat.meta) { transaction, meta in
          try transaction.put(IndexFormat.nextDatasetKey, [0, 0, 0, 0, 0, 0, 0, 9], in: meta)
        }
      }
    ),
  ]

  /// Lists something under `dataset` for the first key of the first block of photos that has listings.
  private static func replaceListing(_ index: Index, dataset: Int) throws {
    let directory = index.snapshot.directories[TestSpaces.photos.id]!
    let (part, block) = try #require(
      try (0..<directory.count).compactMap { block in
        try index.snapshot.listingPart(0, ofBlock: block, of: TestSpaces.photos).map { ($0, block) }
      }.first)
    // Safe: the page is good while the snapshot is.
    let page = unsafe RawSpan(_unsafeBytes: directory.place(block).page)
    let mark = BlockHeader(page.extracting(KeyBlock.repeatedHeader)).listings.mark
    try change(index, listings(index, TestSpaces.photos)) { _, value in
      let compression = Compression()
      var groups = ListingGroups()
      try! part.unpack(with: compression) { (_, group) throws(IndexError) in
        groups.append(group.span)
      }
      var changed = ListingGroups()
      var group: [UInt8] = []
      ListingGroups.appendEntry(dataset: dataset, payload: [1], to: &group)
      changed.append(group.span)
      for place in 1..<groups.count { changed.append(groups[place].span) }
      value = try! ListingPart.pack(changed, mark: mark, partBytes: 1 << 20, with: compression)[0]
    }
  }

  @Test("finds each kind of damage, and says where", arguments: kinds.indices)
  func damages(_ kind: Int) throws {
    let folder = try TemporaryFolder()
    let index = try Self.make(folder)
    #expect(try Self.run(Verification(index, texts: nil)).damages == [])
    let (name, says, damage) = Self.kinds[kind]
    try damage(index)
    let verified = try Self.run(Verification(index, texts: nil))
    #expect(verified.counts.damages > 0, "\(name)")
    #expect(verified.damages.contains { $0.what.contains(says) }, "\(name): \(verified.damages.map(\.what))")
    #expect(verified.damages.allSatisfy { !$0.database.isEmpty && !$0.effect.isEmpty })
    // The rest was checked all the same.
    #expect(verified.counts.blocks > 3)
  }

  @Test("finds pages of values that LMDB could not copy or replace", arguments: [10, 12])
  func overflowPages(_ byte: Int) throws {
    let folder = try TemporaryFolder()
    let index = try Self.make(folder)
    let copies = try TemporaryFolder()
    let path = "\(copies.path)/copy"
    #expect(FileManager.default.createFile(atPath: path, contents: nil))
    let handle = try #require(FileHandle(forWritingAtPath: path))
    try index.environment.copy(to: handle.fileDescriptor, compacting: true)
    try handle.close()
    var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    // The first page of a value of its own: P_OVERFLOW is its only flag.
    let page = try #require(
      stride(from: 0, to: bytes.count, by: 4_096).first { bytes[$0 + 10] == 4 && bytes[$0 + 11] == 0 })
    bytes[page + byte] ^= 2
    try bytes.write(to: URL(fileURLWithPath: path))
    var verification = try Verification(try IndexFile(path: path), spaces: TestSpaces.all, texts: nil)
    while try verification.step() {}
    #expect(verification.damages.contains { $0.what.contains("LMDB's own page") })
  }

  @Test(
    "finds the same in a compacting copy that nobody has open, and leaves nothing beside it",
    arguments: [0, 8])
  func file(_ kind: Int) throws {
    let folder = try TemporaryFolder()
    let index = try Self.make(folder)
    if kind > 0 { try Self.kinds[kind].damage(index) }
    let copies = try TemporaryFolder()
    let path = "\(copies.path)/copy"
    #expect(FileManager.default.createFile(atPath: path, contents: nil))
    let handle = try #require(FileHandle(forWritingAtPath: path))
    try index.environment.copy(to: handle.fileDescriptor, compacting: true)
    try handle.close()
    let online = try Self.run(Verification(index, texts: nil))
    let offline = try Self.run(Verification(IndexFile(path: path), spaces: TestSpaces.all, texts: nil))
    #expect(offline.damages == online.damages)
    #expect(offline.counts == online.counts)
    #expect(try FileManager.default.contentsOfDirectory(atPath: copies.path) == ["copy"])
  }

  @Test("bounds what it tells one by one, and counts the rest")
  func many() throws {
    let folder = try TemporaryFolder()
    let index = try Self.make(folder)
    try Self.damage(index, IndexFormat.datasets) { transaction, datasets in
      for number in 10..<(10 + Verification.damagesMax) {
        try transaction.put(IndexFormat.datasetKey(number), [], in: datasets)
      }
    }
    let verified = try Self.run(Verification(index, texts: nil))
    #expect(verified.damages.count == Verification.damagesMax)
    #expect(verified.counts.damages > Verification.damagesMax)
  }
}

@Suite("a file of an index")
struct IndexFileTests {
  private func error(_ path: String) -> IndexError? {
    do throws(IndexError) {
      _ = try IndexFile(path: path)
      return nil
    } catch { return error }
  }

  @Test("is refused where a daemon has the folder, and keeps daemons off while it is looked at")
  func locked() throws {
    let folder = try TemporaryFolder()
    do {
      let index = try Index(
        path: folder.path, spaces: TestSpaces.all, limits: .tiny, program: "test 7", texts: nil)
      for path in [folder.path, "\(folder.path)/data.mdb"] {
        if case .inUse = error(path) {} else { Issue.record("\(path) was opened") }
      }
      _ = index.snapshot
    }
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    let file = try IndexFile(path: folder.path)
    #expect(file.format == IndexFormat.version)
    #expect(file.program == "test 7")
    #expect(file.isEmpty)
    #expect(throws: IndexError.self) {
      try Index(path: folder.path, spaces: TestSpaces.all, limits: .tiny, program: "test", texts: nil)
    }
    _ = file.secret
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == names)
  }

  @Test("that is no index, is empty, is cut off, is a folder, or is not there, is refused in words")
  func refused() throws {
    let folder = try TemporaryFolder()
    let data = try TemporaryFolder()
    do {
      let index = try Index(
        path: data.path, spaces: TestSpaces.all, limits: .tiny, program: "test", texts: nil)
      _ = try load(
        (1...5_000).map { (StoredKey(integer: $0), TestSpaces.photos, true, "row \($0)") }, into: "ants",
        mode: .create, index: index, writer: IndexWriter(index), blockRows: 500)
    }
    let whole = try Data(contentsOf: URL(fileURLWithPath: "\(data.path)/data.mdb"))
    func write(_ name: String, _ bytes: Data) throws -> String {
      let path = "\(folder.path)/\(name)"
      try bytes.write(to: URL(fileURLWithPath: path))
      return path
    }
    #expect(error("\(folder.path)/none")?.description.contains("No such file") == true)
    #expect(error(folder.path)?.description.contains("No such file") == true)
    for (name, bytes) in [("empty", Data()), ("text", Data(repeating: 65, count: 20_000))] {
      #expect(error(try write(name, bytes))?.description.contains("no whichset index") == true, "\(name)")
    }
    let cut = error(try write("cut", whole.dropLast(whole.count / 2)))
    #expect(cut?.description.contains("was cut off") == true)
    #expect(error(try write("whole", whole)) == nil)
  }

  @Test("of a newer format is refused, and the program is named")
  func newer() throws {
    let folder = try TemporaryFolder()
    do {
      let index = try Index(
        path: folder.path, spaces: TestSpaces.all, limits: .tiny, program: "9.9", texts: nil)
      var transaction = try index.environment.write()
      let meta = try transaction.create(IndexFormat.meta)
      let newer = UInt8(IndexFormat.version + 1)
      try transaction.put(IndexFormat.formatKey, [newer, 0, 0, 0, 0, 0, 0, 0], in: meta)
      try transaction.commit()
    }
    #expect(error(folder.path)?.description.contains("written by whichsetd 9.9") == true)
  }
}
