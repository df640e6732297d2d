// Erased keys leave the index as if it had never had them, and no load brings them back.

import Foundation
import LMDB
import Synchronization
import TestSupport
import Testing

@testable import Index

/// A row of a list: its primary key first.
private struct ListRow: Hashable {
  var keys: [IndexKey]
  var note = ""

  func names(any wanted: Set<IndexKey>) -> Bool { keys.contains(where: wanted.contains) }

  /// The row as it is staged.
  var staged: [(key: StoredKey, space: KeySpace, isPrimary: Bool, payload: String)] {
    let others = Array(keys.dropFirst())
    let isBare = keys[0].space == TestSpaces.photos.id && others.isEmpty && note.isEmpty
    let row = (
      key: keys[0].key, space: Self.space(keys[0]), isPrimary: keys[0].space != TestSpaces.accounts.id,
      payload: isBare ? "" : TestListedKeys.row(naming: others, note)
    )
    return [row]
      + others.map { ($0.key, Self.space($0), false, TestListedKeys.link(to: keys[0])) }
  }

  private static func space(_ key: IndexKey) -> KeySpace { TestSpaces.all.first { $0.id == key.space }! }
}

private func photo(_ number: UInt64) -> IndexKey { IndexKey(1, StoredKey(integer: number)) }
private func text(_ number: UInt64) -> IndexKey {
  IndexKey(64, StoredKey(high: StoredKey.mix(number), low: 1))
}
private func account(_ number: UInt64) -> IndexKey {
  IndexKey(65, StoredKey(high: StoredKey.mix(number), low: 2))
}

private func openIndex(_ folder: TemporaryFolder, _ limits: IndexLimits = .tiny) throws -> Index {
  try Index(path: folder.path, spaces: TestSpaces.all, limits: limits, program: "test", texts: nil)
}

private func load(
  _ rows: [ListRow], into slug: String, mode: LoadMode, _ writer: IndexWriter, _ digest: String
)
  throws -> LoadOutcome
{
  try load(
    rows.flatMap(\.staged), into: slug, mode: mode, index: writer.index, writer: writer, sha256: digest)
}

/// All that an index says of its keys.
private struct Contents: Equatable {
  struct Key: Equatable {
    var tokens: [String: Bool] = [:]
    var entries: Set<[String]> = []
  }

  var keys: [IndexKey: Key] = [:]
  var images = 0
  var memberships = 0
  var counts: [String: IndexCounts.Dataset] = [:]

  /// - Parameter datasets: all but these are left out.
  init(_ index: Index) throws {
    struct Visitor: ListingVisitor {
      let snapshot: Snapshot
      var keys: [IndexKey: Key] = [:]

      func slug(_ dataset: Int) -> String { snapshot.datasets[dataset]!.slug }

      mutating func visit(_ payload: ArraySlice<UInt8>, of dataset: Int, key: StoredKey, in space: KeySpace) {
        keys[IndexKey(space.id, key), default: Key()].entries.insert(
          [slug(dataset), String(decoding: payload, as: UTF8.self)])
      }

      mutating func leave(_ key: StoredKey, in space: KeySpace, datasets: [DatasetToken]) {
        for token in datasets {
          keys[IndexKey(space.id, key), default: Key()].tokens[slug(token.dataset)] = token.isPrimary
        }
      }
    }
    let snapshot = index.snapshot
    var visitor = Visitor(snapshot: snapshot)
    var walk = ListingWalk(snapshot, dataset: nil)
    while try walk.step(&visitor) {}
    keys = visitor.keys
    images = snapshot.counts.images
    memberships = snapshot.counts.memberships
    for dataset in snapshot.datasets.values {
      var counted = snapshot.counts.datasets[dataset.number] ?? IndexCounts.Dataset()
      counted.keys = counted.keys.filter { $0.value != 0 }
      counts[dataset.slug] = counted
    }
  }
}

private func expectSound(_ index: Index, sourceLocation: SourceLocation = #_sourceLocation) throws {
  var verification = try Verification(index, texts: nil)
  while try verification.step() {}
  #expect(verification.damages.map(\.what) == [], sourceLocation: sourceLocation)
}

@Suite("an erasure")
struct ErasureTests {
  /// Few keys of each kind, so that rows share them in all ways.
  private static func rows(_ random: inout SeededGenerator, _ count: Int) -> [ListRow] {
    (0..<count).map { number in
      var keys: [IndexKey] = []
      let id = UInt64.random(in: 1...UInt64(count), using: &random)
      switch Int.random(in: 0..<10, using: &random) {
      case 0...5: keys = [photo(id)]
      case 6, 7: keys = [text(id)]
      case 8: keys = [photo(id), text(id)]
      default: keys = [account(id % 7)]
      }
      if Bool.random(using: &random) { keys.append(account(UInt64.random(in: 0..<7, using: &random))) }
      if keys[0].space != 65, Int.random(in: 0..<9, using: &random) == 0 {
        keys.append(text(UInt64.random(in: 1...30, using: &random)))
      }
      var distinct: [IndexKey] = []
      for key in keys where !distinct.contains(key) { distinct.append(key) }
      return ListRow(
        keys: distinct, note: Bool.random(using: &random) ? "" : "n\(Int.random(in: 0..<3, using: &random))")
    }
  }

  @Test(
    "leaves what an index has that never had the rows, and so does each load after it",
    arguments: 1...6 as ClosedRange<UInt64>)
  func neverThere(seed: UInt64) throws {
    let (folder, otherFolder) = (try TemporaryFolder(), try TemporaryFolder())
    var random = SeededGenerator(state: seed)
    var limits = IndexLimits.tiny
    if seed.isMultiple(of: 2) { limits.editedBytesMax = 10 << 20 }
    let index = try openIndex(folder, limits)
    let writer = IndexWriter(index)
    var lists: [String: [ListRow]] = [:]
    for slug in ["ants", "bees", "cats"] {
      lists[slug] = Self.rows(&random, 700)
      _ = try load(lists[slug]!, into: slug, mode: .create, writer, slug)
    }
    // A dataset that was removed leaves remains.
    if seed.isMultiple(of: 3) {
      _ = try writer.remove("bees", now: 1)
      lists["bees"] = nil
    }
    let wanted = (0..<40).map { _ in
      let id = UInt64.random(in: 1...700, using: &random)
      return [photo(id), text(id)].randomElement(using: &random)!
    }
    let given = Array(Set(wanted))
    if seed.isMultiple(of: 2) { _ = try writer.fold() }
    let outcome = try writer.erase(given, ErasureRecord.Cause(time: 1))
    let gone = try Contents(index).images
    #expect(outcome.images > 0)

    // All that the erased rows' primary keys list is gone.
    var erased = Set(given)
    while true {
      let primaries = lists.values.joined().filter { $0.names(any: erased) }.map { $0.keys[0] }
        .filter { $0.space != 65 }
      guard !erased.isSuperset(of: primaries) else { break }
      erased.formUnion(primaries)
    }
    let other = try openIndex(otherFolder, limits)
    let otherWriter = IndexWriter(other)
    for (slug, rows) in lists {
      _ = try load(rows.filter { !$0.names(any: erased) }, into: slug, mode: .create, otherWriter, slug)
    }
    #expect(try Contents(index) == Contents(other))
    #expect(gone == other.snapshot.counts.images)
    try expectSound(index)

    // The same lists once more, and others that name the erased keys in other ways.
    for (slug, rows) in lists {
      let more = Self.rows(&random, 300)
      let outcome = try load(rows + more, into: slug, mode: .replace, writer, "again \(slug)")
      let kept = (rows + more).filter { !$0.names(any: index.snapshot.suppressions) }
      _ = try load(kept, into: slug, mode: .replace, otherWriter, "again \(slug)")
      #expect(outcome.imagesLeftOut > 0)
    }
    #expect(try Contents(index) == Contents(other))
    try expectSound(index)
  }
}

extension ListRow {
  fileprivate func names(any suppressions: Suppressions) -> Bool {
    keys.contains(where: suppressions.contains)
  }
}

@Suite("a verification of an index with suppressions")
struct SuppressedKeyTests {
  private final class Texts: TextKeyCheck {
    let ruleVersion = 1
    let listedKeys: any ListedKeys = TestListedKeys()
    func isListing(_: ArraySlice<UInt8>, of _: StoredKey, in _: KeySpace) -> Bool? { nil }
  }

  private static func damages(_ index: Index) throws -> [String] {
    var verification = try Verification(index, texts: Texts())
    while try verification.step() {}
    return verification.damages.map { "\($0.database): \($0.what)" }
  }

  @Test("finds keys and listings that should have left it, and nothing after an erasure")
  func suppressed() throws {
    let folder = try TemporaryFolder()
    let index = try openIndex(folder)
    let writer = IndexWriter(index)
    let rows = (1...300 as ClosedRange<UInt64>).map { ListRow(keys: [photo($0), account($0 % 7)]) }
    _ = try load(rows, into: "ants", mode: .create, writer, "ants")
    _ = try writer.erase([photo(3), photo(900)], ErasureRecord.Cause(time: 1))
    #expect(try Self.damages(index) == [])

    // Suppressed by hand: its rows are still there.
    var state = index.state.withLock { $0 }
    let inserted = state.suppressions.insert(photo(5), because: photo(5), time: 1)
    let digest = try #require(inserted)
    var transaction = try index.environment.write()
    try state.suppressions.store(SuppressionChange(added: [digest]), &transaction)
    try transaction.commit()
    let damages = try Self.damages(index)
    #expect(damages.count == 2, "\(damages)")
    #expect(
      damages.first { $0.hasPrefix("keys.photos") }?.hasSuffix("1 keys of the block are suppressed") == true)
    #expect(damages.first { $0.hasPrefix("listings.accounts") }?.hasSuffix("names a suppressed one") == true)
  }
}

@Suite("what an erasure may take away")
struct ErasureBoundTests {
  /// A text key that so many photos are listed with.
  private static func shared(by count: Int, _ folder: TemporaryFolder, _ limits: IndexLimits) throws
    -> IndexWriter
  {
    let writer = IndexWriter(try openIndex(folder, limits))
    let rows = (1...UInt64(count)).map { ListRow(keys: [photo($0), text(7)]) }
    _ = try load(rows, into: "ants", mode: .create, writer, "ants")
    return writer
  }

  @Test("is what one key names up to the bound, and nothing at all beyond it")
  func keys() throws {
    var limits = IndexLimits.tiny
    limits.erasedKeysMax = 11
    for count in [10, 11] {
      let folder = try TemporaryFolder()
      let writer = try Self.shared(by: count, folder, limits)
      if count == 10 {
        #expect(try writer.erase([text(7)], ErasureRecord.Cause(time: 1)).images == 10)
        #expect(writer.index.snapshot.counts.images == 0)
      } else {
        #expect(throws: IndexError.self) { try writer.erase([text(7)], ErasureRecord.Cause(time: 1)) }
        #expect(writer.index.snapshot.counts.images == 11)
        #expect(writer.index.snapshot.suppressions.isEmpty)
      }
    }
  }

  @Test("is an account with its names up to the bound, and nothing at all beyond it")
  func names() throws {
    var limits = IndexLimits.tiny
    limits.erasedNamesMax = 3
    for count in [3, 4] as [UInt64] {
      let folder = try TemporaryFolder()
      let writer = IndexWriter(try openIndex(folder, limits))
      let rows = (1..<count).map { ListRow(keys: [photo($0), account($0), account($0 + 1)]) }
      _ = try load(rows, into: "ants", mode: .create, writer, "ants")
      if count == 3 {
        #expect(try writer.erase([account(1)], ErasureRecord.Cause(time: 1)).images == 2)
      } else {
        #expect(throws: IndexError.self) { try writer.erase([account(1)], ErasureRecord.Cause(time: 1)) }
        #expect(writer.index.snapshot.counts.images == 3)
      }
    }
  }

  @Test("is as much as an index may suppress")
  func suppressions() throws {
    var limits = IndexLimits.tiny
    limits.suppressionsMax = 5
    let folder = try TemporaryFolder()
    let writer = IndexWriter(try openIndex(folder, limits))
    #expect(try writer.erase((1...5).map(photo), ErasureRecord.Cause(time: 1)).suppressed == 5)
    #expect(throws: IndexError.self) { try writer.erase([photo(6)], ErasureRecord.Cause(time: 1)) }
    #expect(writer.index.snapshot.suppressions.count == 5)
  }

  @Test("a rehearsal says what an erasure does, and changes nothing")
  func rehearsal() throws {
    let folder = try TemporaryFolder()
    let writer = try Self.shared(by: 300, folder, .tiny)
    let before = try Contents(writer.index)
    let given = (1...40).map(photo)
    let rehearsed = try writer.erase(given, ErasureRecord.Cause(time: 1), isRehearsal: true)
    #expect(try Contents(writer.index) == before)
    #expect(writer.index.snapshot.suppressions.isEmpty)
    var erased = try writer.erase(given, ErasureRecord.Cause(time: 1))
    #expect(rehearsed.receipt == nil && erased.receipt == 1)
    erased.receipt = nil
    for place in erased.found.indices { erased.found[place].digest = nil }
    #expect(erased == rehearsed)
  }

  @Test(
    "leaves no set behind of a dataset that is replaced when the index has no keys at all",
    arguments: [false, true])
  func allErased(isReopened: Bool) throws {
    let folder = try TemporaryFolder()
    func verified(_ writer: IndexWriter) throws {
      var verification = try Verification(writer.index, texts: nil)
      while try verification.step() {}
      #expect(verification.damages.isEmpty)
    }
    do {
      let writer = IndexWriter(try openIndex(folder))
      _ = try load([1, 2].map { ListRow(keys: [photo($0)]) }, into: "park", mode: .create, writer, "a")
      _ = try load([ListRow(keys: [photo(2)])], into: "zoo", mode: .create, writer, "b")
      _ = try writer.erase([photo(1), photo(2)], ErasureRecord.Cause(time: 1))
      #expect(writer.index.snapshot.counts.images == 0)
      if !isReopened {
        _ = try load([ListRow(keys: [photo(3)])], into: "park", mode: .replace, writer, "c")
        return try verified(writer)
      }
    }
    let writer = IndexWriter(try openIndex(folder))
    _ = try load([ListRow(keys: [photo(3)])], into: "park", mode: .replace, writer, "c")
    try verified(writer)
  }

  @Test("suppressions outlive the index's closing; a damaged secret of theirs is noticed")
  func reopening() throws {
    let folder = try TemporaryFolder()
    do {
      let writer = IndexWriter(try openIndex(folder))
      _ = try writer.erase([photo(1), text(2)], ErasureRecord.Cause(time: 77))
    }
    do {
      let index = try openIndex(folder)
      #expect(index.snapshot.suppressions[photo(1)]?.time == 77)
      #expect(index.snapshot.suppressions.contains(text(2)))
      #expect(!index.snapshot.suppressions.contains(photo(2)))
      #expect(index.snapshot.suppressions.count == 2)
      var transaction = try index.environment.write()
      let database = try transaction.create(IndexFormat.suppressed)
      try transaction.put(Array("secret".utf8), [UInt8](repeating: 1, count: 32), in: database)
      try transaction.commit()
    }
    #expect(throws: IndexError.self) { try openIndex(folder) }
  }

  /// What an index with other secrets suppresses.
  private func keyring(of keys: [IndexKey], at time: Int) throws -> Keyring {
    let folder = try TemporaryFolder()
    let writer = IndexWriter(try openIndex(folder))
    _ = try writer.erase(keys, ErasureRecord.Cause(time: time))
    var exported = try #require(KeyringWriter(writer.index.snapshot, now: time))
    var reader = KeyringReader(limits: writer.index.limits)
    var bytes: [UInt8] = []
    while exported.append(to: &bytes) {}
    // Byte by byte, since a file may come in any pieces.
    for byte in bytes { try reader.take([byte]) }
    return try reader.finish()
  }

  @Test("a keyring outlives the index's closing; any damage of it is noticed, at the start and by VERIFY")
  func keyrings() throws {
    let folder = try TemporaryFolder()
    let ring = try keyring(of: [photo(1), photo(2)], at: 50)
    do {
      let writer = IndexWriter(try openIndex(folder))
      _ = try load([ListRow(keys: [photo(1)])], into: "ants", mode: .create, writer, "ants")
      #expect(try writer.take(ring, ErasureRecord.Cause(time: 60)).erasure.images == 1)
    }
    let id = ring.id.stored
    let row = id + (try #require(ring.suppressions.digest(of: photo(1)))).stored
    for (key, value) in [
      (id, [UInt8](repeating: 1, count: 40)), (id, [1]), (row, [1]), (row.reversed(), [1]),
    ] {
      let damaged = try TemporaryFolder()
      try FileManager.default.copyItem(atPath: "\(folder.path)/data.mdb", toPath: "\(damaged.path)/data.mdb")
      do {
        let index = try openIndex(damaged)
        let found = [photo(1), photo(2), photo(3)].map { index.snapshot.keyrings.contains($0, text: nil) }
        #expect(found == [true, true, false])
        try expectSound(index)
        var transaction = try index.environment.write()
        let database = try transaction.create(IndexFormat.keyrings)
        try transaction.put(Array(key), value, in: database)
        try transaction.commit()
        var verification = try Verification(index, texts: nil)
        while try verification.step() {}
        #expect(verification.damages.map(\.database) == [IndexFormat.keyrings])
      }
      #expect(throws: IndexError.self) { try openIndex(damaged) }
    }
  }

  @Test(
    "a key for other indexes is made with the index; a damaged one is reported, and made again at the start")
  func exchangeKey() throws {
    let folder = try TemporaryFolder()
    let key = try openIndex(folder).snapshot.exchangeKey?.bytes
    #expect(key?.count == 32)
    for damage in [[UInt8](repeating: 1, count: 48), []] {
      let before = try openIndex(folder)
      var transaction = try before.environment.write()
      let meta = try transaction.create(IndexFormat.meta)
      try transaction.put(IndexFormat.exchangeKey, damage, in: meta)
      try transaction.commit()
      var verification = try Verification(before, texts: nil)
      while try verification.step() {}
      #expect(verification.damages.map(\.place) == ["exchange-key"])
    }
    let index = try openIndex(folder)
    let made = index.snapshot.exchangeKey?.bytes
    #expect(made != nil && made != key)
    try expectSound(index)
  }

  @Test("no fence and no freed block keeps an erased key where all keys of a block go")
  func wholeBlocks() throws {
    let folder = try TemporaryFolder()
    let writer = IndexWriter(try openIndex(folder))
    let rows = (1...3_000 as ClosedRange<UInt64>).map { ListRow(keys: [photo($0)]) }
    _ = try load(rows, into: "ants", mode: .create, writer, "ants")
    // All keys of the first and of the last block.
    for isLast in [false, true] {
      let block = isLast ? writer.index.snapshot.directories[1]!.count - 1 : 0
      var entries: [BlockEntry] = []
      try writer.index.snapshot.unpackBlock(block, of: TestSpaces.photos, into: &entries)
      _ = try writer.erase(entries.map { IndexKey(1, $0.key) }, ErasureRecord.Cause(time: 1))
      let directory = writer.index.snapshot.directories[1]!
      let fences = Set((0..<directory.count).map { directory.place($0).fence })
      #expect(fences.isDisjoint(with: entries.map(\.key)))
      for entry in entries { #expect(try writer.index.snapshot.set(of: entry.key, space: 1) == 0) }
      try expectSound(writer.index)
    }
    // And all that there is.
    _ = try writer.erase((1...3_000).map(photo), ErasureRecord.Cause(time: 1))
    #expect(writer.index.snapshot.counts.images == 0)
    try expectSound(writer.index)
    let more = (2_990...3_100 as ClosedRange<UInt64>).map { ListRow(keys: [photo($0)]) }
    #expect(try load(more, into: "bees", mode: .create, writer, "bees").imagesLeftOut == 11)
    #expect(writer.index.snapshot.counts.images == 100)
    try expectSound(writer.index)
  }
}
