// Named databases and their handles: how they come, stay and go.

import LMDB
import TestSupport
import Testing

@Suite struct DatabaseTests {
  let temporary: TemporaryEnvironment

  init() throws {
    temporary = try TemporaryEnvironment()
  }

  @Test("a database that does not exist is absent, and can be opened once it was created")
  func openAndCreate() throws {
    do {
      let reader = try temporary.environment.read()
      #expect(try reader.open("records") == nil)
    }
    let created = try temporary.create("records")
    let reader = try temporary.environment.read()
    #expect(try reader.open("records") == created)
    #expect(try reader.stat(created).entries == 0)
  }

  @Test("the handle of a database that a read transaction opened stays valid after it")
  func handleOutlivesReader() throws {
    let folder = try TemporaryFolder()
    let options = EnvironmentOptions(mapSizeBytes: 1 << 20)
    do {
      let environment = try Environment(path: folder.path, options: options)
      var writer = try environment.write()
      let records = try writer.create("records")
      try writer.put("a", "one", in: records)
      try writer.commit()
    }
    let environment = try Environment(path: folder.path, options: options)
    let records = try #require(try Self.open("records", environment))
    let reader = try environment.read()
    #expect(try reader.text("a", in: records) == "one")
    #expect(try reader.open("records") == records)
  }

  @Test("the main database lists the named ones")
  func mainDatabase() throws {
    _ = try temporary.create("two")
    _ = try temporary.create("one")
    let reader = try temporary.environment.read()
    let main = try #require(try reader.open(nil))
    #expect(try reader.keys(of: main) == ["one", "two"])
    #expect(try temporary.environment.stat().entries == 2)
  }

  @Test("a database that an aborted transaction created does not exist, nor does its handle")
  func abortedCreation() throws {
    do {
      var transaction = try temporary.environment.write()
      let records = try transaction.create("records")
      try transaction.put("a", "one", in: records)
    }
    let reader = try temporary.environment.read()
    #expect(try reader.open("records") == nil)
  }

  @Test("a database is there under its flags only, and they are known again when it is opened")
  func flags() throws {
    let created = try temporary.create("integers", .integerKey)
    #expect(created.flags == .integerKey)
    #expect(code { _ = try temporary.create("integers", []) } == .incompatible)
    #expect(code { _ = try temporary.create("integers", .reverseKey) } == .incompatible)
    let reader = try temporary.environment.read()
    #expect(try reader.open("integers")?.flags == .integerKey)
  }

  @Test("emptying a database keeps it, removing it does not, and its name can be used again")
  func drop() throws {
    let records = try temporary.create("records")
    try temporary.commit(["a": "one", "b": "two"], in: records)
    do {
      var transaction = try temporary.environment.write()
      try transaction.drop(records, delete: false)
      #expect(try transaction.stat(records).entries == 0)
      try transaction.commit()
    }
    #expect(try temporary.read("a", in: records) == nil)
    do {
      var transaction = try temporary.environment.write()
      try transaction.drop(records, delete: true)
      #expect(try transaction.open("records") == nil)
      try transaction.commit()
    }
    do {
      let reader = try temporary.environment.read()
      #expect(try reader.open("records") == nil)
    }
    let again = try temporary.create("records")
    try temporary.commit(["c": "three"], in: again)
    #expect(try temporary.read("c", in: again) == "three")
    #expect(try temporary.read("a", in: again) == nil)
  }

  @Test("a removal that is aborted leaves the data, which is reopened")
  func abortedDrop() throws {
    let records = try temporary.create("records")
    try temporary.commit(["a": "one"], in: records)
    do {
      var transaction = try temporary.environment.write()
      try transaction.drop(records, delete: true)
    }
    let reopened = try #require(try Self.open("records", temporary.environment))
    #expect(try temporary.read("a", in: reopened) == "one")
  }

  @Test("an address of a removed database is good as long as the reader that gave it")
  func addressSurvivesDrop() throws {
    let records = try temporary.create("records")
    let value = String(repeating: "v", count: 4_080)
    try temporary.commit(["a": value], in: records)
    let reader = try temporary.environment.read()
    let key = Array("a".utf8)
    let found = unsafe try reader.address(of: key.bytes, in: records)
    let address = unsafe try #require(found)
    do {
      var transaction = try temporary.environment.write()
      try transaction.drop(records, delete: true)
      try transaction.commit()
    }
    let others = try temporary.create("others")
    for round in 0..<20 {
      try temporary.commit(["\(round)": String(repeating: "o", count: 4_080)], in: others)
    }
    withExtendedLifetime(reader) {
      #expect(unsafe Array(address) == Array(value.utf8))
    }
  }

  @Test("the databases of an environment are bounded by the number that it was opened with")
  func databasesMax() throws {
    let count = 2_000
    let wide = try TemporaryEnvironment(databasesMax: count)
    var transaction = try wide.environment.write()
    var databases: [Database] = []
    for number in 0..<count { databases.append(try transaction.create("database \(number)")) }
    do throws(LMDBError) {
      _ = try transaction.create("one more")
      Issue.record("more databases than the bound were opened")
    } catch {
      #expect(error.code == .databasesFull)
    }
    for (number, database) in databases.enumerated() {
      try transaction.put("number", "\(number)", in: database)
    }
    try transaction.commit()
    #expect(Set(databases).count == count)
    for number in stride(from: 0, to: count, by: 97) {
      #expect(try wide.read("number", in: databases[number]) == "\(number)")
    }
  }

  @Test("while one transaction opens databases no other may, but each may use those that are open")
  func oneOpenerAtATime() throws {
    let records = try temporary.create("records")
    do {
      let reader = try temporary.environment.read()
      var writer = try temporary.environment.write()
      let created = try writer.create("created")
      #expect(try writer.open("created") == created)
      #expect(try reader.open("records") == records)
      #expect(Self.codeOfOpening("other", reader) == .databasesOpenedElsewhere)
      try writer.commit()
      // LMDB shows this reader a table of handles from before the other's commit.
      #expect(Self.codeOfOpening("created", reader) == .databasesOpenedElsewhere)
    }
    let later = try temporary.environment.read()
    #expect(try later.open("created") != nil)
    #expect(try later.open("other") == nil)
  }

  private static func open(_ name: String, _ environment: Environment) throws -> Database? {
    let reader = try environment.read()
    return try reader.open(name)
  }

  private static func codeOfOpening(
    _ name: String, _ transaction: borrowing ReadTransaction
  ) -> LMDBError.Code? {
    do throws(LMDBError) {
      _ = try transaction.open(name)
      return nil
    } catch {
      return error.code
    }
  }
}
