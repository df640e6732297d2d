// What becomes of transactions: commits are seen whole and later, everything else leaves no trace.

import Foundation
import LMDB
import Testing

/// A read transaction that many threads share, as a snapshot does.
private final class Snapshot: Sendable {
  let transaction: ReadTransaction

  init(_ environment: Environment) throws {
    transaction = try environment.read()
  }
}

@Suite struct TransactionTests {
  let temporary: TemporaryEnvironment
  let database: Database

  init() throws {
    temporary = try TemporaryEnvironment()
    database = try temporary.create("records")
    try temporary.commit(["a": "one"], in: database)
  }

  @Test("a transaction that goes without a commit leaves no trace")
  func abort() throws {
    do {
      var transaction = try temporary.environment.write()
      try transaction.put("a", "two", in: database)
      try transaction.put("b", "two", in: database)
    }
    #expect(try temporary.read("a", in: database) == "one")
    #expect(try temporary.read("b", in: database) == nil)
    try temporary.commit(["b": "three"], in: database)
    #expect(try temporary.read("b", in: database) == "three")
  }

  @Test("a transaction that an error unwinds leaves no trace")
  func abortByError() throws {
    #expect(throws: CancellationError.self) {
      var transaction = try temporary.environment.write()
      try transaction.put("a", "two", in: database)
      throw CancellationError()
    }
    #expect(try temporary.read("a", in: database) == "one")
  }

  @Test("a reader sees the commit that it began with, whatever is committed since")
  func snapshotIsolation() throws {
    let before = try temporary.environment.read()
    let key = Array("a".utf8)
    let found = unsafe try before.address(of: key.bytes, in: database)
    let value = unsafe try #require(found)
    for round in 0..<100 { try temporary.commit(["a": "round \(round)"], in: database) }
    #expect(try before.text("a", in: database) == "one")
    #expect(unsafe Array(value) == Array("one".utf8))
    let after = try temporary.environment.read()
    #expect(try after.text("a", in: database) == "round 99")
    #expect(after.id == before.id + 100)
    #expect(try temporary.environment.info().lastTransactionID == after.id)
  }

  @Test("two threads read while a third commits, and time never runs backwards for either")
  func threads() async throws {
    let temporary = temporary
    let database = database
    try temporary.commit(["a": "1000"], in: database)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<2 {
        group.addTask {
          var last = "1000"
          for _ in 0..<500 {
            let value = try #require(try temporary.read("a", in: database))
            #expect(value >= last)
            last = value
          }
        }
      }
      group.addTask {
        for round in 1_001...1_050 { try temporary.commit(["a": "\(round)"], in: database) }
      }
      try await group.waitForAll()
    }
    #expect(try temporary.read("a", in: database) == "1050")
  }

  @Test("a read transaction is used and ended on other threads than the one that began it")
  func threadsInTurn() throws {
    let transaction = try Snapshot(temporary.environment)
    let database = database
    for _ in 0..<2 {
      let done = DispatchSemaphore(value: 0)
      let thread = Thread {
        #expect((try? transaction.transaction.text("a", in: database)) == "one")
        done.signal()
      }
      thread.start()
      done.wait()
    }
  }

  @Test("addresses of one snapshot are read by two threads at once")
  func sharedAddresses() async throws {
    let value = String(repeating: "v", count: 4_080)
    try temporary.commit(["large": value], in: database)
    let shared = try Snapshot(temporary.environment)
    let key = Array("large".utf8)
    let found = unsafe try shared.transaction.address(of: key.bytes, in: database)
    let address = unsafe try #require(found)
    let place = UInt(bitPattern: address.baseAddress)
    let count = address.count
    let sums = await withTaskGroup(of: Int.self) { group in
      for _ in 0..<2 {
        group.addTask {
          let bytes = unsafe UnsafeRawBufferPointer(start: UnsafeRawPointer(bitPattern: place), count: count)
          return withExtendedLifetime(shared) { unsafe bytes.reduce(0) { $0 + Int($1) } }
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(sums == [4_080 * 118, 4_080 * 118])
  }

  @Test("a full map says so, dooms the transaction, and leaves the data good")
  func mapFull() throws {
    let small = try TemporaryEnvironment(mapSizeBytes: 1 << 20)
    let records = try small.create("records")
    try small.commit(["kept": "value"], in: records)
    do {
      var transaction = try small.environment.write()
      var failure: LMDBError?
      for number in 0..<1_000 where failure == nil {
        do throws(LMDBError) {
          try transaction.put("\(number)", String(repeating: "x", count: 4_000), in: records)
        } catch {
          failure = error
        }
      }
      #expect(failure?.code == .mapFull)
      var refusal: LMDBError?
      do throws(LMDBError) { try transaction.commit() } catch { refusal = error }
      #expect(refusal?.code == .badTransaction)
    }
    #expect(try small.read("kept", in: records) == "value")
    #expect(try small.read("0", in: records) == nil)
    try small.commit(["kept": "another"], in: records)
    #expect(try small.read("kept", in: records) == "another")
  }

  @Test("more readers than the table holds are refused, until one ends")
  func readersFull() throws {
    let narrow = try TemporaryEnvironment(readersMax: 2)
    do {
      let first = try narrow.environment.read()
      let second = try narrow.environment.read()
      #expect(code { _ = try narrow.environment.read() } == .readersFull)
      #expect(first.id == second.id)
    }
    #expect(code { _ = try narrow.environment.read() } == nil)
    #expect(try narrow.environment.checkStaleReaders() == 0)
    #expect(try narrow.environment.info().readersUsed == 2)
  }
}
