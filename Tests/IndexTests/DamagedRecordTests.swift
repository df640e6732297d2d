// What an index does where its own records contradict each other: it is not opened, says which record it is, and deletes
// nothing, so that a bit that is put back puts the index back.

import Foundation
import LMDB
import TestSupport
import Testing

@testable import Index

@Suite("an index whose records contradict each other")
struct DamagedRecordTests {
  private typealias Row = (key: StoredKey, space: KeySpace, isPrimary: Bool, payload: String)

  /// Recomputes keys of texts that are listed as they are.
  private final class PlainTexts: TextKeyCheck {
    let ruleVersion = 1
    let listedKeys: any ListedKeys = TestListedKeys()
    private let secret: IndexSecret
    init(_ secret: IndexSecret) { self.secret = secret }
    func isListing(_ payload: ArraySlice<UInt8>, of key: StoredKey, in space: KeySpace) -> Bool? {
      StoredKey(text: Array(payload).span, secret: secret) == key
    }
  }

  private static func open(_ folder: TemporaryFolder, spaces: [KeySpace] = TestSpaces.all) throws -> Index {
    try Index(path: folder.path, spaces: spaces, limits: .tiny, program: "test", texts: PlainTexts.init)
  }

  /// Makes an index of two datasets with keys of photos and of texts, and closes it.
  private static func make(in folder: TemporaryFolder) throws {
    let index = try open(folder)
    let writer = IndexWriter(index)
    for (slug, first) in [("ants", 0), ("bees", 300)] {
      let rows = (first..<first + 500).flatMap { number -> [Row] in
        let text = "text \(number)"
        return [
          (StoredKey(integer: UInt64(number)), TestSpaces.photos, true, "photo \(number)"),
          (
            StoredKey(text: Array(text.utf8).span, secret: index.snapshot.secret), TestSpaces.texts, true,
            text
          ),
        ]
      }
      _ = try load(rows, into: slug, mode: .create, index: index, writer: writer)
    }
    while try writer.sweep() {}
  }

  /// Changes records of a closed index.
  private static func change(
    _ folder: TemporaryFolder, _ name: String, _ body: (inout WriteTransaction, Database) throws -> Void
  ) throws {
    let environment = try Environment(
      path: folder.path, options: EnvironmentOptions(mapSizeBytes: 1 << 30, databasesMax: 128))
    var transaction = try environment.write()
    try body(&transaction, try transaction.create(name))
    try transaction.commit()
  }

  /// Gives a record another key.
  private static func rename(_ folder: TemporaryFolder, _ name: String, _ old: String, _ new: String) throws {
    try change(folder, name) { transaction, database in
      let value = try #require(try transaction.record(Array(old.utf8), in: database))
      try transaction.delete(Array(old.utf8).rawSpan, in: database)
      try transaction.put(Array(new.utf8), value, in: database)
    }
  }

  private static func names(_ folder: TemporaryFolder) throws -> [String] {
    let environment = try Environment(
      path: folder.path, options: EnvironmentOptions(mapSizeBytes: 1 << 30, databasesMax: 128))
    let transaction = try environment.read()
    let main = try #require(try transaction.open(nil))
    var names: [String] = []
    var cursor = try transaction.cursor(main)
    while try cursor.next() { names.append(String(decoding: cursor.key.copied, as: UTF8.self)) }
    return names
  }

  /// The only sub-database whose name begins so.
  private static func current(_ folder: TemporaryFolder, _ prefix: String) throws -> String {
    let names = try names(folder).filter { $0.hasPrefix(prefix) }
    try #require(names.count == 1)
    return names[0]
  }

  private static func expectAll(_ folder: TemporaryFolder) throws {
    let index = try open(folder)
    #expect(index.snapshot.counts.images == 1_600)
    let writer = IndexWriter(index)
    while try writer.sweep() {}
    #expect(try index.snapshot.datasets(of: StoredKey(integer: 7), space: TestSpaces.photos.id).count == 1)
    var verification = try Verification(index, texts: PlainTexts(index.snapshot.secret))
    while try verification.step() {}
    #expect(verification.damages == [])
  }

  @Test("is not opened where the name of a generation is damaged, and is whole when that is put back")
  func generationName() throws {
    let folder = try TemporaryFolder()
    try Self.make(in: folder)
    let names = try Self.names(folder)
    for space in ["photos", "texts"] {
      try Self.rename(folder, IndexFormat.meta, "generation.\(space)", "generation.\(space.dropLast())r")
      for _ in 0..<2 {
        let error = #expect(throws: IndexError.self) { try Self.open(folder) }
        #expect(error?.foundDamage?.contains(".\(space).") == true)
      }
      #expect(try Self.names(folder) == names)
      try Self.rename(folder, IndexFormat.meta, "generation.\(space.dropLast())r", "generation.\(space)")
      try Self.expectAll(folder)
    }
  }

  @Test("is not opened where counted keys have no generation, though no sub-database is left either")
  func countedWithoutGeneration() throws {
    let folder = try TemporaryFolder()
    try Self.make(in: folder)
    try Self.change(folder, IndexFormat.meta) { transaction, meta in
      try transaction.delete(Array("generation.photos".utf8).rawSpan, in: meta)
    }
    for name in try Self.names(folder) where name.contains(".photos.") {
      try Self.change(folder, name) { try $0.drop($1, delete: true) }
    }
    let error = #expect(throws: IndexError.self) { try Self.open(folder) }
    #expect(error?.foundDamage?.contains("800 keys are counted") == true)
  }

  @Test("is not opened where a generation's number, a next number, or a sub-database's name is damaged")
  func otherNames() throws {
    for (database, key, value) in [
      ("meta", "generation.photos", UInt64(7)), ("meta", "next-dataset", 1), ("meta", "next-dataset", .max),
    ] {
      let folder = try TemporaryFolder()
      try Self.make(in: folder)
      try Self.change(folder, database) { transaction, meta in
        var bytes: [UInt8] = []
        LittleEndian.append(value, bytes: 8, to: &bytes)
        try transaction.put(Array(key.utf8), bytes, in: meta)
      }
      let error = #expect(throws: IndexError.self) { try Self.open(folder) }
      #expect(error?.foundDamage != nil, "\(key)")
    }
    // The names of sub-databases are records of the main one; LMDB lets nobody rename them, so the file is changed.
    for (old, new) in [
      ("keys.photos.", "keys.phouos."), ("listings.texts.", "listings.uexts."), ("datasets", "datasett"),
      ("sets", "sett"),
    ] {
      let folder = try TemporaryFolder()
      try Self.make(in: folder)
      let names = try Self.names(folder).count
      let url = URL(fileURLWithPath: folder.path + "/data.mdb")
      var bytes = [UInt8](try Data(contentsOf: url))
      let pattern = Array(old.utf8)
      var place = 0
      while place + pattern.count <= bytes.count {
        if bytes[place] == pattern[0], bytes[place..<(place + pattern.count)].elementsEqual(pattern) {
          bytes.replaceSubrange(place..<(place + pattern.count), with: Array(new.utf8))
        }
        place += 1
      }
      try Data(bytes).write(to: url)
      let error = #expect(throws: IndexError.self, "\(old)") { try Self.open(folder) }
      #expect(error?.foundDamage != nil, "\(old): \(error.map { "\($0)" } ?? "")")
      #expect(try Self.names(folder).count == names)
    }
  }

  @Test("is not opened where sets and blocks count different keys, or a set has a dataset without a record")
  func setRecords() throws {
    for offset in [0, 8] {
      let folder = try TemporaryFolder()
      try Self.make(in: folder)
      try Self.change(folder, IndexFormat.sets) { transaction, sets in
        var key: [UInt8] = []
        var value: [UInt8] = []
        do {
          var cursor = try transaction.cursor(sets)
          _ = try cursor.first()
          key = cursor.key.copied
          value = cursor.value.copied
        }
        value[offset] ^= 16
        try transaction.put(key, value, in: sets)
      }
      // In a file that has no sum of them yet.
      try Self.change(folder, IndexFormat.meta) {
        try $0.delete(IndexFormat.sumKey(IndexFormat.sets).rawSpan, in: $1)
      }
      let error = #expect(throws: IndexError.self) { try Self.open(folder) }
      #expect(error?.foundDamage?.contains("photos") == true)
    }
  }

  /// All records of a sub-database.
  private static func records(_ name: String, _ transaction: borrowing some Transaction & ~Copyable) throws
    -> [(key: [UInt8], value: [UInt8])]
  {
    let database = try #require(try transaction.open(name))
    var records: [(key: [UInt8], value: [UInt8])] = []
    var cursor = try transaction.cursor(database)
    while try cursor.next() { records.append((cursor.key.copied, cursor.value.copied)) }
    return records
  }

  /// Suppresses keys in a closed index, as its own and as those of another one.
  private static func suppress(in folder: TemporaryFolder) throws {
    let index = try open(folder)
    let key = IndexKey(TestSpaces.photos.id, StoredKey(integer: 7_000))
    _ = try IndexWriter(index, listedKeys: TestListedKeys()).erase([key], ErasureRecord.Cause(time: 1))
    var ring = Keyring(textSecret: .random(), secret: .random(), exported: 1)
    let digest = SuppressionDigest(of: key, secret: ring.secret)
    let isNew = ring.insert(digest, Suppression(time: 1, origin: digest))
    #expect(isNew)
    var keyrings = Keyrings()
    let change = keyrings.add(ring)
    var transaction = try index.environment.write()
    try keyrings.store(change, &transaction)
    try transaction.commit()
  }

  @Test(
    "is not opened where one bit of a record is another, or a record is lost", arguments: IndexFormat.summed)
  func sums(name: String) throws {
    let folder = try TemporaryFolder()
    try Self.make(in: folder)
    try Self.suppress(in: folder)
    do {
      let environment = try Environment(
        path: folder.path, options: EnvironmentOptions(mapSizeBytes: 1 << 30, databasesMax: 128))
      let store = IndexStore(environment: environment, path: folder.path)
      _ = try store.open(spaces: TestSpaces.all)
      let records = try Self.records(name, environment.read())
      #expect(records.count >= 2)
      for (key, value) in records {
        for place in 0...value.count {
          var transaction = try environment.write()
          let database = try transaction.create(name)
          if place < value.count {
            var changed = value
            changed[place] ^= 1 << UInt8(place % 8)
            try transaction.put(key, changed, in: database)
          } else {
            try transaction.delete(key.rawSpan, in: database)
          }
          try transaction.commit()
          let error = #expect(throws: IndexError.self) { try store.open(spaces: TestSpaces.all) }
          #expect(error?.foundDamage != nil)
          var repair = try environment.write()
          try repair.put(key, value, in: database)
          try repair.commit()
        }
      }
      _ = try store.open(spaces: TestSpaces.all)
      // A verification, which is of no opened index, finds it too.
      var transaction = try environment.write()
      let meta = try transaction.create(IndexFormat.meta)
      try transaction.put(IndexFormat.sumKey(name), RecordSum().stored, in: meta)
      try transaction.commit()
    }
    var verification = try Verification(
      IndexFile(path: folder.path + "/data.mdb"), spaces: TestSpaces.all, texts: nil)
    while try verification.step() {}
    #expect(verification.damages.map(\.what) == [RecordSum.damage(of: name)])
  }

  @Test("gets the sums of its records with the next change, where it has none")
  func sumsAdded() throws {
    let folder = try TemporaryFolder()
    try Self.make(in: folder)
    try Self.change(folder, IndexFormat.meta) { transaction, meta in
      for name in [IndexFormat.datasets, IndexFormat.sets] {
        let wasThere = try transaction.delete(IndexFormat.sumKey(name).rawSpan, in: meta)
        #expect(wasThere)
      }
    }
    try Self.expectAll(folder)
    do {
      let index = try Self.open(folder)
      try IndexWriter(index, listedKeys: TestListedKeys()).describe("ants", ["title": "Ants"])
    }
    try Self.change(folder, IndexFormat.meta) { transaction, meta in
      for name in [IndexFormat.datasets, IndexFormat.sets] {
        let isThere = try transaction.get(IndexFormat.sumKey(name).rawSpan, in: meta) != nil
        #expect(isThere)
      }
    }
    try Self.expectAll(folder)
  }

  @Test("is not opened with a damaged secret, whether its check value is there, damaged, or missing")
  func secret() throws {
    let folder = try TemporaryFolder()
    try Self.make(in: folder)
    func flip(_ key: [UInt8]) throws {
      try Self.change(folder, IndexFormat.meta) { transaction, meta in
        var value = try #require(try transaction.record(key, in: meta))
        value[3] ^= 4
        try transaction.put(key, value, in: meta)
      }
    }
    for key in [IndexFormat.secretKey, IndexFormat.secretCheckKey] {
      try flip(key)
      let error = #expect(throws: IndexError.self) { try Self.open(folder) }
      #expect(error?.foundDamage?.contains("secret") == true)
      try flip(key)
    }
    // Version 0.1.0 kept no check value: there the texts tell.
    try Self.rename(folder, IndexFormat.meta, "secret-check", "secret-chesk")
    try flip(IndexFormat.secretKey)
    let error = #expect(throws: IndexError.self) { try Self.open(folder) }
    #expect(error?.foundDamage?.contains("secret") == true)
    try flip(IndexFormat.secretKey)
    try Self.expectAll(folder)
    // It has one from then on.
    try flip(IndexFormat.secretKey)
    #expect(throws: IndexError.self) {
      try Index(path: folder.path, spaces: TestSpaces.all, limits: .tiny, program: "test", texts: nil)
    }
  }

  @Test("with a damaged secret has damage at every text, as a verification finds")
  func verifiedSecret() throws {
    let folder = try TemporaryFolder()
    try Self.make(in: folder)
    let index = try Self.open(folder)
    let secret = index.snapshot.secret
    var verification = try Verification(
      index, texts: PlainTexts(IndexSecret(secret.first ^ 1, secret.second)))
    while try verification.step() {}
    #expect(!verification.damages.isEmpty)
    #expect(verification.damages.allSatisfy { $0.what.contains("gives another key") })
  }

  @Test("of namespaces that the program does not know is not opened, and keeps them")
  func olderProgram() throws {
    let folder = try TemporaryFolder()
    try Self.make(in: folder)
    let names = try Self.names(folder)
    let error = #expect(throws: IndexError.self) { try Self.open(folder, spaces: [TestSpaces.photos]) }
    #expect(error?.description.contains("texts") == true)
    #expect(try Self.names(folder) == names)
    try Self.expectAll(folder)
  }

  @Test("keeps a newer generation that nobody noted as unfinished, and one that was noted is swept")
  func leftovers() throws {
    for isNoted in [true, false] {
      let folder = try TemporaryFolder()
      try Self.make(in: folder)
      try Self.change(folder, "keys.photos.9") { try $0.put([1], [2], in: $1) }
      if isNoted {
        try Self.change(folder, IndexFormat.meta) {
          try $0.put(IndexFormat.unfinishedKey("keys.photos.9"), [1], in: $1)
        }
      }
      try Self.expectAll(folder)
      #expect(try Self.names(folder).contains("keys.photos.9") == !isNoted)
      let index = try Self.open(folder)
      #expect(index.unexplained == (isNoted ? [] : ["keys.photos.9"]))
    }
  }

  @Test("refuses to tell the datasets of a key whose set is not there, and does not end")
  func damagedSetNumber() throws {
    let folder = try TemporaryFolder()
    try Self.make(in: folder)
    try Self.change(folder, try Self.current(folder, "keys.photos.")) { transaction, keys in
      var records: [([UInt8], [UInt8])] = []
      do {
        var cursor = try transaction.cursor(keys)
        while try cursor.next() { records.append((cursor.key.copied, cursor.value.copied)) }
      }
      for (key, value) in records {
        // The base of set numbers stands in the block and in its key.
        var (changedKey, changed) = (key, value)
        changed[14] ^= 4
        changedKey[8 + 14 - 8] ^= 4
        try transaction.delete(key.rawSpan, in: keys)
        try transaction.put(changedKey, changed, in: keys)
      }
    }
    let index = try Self.open(folder)
    let snapshot = index.snapshot
    let key = StoredKey(integer: 7)
    var batch = LookupBatch()
    batch.append(key, space: TestSpaces.photos.id)
    snapshot.look(up: &batch)
    var text: [UInt8] = []
    #expect(snapshot.isDamaged(batch.set(at: 0), space: TestSpaces.photos.id))
    #expect(!snapshot.appendHit(of: batch.set(at: 0), space: TestSpaces.photos.id, to: &text))
    #expect(text.isEmpty)
    #expect(throws: IndexError.self) { try snapshot.datasets(of: key, space: TestSpaces.photos.id) }
    #expect(throws: IndexError.self) { try snapshot.listings(of: key, space: TestSpaces.photos.id, limit: 9) }
  }

  @Test("refuses to list keys whose part of the listings is lost")
  func lostPart() throws {
    for space in [TestSpaces.photos, TestSpaces.texts] {
      let folder = try TemporaryFolder()
      try Self.make(in: folder)
      try Self.change(folder, try Self.current(folder, "listings.\(space.name).")) { transaction, listings in
        var key: [UInt8] = []
        do {
          var cursor = try transaction.cursor(listings)
          _ = try cursor.last()
          key = cursor.key.copied
        }
        try transaction.delete(key.rawSpan, in: listings)
      }
      let index = try Self.open(folder)
      let secret = index.snapshot.secret
      var (refused, refusedByPart) = (0, 0)
      for number in 0..<800 {
        let text = Array("text \(number)".utf8)
        let key =
          space.isInteger ? StoredKey(integer: UInt64(number)) : StoredKey(text: text.span, secret: secret)
        do throws(IndexError) {
          let listings = try index.snapshot.listings(of: key, space: space.id, limit: 9)
          #expect(listings.count > 0, "\(space.name) \(number)")
        } catch {
          #expect(error.foundDamage?.contains("not all") == true)
          refused += 1
        }
        // Part by part, a key is shown as long as its own part is there.
        var entries = 0
        do throws(IndexError) {
          var listings = try KeyListings(index.snapshot, of: key, space: space.id)
          while try listings.next({ _, _ in entries += 1 }) {}
          #expect(entries > 0, "\(space.name) \(number)")
        } catch {
          #expect(error.foundDamage?.contains("not all") == true)
          refusedByPart += 1
        }
      }
      #expect((1..<800).contains(refused))
      #expect((1...refused).contains(refusedByPart))
    }
  }

  /// The stored parts of a namespace's listings.
  private static func parts(_ folder: TemporaryFolder, _ space: KeySpace) throws -> [(
    key: [UInt8], value: [UInt8]
  )] {
    let name = try current(folder, "listings.\(space.name).")
    let environment = try Environment(
      path: folder.path, options: EnvironmentOptions(mapSizeBytes: 1 << 30, databasesMax: 128))
    let transaction = try environment.read()
    return try records(name, transaction)
  }

  /// What is listed for each of the keys of `make`, at once and part by part; nil where it is refused as damaged.
  private static func listed(_ index: Index, _ space: KeySpace) -> [(whole: [String]?, byPart: [String]?)] {
    (0..<800).map { number in
      let text = Array("text \(number)".utf8)
      let key =
        space.isInteger
        ? StoredKey(integer: UInt64(number)) : StoredKey(text: text.span, secret: index.snapshot.secret)
      var whole: [String]?
      do throws(IndexError) {
        whole = try index.snapshot.listings(of: key, space: space.id, limit: 9).map {
          "\($0.dataset) \(String(decoding: $0.payload, as: UTF8.self))"
        }
      } catch { #expect(error.foundDamage?.contains("fails its checksum") == true) }
      var byPart: [String]? = []
      do throws(IndexError) {
        var listings = try KeyListings(index.snapshot, of: key, space: space.id)
        while try listings.next({ byPart?.append("\($0) \(String(decoding: $1, as: UTF8.self))") }) {}
      } catch { byPart = nil }
      return (whole, byPart)
    }
  }

  @Test(
    "refuses to list keys where LMDB finds a whole part that is another block's, or was this block's once")
  func strangePart() throws {
    for space in [TestSpaces.photos, TestSpaces.texts] {
      let folder = try TemporaryFolder()
      try Self.make(in: folder)
      let sound = try Self.parts(folder, space)
      var strangers: [(key: [UInt8], value: [UInt8])] = [
        (sound[0].key, sound[1].value), (sound[sound.count - 1].key, sound[0].value),
      ]
      var wanted: [[String]] = []
      do {
        let index = try Self.open(folder)
        wanted = Self.listed(index, space).map { $0.whole ?? [] }
        #expect(wanted.allSatisfy { !$0.isEmpty })
        // As the part was stored while the block listed something else.
        let part = try #require(
          try (0..<index.snapshot.directories[space.id]!.count).compactMap {
            try index.snapshot.listingPart(0, ofBlock: $0, of: space)
          }.first)
        var older = ListingGroups()
        try part.unpack(with: Compression()) { (_, group) throws(IndexError) in
          let changed = Array(group.dropLast()) + [UInt8(ascii: "?")]
          older.append(changed.span)
        }
        let packed = try ListingPart.pack(
          older, mark: ListingsMark(older), partBytes: 1 << 20, with: Compression())
        #expect(part.bytes == sound[0].value && packed.count == 1 && packed[0] != part.bytes)
        strangers.append((sound[0].key, packed[0]))
      }
      for stranger in strangers {
        let right = try #require(sound.first { $0.key == stranger.key })
        let name = try Self.current(folder, "listings.\(space.name).")
        try Self.change(folder, name) { try $0.put(stranger.key, stranger.value, in: $1) }
        var refused = 0
        for (found, wanted) in zip(Self.listed(try Self.open(folder), space), wanted) {
          // A part before the strange one is shown by itself.
          #expect(found.byPart == nil || found.byPart == wanted)
          #expect(found.whole == nil || found.whole == wanted && found.byPart == wanted)
          if found.whole == nil { refused += 1 }
        }
        #expect((1..<800).contains(refused))
        try Self.change(folder, name) { try $0.put(right.key, right.value, in: $1) }
      }
      let restored = Self.listed(try Self.open(folder), space).map { $0.whole ?? [] }
      #expect(restored == wanted)
    }
  }

  @Test("reads and changes blocks from before their headers told of listings")
  func olderBlocks() throws {
    let folder = try TemporaryFolder()
    try Self.make(in: folder)
    for space in [TestSpaces.photos, TestSpaces.texts] {
      try Self.change(folder, try Self.current(folder, "keys.\(space.name).")) { transaction, keys in
        let told = [5] + Array(26..<32)
        for (key, value) in try Self.records(IndexFormat.keys(space, 1), transaction) {
          var (older, block) = (key, value)
          for offset in told { (older[space.keyBytes + offset], block[8 + offset]) = (0, 0) }
          LittleEndian.store(Checksum.of(block.rawSpan, from: 8), bytes: 8, at: 0, in: &block)
          try transaction.delete(key.rawSpan, in: keys)
          try transaction.put(older, block, in: keys)
        }
      }
      try Self.change(folder, try Self.current(folder, "listings.\(space.name).")) { transaction, listings in
        for (key, value) in try Self.records(IndexFormat.listings(space, 1), transaction) {
          var part = value
          LittleEndian.store(Checksum.of(part.rawSpan, from: 8), bytes: 8, at: 0, in: &part)
          try transaction.put(key, part, in: listings)
        }
      }
    }
    try Self.expectAll(folder)
    do {
      let index = try Self.open(folder)
      for space in [TestSpaces.photos, TestSpaces.texts] {
        #expect(Self.listed(index, space).allSatisfy { $0.whole?.isEmpty == false && $0.whole == $0.byPart })
      }
      let rows = (0..<3).map { number -> Row in
        (StoredKey(integer: UInt64(number)), TestSpaces.photos, true, "another \(number)")
      }
      _ = try load(rows, into: "ants", mode: .append, index: index, writer: IndexWriter(index))
      #expect(Self.listed(index, TestSpaces.photos)[1].whole?.count == 2)
    }
    try Self.expectAll(folder)
  }

  @Test("ends a walk with an error where a part of the listings belongs to no block")
  func walks() throws {
    struct Visitor: ListingVisitor {
      var keys = 0
      mutating func visit(
        _ payload: ArraySlice<UInt8>, of dataset: Int, key: StoredKey, in space: KeySpace
      ) {}
      mutating func leave(_ key: StoredKey, in space: KeySpace, datasets: [DatasetToken]) { keys += 1 }
    }
    let folder = try TemporaryFolder()
    try Self.make(in: folder)
    try Self.change(folder, try Self.current(folder, "listings.photos.")) { transaction, listings in
      var (key, value): ([UInt8], [UInt8]) = ([], [])
      do {
        var cursor = try transaction.cursor(listings)
        _ = try cursor.last()
        (key, value) = (cursor.key.copied, cursor.value.copied)
      }
      try transaction.delete(key.rawSpan, in: listings)
      key[3] ^= 1
      try transaction.put(key, value, in: listings)
    }
    let index = try Self.open(folder)
    for dataset in [nil, 1, 2] as [Int?] {
      var walk = ListingWalk(index.snapshot, dataset: dataset)
      var visitor = Visitor()
      let error = #expect(throws: IndexError.self) { while try walk.step(&visitor) {} }
      #expect(error?.foundDamage?.contains("photos") == true)
    }
  }

  @Test("whose commit has another number by a flipped bit brings no earlier state back")
  func commitNumber() throws {
    let folder = try TemporaryFolder()
    do {
      let index = try Index(
        path: folder.path, spaces: TestSpaces.all, limits: .tiny, program: "test", texts: nil)
      for number in 1...3 {
        _ = try load(
          [(StoredKey(integer: UInt64(number)), TestSpaces.photos, true, "")], into: "d\(number)",
          mode: .create,
          index: index, writer: IndexWriter(index))
      }
    }
    let path = folder.path + "/data.mdb"
    let sound = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
    for page in 0...1 {
      for bit in 0..<64 {
        var bytes = sound
        bytes[4_096 * page + 144 + bit / 8] ^= 1 << UInt8(bit % 8)
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        let error = #expect(throws: IndexError.self, "page \(page), bit \(bit)") {
          try Index(path: folder.path, spaces: TestSpaces.all, limits: .tiny, program: "test", texts: nil)
        }
        #expect(error?.foundDamage?.contains("commit") == true)
        #expect(throws: IndexError.self) { try IndexFile(path: path) }
      }
    }
    try Data(sound).write(to: URL(fileURLWithPath: path))
    let index = try Index(
      path: folder.path, spaces: TestSpaces.all, limits: .tiny, program: "test", texts: nil)
    #expect(index.snapshot.counts.images == 3)
  }
}
