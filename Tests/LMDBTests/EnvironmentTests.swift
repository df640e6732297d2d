// Opening, refusing to open, and copying a data folder.

import Foundation
import LMDB
import TestSupport
import Testing

@Suite struct EnvironmentTests {
  let options = EnvironmentOptions(mapSizeBytes: 1 << 20)

  @Test("a process opens a folder once at a time, by whatever path")
  func openTwice() throws {
    let folder = try TemporaryFolder()
    let link = folder.path + "-link"
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: folder.path)
    defer { try? FileManager.default.removeItem(atPath: link) }
    do {
      let environment = try Environment(path: folder.path, options: options)
      #expect(code { _ = try Environment(path: folder.path, options: options) } == .alreadyOpen)
      #expect(code { _ = try Environment(path: link, options: options) } == .alreadyOpen)
      #expect(environment.path == folder.path)
    }
    #expect(code { _ = try Environment(path: link, options: options) } == nil)
  }

  @Test("a transaction keeps its environment open")
  func transactionKeepsEnvironment() throws {
    let folder = try TemporaryFolder()
    do {
      let transaction = try Environment(path: folder.path, options: options).read()
      #expect(code { _ = try Environment(path: folder.path, options: options) } == .alreadyOpen)
      #expect(transaction.id == 0)
    }
    #expect(code { _ = try Environment(path: folder.path, options: options) } == nil)
  }

  @Test("a folder that is missing is named as such, again and again")
  func missingFolder() throws {
    let folder = try TemporaryFolder()
    for _ in 0..<2 {
      #expect(code { _ = try Environment(path: folder.path + "/missing", options: options) } == .noSuchFile)
    }
  }

  @Test("a file that is not LMDB's is refused, and the folder can be opened once it is gone")
  func garbage() throws {
    let folder = try TemporaryFolder()
    for bytes in [Data("short".utf8), Data(repeating: 0x5a, count: 65_536)] {
      try bytes.write(to: URL(filePath: folder.dataFile))
      do throws(LMDBError) {
        _ = try Environment(path: folder.path, options: options)
        Issue.record("garbage was opened")
      } catch {
        #expect(error.code == .invalid)
        #expect(error.call == "mdb_env_open")
        #expect(error.description == "mdb_env_open: MDB_INVALID: File is not an LMDB file (-30793)")
      }
    }
    try FileManager.default.removeItem(atPath: folder.dataFile)
    #expect(code { _ = try Environment(path: folder.path, options: options) } == nil)
  }

  @Test(
    "a compacting copy opens again, with every record and without the free pages", arguments: [true, false])
  func copy(compacting: Bool) throws {
    let temporary = try TemporaryEnvironment()
    let records = try temporary.create("records")
    let secret = String(repeating: "deleted", count: 1_000)
    for round in 0..<50 { try temporary.commit(["deleted \(round)": secret], in: records) }
    do {
      var transaction = try temporary.environment.write()
      for round in 0..<50 { _ = try transaction.delete("deleted \(round)", in: records) }
      try transaction.put("kept", "value", in: records)
      try transaction.commit()
    }
    let folder = try TemporaryFolder()
    #expect(FileManager.default.createFile(atPath: folder.dataFile, contents: nil))
    let handle = try FileHandle(forWritingTo: URL(filePath: folder.dataFile))
    try temporary.environment.copy(to: handle.fileDescriptor, compacting: compacting)
    try handle.close()

    let copied = try Data(contentsOf: URL(filePath: folder.dataFile))
    #expect((copied.range(of: Data("deleteddeleted".utf8)) == nil) == compacting)
    let environment = try Environment(path: folder.path, options: options)
    let reader = try environment.read()
    let database = try #require(try reader.open("records"))
    #expect(try reader.keys(of: database) == ["kept"])
    #expect(try reader.text("kept", in: database) == "value")
  }

  @Test("a copy to a descriptor that cannot be written to gives the system's code")
  func copyToNowhere() throws {
    let temporary = try TemporaryEnvironment()
    _ = try temporary.create("records")
    #expect(code { try temporary.environment.copy(to: -1, compacting: false) }?.rawValue == EBADF)
  }

  @Test("an environment opened to read only is read, and refuses write transactions")
  func readOnly() throws {
    let folder = try TemporaryFolder()
    do {
      let environment = try Environment(path: folder.path, options: options)
      var transaction = try environment.write()
      let records = try transaction.create("records")
      try transaction.put("a", "one", in: records)
      try transaction.commit()
      try environment.sync(force: true)
    }
    let environment = try Environment(
      path: folder.path, options: EnvironmentOptions(mapSizeBytes: 1 << 20, readOnly: true))
    let reader = try environment.read()
    let records = try #require(try reader.open("records"))
    #expect(try reader.text("a", in: records) == "one")
    #expect(code { _ = try environment.write() } == .accessDenied)
  }

  @Test("the map has the size asked for, in whole pages")
  func mapSize() throws {
    let temporary = try TemporaryEnvironment(mapSizeBytes: 1_000_000)
    let info = try temporary.environment.info()
    #expect(info.mapSizeBytes == 1_003_520)
    #expect(info.readersMax == 126)
    #expect(info.lastTransactionID == 0)
  }

  @Test("an error says which call failed, why, and with what code")
  func errorText() {
    #expect(
      LMDBError(.diskIO, call: "mdb_txn_commit").description == "mdb_txn_commit: Input/output error (5)")
    #expect(
      LMDBError(.alreadyOpen, call: "mdb_env_open").description
        == "mdb_env_open: this process has the environment open already (-1)")
  }
}
