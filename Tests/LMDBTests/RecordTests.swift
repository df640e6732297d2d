// Records of one database: what is put can be read, what cannot be kept is refused.

import LMDB
import Testing

@Suite struct RecordTests {
  let temporary: TemporaryEnvironment
  let database: Database

  init() throws {
    temporary = try TemporaryEnvironment()
    database = try temporary.create("records")
  }

  @Test("a value that was put is read, also before the commit, and replaced by the next")
  func putGetOverwrite() throws {
    var transaction = try temporary.environment.write()
    try transaction.put("a", "one", in: database)
    #expect(try transaction.text("a", in: database) == "one")
    try transaction.put("a", "two", in: database)
    try transaction.commit()
    #expect(try temporary.read("a", in: database) == "two")
  }

  @Test("an absent key has no value, and deleting it says that it was not there")
  func absence() throws {
    try temporary.commit(["a": "one"], in: database)
    var transaction = try temporary.environment.write()
    #expect(try transaction.text("b", in: database) == nil)
    #expect(try transaction.delete("b", in: database) == false)
    #expect(try transaction.delete("a", in: database) == true)
    #expect(try transaction.text("a", in: database) == nil)
    try transaction.commit()
    #expect(try temporary.read("a", in: database) == nil)
  }

  @Test("an empty value is there, and empty")
  func emptyValue() throws {
    try temporary.commit(["a": ""], in: database)
    #expect(try temporary.read("a", in: database) == "")
  }

  @Test("a key has 1 to 511 bytes; others are refused with LMDB's code, and the transaction goes on")
  func keySizes() throws {
    var transaction = try temporary.environment.write()
    let longest = String(repeating: "k", count: 511)
    try transaction.put(longest, "kept", in: database)
    do throws(LMDBError) {
      try transaction.put(longest + "k", "refused", in: database)
      Issue.record("a key of 512 bytes was taken")
    } catch {
      #expect(error.code.rawValue == -30781)
      #expect(error.call == "mdb_put")
    }
    do throws(LMDBError) {
      try transaction.put("", "refused", in: database)
      Issue.record("an empty key was taken")
    } catch {
      #expect(error.code == .badValueSize)
    }
    try transaction.commit()
    #expect(try temporary.read(longest, in: database) == "kept")
  }

  @Test("values of 0 to 10,000 bytes are read back as they were put")
  func valueSizes() throws {
    let sizes = Array(stride(from: 0, through: 10_000, by: 37)) + [4_080, 4_081, 10_000]
    var transaction = try temporary.environment.write()
    for size in sizes {
      let value = Self.bytes(size)
      let key = Array("size \(size)".utf8)
      try transaction.put(key.bytes, value.bytes, in: database)
    }
    try transaction.commit()
    let reader = try temporary.environment.read()
    for size in sizes {
      let key = Array("size \(size)".utf8)
      let value = try reader.get(key.bytes, in: database)
      #expect(value?.copied == Self.bytes(size))
    }
  }

  @Test("a value of 4,080 bytes takes one overflow page, one of 4,081 takes two")
  func overflowPages() throws {
    var transaction = try temporary.environment.write()
    try transaction.put("one", String(repeating: "x", count: 4_080), in: database)
    #expect(try transaction.stat(database).overflowPages == 1)
    try transaction.put("two", String(repeating: "x", count: 4_081), in: database)
    let statistics = try transaction.stat(database)
    #expect(statistics.overflowPages == 3)
    #expect(statistics.entries == 2)
    #expect(statistics.pageSizeBytes == 4_096)
  }

  @Test("an append out of order is refused, one in order is taken")
  func append() throws {
    var transaction = try temporary.environment.write()
    try transaction.put("b", "1", in: database, flags: .append)
    do throws(LMDBError) {
      try transaction.put("a", "2", in: database, flags: .append)
      Issue.record("an append out of order was taken")
    } catch {
      #expect(error.code == .keyExists)
    }
    try transaction.put("c", "3", in: database, flags: .append)
    #expect(try transaction.keys(of: database) == ["b", "c"])
    try transaction.commit()
  }

  @Test("a key that is there is left alone where overwriting is ruled out")
  func noOverwrite() throws {
    var transaction = try temporary.environment.write()
    try transaction.put("a", "one", in: database, flags: .noOverwrite)
    do throws(LMDBError) {
      try transaction.put("a", "two", in: database, flags: .noOverwrite)
      Issue.record("the value was replaced")
    } catch {
      #expect(error.code == .keyExists)
    }
    #expect(try transaction.text("a", in: database) == "one")
  }

  @Test(
    "reserved room is written in place, and zero where nothing was written", arguments: [8, 4_080, 10_000])
  func reserve(byteCount: Int) throws {
    let key = Array("reserved".utf8)
    var transaction = try temporary.environment.write()
    // Pages that held other bytes are reused within the transaction.
    try transaction.put("other", String(repeating: "x", count: byteCount), in: database)
    _ = try transaction.delete("other", in: database)
    try transaction.reserve(key.bytes, byteCount: byteCount, in: database) { room in
      room.storeBytes(of: 0x0102_0304_0506_0708, as: UInt64.self)
    }
    try transaction.commit()
    let reader = try temporary.environment.read()
    let value = try #require(try reader.get(key.bytes, in: database)?.copied)
    #expect(value.prefix(8) == [8, 7, 6, 5, 4, 3, 2, 1])
    #expect(value.count == byteCount && value.dropFirst(8).allSatisfy { $0 == 0 })
  }

  @Test("integer keys are ordered by value, and other widths are refused")
  func integerKeys() throws {
    let integers = try temporary.create("integers", .integerKey)
    let keys: [UInt] = [256, 1, UInt.max, 0, 65_536, 255]
    var transaction = try temporary.environment.write()
    for key in keys {
      let key = [key]
      try transaction.put(key.bytes, key.bytes, in: integers)
    }
    do throws(LMDBError) {
      try transaction.put("abc", "refused", in: integers)
      Issue.record("a key of 3 bytes was taken as an integer")
    } catch {
      #expect(error.code == .badValueSize)
    }
    try transaction.commit()
    let reader = try temporary.environment.read()
    var cursor = try reader.cursor(integers)
    var order: [UInt] = []
    while try cursor.next() {
      order.append(unsafe cursor.key.unsafeLoadUnaligned(as: UInt.self))
    }
    #expect(order == keys.sorted())
  }

  @Test("the address of a value is that of its span")
  func address() throws {
    try temporary.commit(["a": "one"], in: database)
    let reader = try temporary.environment.read()
    let key = Array("a".utf8)
    let found = unsafe try reader.address(of: key.bytes, in: database)
    let address = unsafe try #require(found)
    #expect(unsafe Array(address) == Array("one".utf8))
    let absent = Array("b".utf8)
    #expect(unsafe try reader.address(of: absent.bytes, in: database) == nil)
  }

  private static func bytes(_ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ count) }
  }
}
