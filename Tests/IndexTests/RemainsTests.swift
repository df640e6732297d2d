// What an index notes of changes that leave something in its files.

import LMDB
import TestSupport
import Testing

@testable import Index

@Suite("what may remain in the files")
struct RemainsTests {
  private static func open(_ folder: TemporaryFolder) throws -> Index {
    try Index(path: folder.path, spaces: TestSpaces.all, limits: .tiny, program: "test", texts: nil)
  }

  private static func photo(_ number: UInt64) -> IndexKey { IndexKey(1, StoredKey(integer: number)) }

  private static func rows(_ ids: ClosedRange<UInt64>)
    -> [(key: StoredKey, space: KeySpace, isPrimary: Bool, payload: String)]
  {
    ids.map { (StoredKey(integer: $0), TestSpaces.photos, true, "") }
  }

  @Test(
    "is noted with the first erasure, removal or replacement, with the change itself, and outlives a restart")
  func noted() throws {
    let folder = try TemporaryFolder()
    do {
      let index = try Self.open(folder)
      let writer = IndexWriter(index)
      _ = try load(Self.rows(1...50), into: "ants", mode: .create, index: index, writer: writer)
      _ = try load(Self.rows(40...90), into: "bees", mode: .create, index: index, writer: writer)
      #expect(index.snapshot.remains == nil)
      _ = try writer.erase([Self.photo(5_000)], ErasureRecord.Cause(time: 60))
      #expect(index.snapshot.remains == nil, "nothing was there")
      _ = try writer.erase([Self.photo(5)], ErasureRecord.Cause(time: 70), isRehearsal: true)
      #expect(index.snapshot.remains == nil, "a rehearsal")
      _ = try writer.remove("bees", now: 100)
      #expect(index.snapshot.remains == Remains(since: 100, lastErasure: 0))
      _ = try writer.erase([Self.photo(5)], ErasureRecord.Cause(time: 200))
      _ = try load(Self.rows(1...20), into: "ants", mode: .replace, index: index, writer: writer)
      #expect(index.snapshot.remains == Remains(since: 100, lastErasure: 200))
    }
    #expect(try Self.open(folder).snapshot.remains == Remains(since: 100, lastErasure: 200))
  }

  @Test("is noted of an image that only a staged load can have, and that load is named")
  func staged() throws {
    let folder = try TemporaryFolder()
    let index = try Self.open(folder)
    let writer = IndexWriter(index)
    _ = try load(Self.rows(1...50), into: "ants", mode: .create, index: index, writer: writer)
    let staged = try index.openLoad(LoadManifest(slug: "bees", source: "s", mode: .create))
    #expect(try index.loadsWithRemains() == [])
    // Before the load was begun.
    _ = try writer.erase([Self.photo(5_000)], ErasureRecord.Cause(time: 1))
    #expect(try index.loadsWithRemains() == [])
    _ = try writer.erase([Self.photo(5_001)], ErasureRecord.Cause(time: 1 << 40))
    #expect(try index.loadsWithRemains() == ["bees.s"])
    #expect(index.snapshot.remains == Remains(since: 1, lastErasure: 1 << 40))
    try staged.remove()
  }

  @Test("is no more where the copy that takes the file's place says so; a damaged record is long due")
  func settled() throws {
    let folder = try TemporaryFolder()
    do {
      let index = try Self.open(folder)
      let writer = IndexWriter(index)
      _ = try load(Self.rows(1...500), into: "ants", mode: .create, index: index, writer: writer)
      _ = try writer.erase([Self.photo(5)], ErasureRecord.Cause(time: 100))
      let part = try DataPart(index, bytes: 1 << 20)
      let copy = try IndexCopy(index)
      var buffer = [UInt8](repeating: 0, count: 1 << 20)
      var hasEnded = false
      while !hasEnded {
        switch try copy.read(into: &buffer, milliseconds: 100) {
        case .bytes(let count): try part.write(buffer[..<count])
        case .nothing: break
        case .end: hasEnded = true
        }
      }
      try part.finish()
      try part.settle(at: 300)
      #expect(try part.install())
    }
    let index = try Self.open(folder)
    #expect(index.snapshot.remains == nil)
    #expect(index.snapshot.suppressions.count == 1)
    #expect(try index.receipts().map(\.physical) == [300])
    #expect(Remains(stored: [1, 2, 3]).since == 0)
    let stored = Remains(since: 7, lastErasure: 9)
    #expect(Remains(stored: stored.stored) == stored)
  }

  @Test("is in receipts, of which the last are kept, up to a bound and not one more")
  func receipts() throws {
    let folder = try TemporaryFolder()
    var limits = IndexLimits.tiny
    limits.receiptsMax = 3
    func open() throws -> Index {
      try Index(path: folder.path, spaces: TestSpaces.all, limits: limits, program: "test", texts: nil)
    }
    do {
      let index = try open()
      let writer = IndexWriter(index)
      #expect(try index.receipts() == [])
      for number in 1...3 as ClosedRange<UInt64> {
        let cause = ErasureRecord.Cause(time: 10 * Int(number), user: 7)
        #expect(try writer.erase([Self.photo(number)], cause).receipt == Int(number))
      }
      // The index had none of them, so no file has.
      #expect(try index.receipts().map(\.number) == [1, 2, 3])
      #expect(try index.receipts().map(\.physical) == [10, 20, 30])
      let cause = ErasureRecord.Cause(time: 40, reason: "by mistake")
      #expect(try writer.unsuppress(Self.photo(2), text: nil, cause) == 1)
      #expect(try writer.unsuppress(Self.photo(2), text: nil, cause) == 0)
    }
    let index = try open()
    let receipts = try index.receipts()
    #expect(receipts.map(\.number) == [2, 3, 4])
    #expect(receipts[2].kind == .lifting && receipts[2].cause.reason == "by mistake" && receipts[2].keys == 1)
    #expect(receipts[2].digests == receipts[0].digests && receipts[0].cause.user == 7)
    #expect(try IndexWriter(index).erase([Self.photo(9)], ErasureRecord.Cause(time: 1)).receipt == 5)
  }
}
