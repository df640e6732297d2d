// Walking a database in the order of its keys.

import LMDB
import Testing

@Suite struct CursorTests {
  let temporary: TemporaryEnvironment
  let database: Database

  init() throws {
    temporary = try TemporaryEnvironment()
    database = try temporary.create("records")
    try temporary.commit(["b": "2", "d": "4", "f": "6"], in: database)
  }

  @Test("a walk meets every record, forwards and back, and again after each end")
  func bothWays() throws {
    let reader = try temporary.environment.read()
    var cursor = try reader.cursor(database)
    for _ in 0..<2 {
      var forwards: [String] = []
      while try cursor.next() { forwards.append(cursor.key.text + cursor.value.text) }
      #expect(forwards == ["b2", "d4", "f6"])
      #expect(try cursor.next() == false)
      var backwards: [String] = []
      while try cursor.previous() { backwards.append(cursor.key.text + cursor.value.text) }
      #expect(backwards == ["f6", "d4", "b2"])
      #expect(try cursor.previous() == false)
    }
  }

  @Test("a new cursor that goes back starts at the last record; first and last go to the ends")
  func ends() throws {
    let reader = try temporary.environment.read()
    var cursor = try reader.cursor(database)
    #expect(try cursor.previous())
    #expect(cursor.key.text == "f")
    #expect(try cursor.first())
    #expect(cursor.key.text == "b")
    #expect(try cursor.last())
    #expect(cursor.value.text == "6")
  }

  @Test("a seek finds the key, or the next greater one, or nothing past the end")
  func seekAtOrAfter() throws {
    let reader = try temporary.environment.read()
    var cursor = try reader.cursor(database)
    for (sought, found) in [("", "b"), ("a", "b"), ("b", "b"), ("bb", "d"), ("e", "f"), ("f", "f")] {
      let key = Array(sought.utf8)
      if sought.isEmpty {
        #expect(throws: LMDBError(.badValueSize, call: "mdb_cursor_get")) { try seek(key) }
        continue
      }
      #expect(try cursor.seek(atOrAfter: key.bytes))
      #expect(cursor.key.text == found)
    }
    let past = Array("g".utf8)
    #expect(try cursor.seek(atOrAfter: past.bytes) == false)
    #expect(try cursor.next() == false)
    #expect(try cursor.previous())
    #expect(cursor.key.text == "f")
  }

  @Test("an exact seek finds the key or nothing")
  func seekExact() throws {
    let reader = try temporary.environment.read()
    var cursor = try reader.cursor(database)
    let present = Array("d".utf8)
    let absent = Array("e".utf8)
    #expect(try cursor.seek(exact: present.bytes))
    #expect(cursor.value.text == "4")
    #expect(try cursor.next())
    #expect(cursor.key.text == "f")
    #expect(try cursor.seek(exact: absent.bytes) == false)
  }

  @Test("an empty database has no first, last, next or previous record")
  func empty() throws {
    let empty = try temporary.create("empty")
    let reader = try temporary.environment.read()
    var cursor = try reader.cursor(empty)
    #expect(try cursor.next() == false)
    #expect(try cursor.previous() == false)
    #expect(try cursor.first() == false)
    #expect(try cursor.last() == false)
    let key = Array("a".utf8)
    #expect(try cursor.seek(atOrAfter: key.bytes) == false)
  }

  @Test("a key and a value stay as they are when the cursor moves on")
  func spansOutliveMoves() throws {
    let reader = try temporary.environment.read()
    var cursor = try reader.cursor(database)
    try cursor.first()
    let key = cursor.key
    let value = cursor.value
    try cursor.last()
    #expect(key.text == "b")
    #expect(value.text == "2")
    #expect(cursor.key.text == "f")
  }

  @Test("a cursor deletes while it walks, either way", arguments: [true, false])
  func delete(forwards: Bool) throws {
    let many = try temporary.create("many")
    var transaction = try temporary.environment.write()
    let keys = (10_000..<11_000).map(String.init)
    for key in keys { try transaction.put(key, "value of \(key)", in: many) }
    do {
      var cursor = try transaction.writeCursor(many)
      var met = 0
      while forwards ? try cursor.next() : try cursor.previous() {
        met += 1
        if cursor.key.text.hasSuffix("7") { continue }
        try cursor.delete()
      }
      #expect(met == keys.count)
    }
    #expect(try transaction.keys(of: many) == keys.filter { $0.hasSuffix("7") })
    do {
      var cursor = try transaction.writeCursor(many)
      while forwards ? try cursor.next() : try cursor.previous() { try cursor.delete() }
    }
    #expect(try transaction.stat(many).entries == 0)
    try transaction.commit()
  }

  private func seek(_ key: [UInt8]) throws {
    let reader = try temporary.environment.read()
    var cursor = try reader.cursor(database)
    try cursor.seek(atOrAfter: key.bytes)
  }
}
