// What a system that is short of something makes of requests: an error that says whether to try again, and a log that
// does not fill the disk.

import Foundation
import Glibc
import Index
import LMDB
import Logging
import Platform
import TestSupport
import Testing
import WireProtocol

@testable import Server

@Suite("a system that is short of something")
struct SystemTroubleTests {
  @Test(
    "is an error that tells whether to try again",
    arguments: [
      (ENOSPC, ErrorCode.disk), (EDQUOT, .disk), (EIO, .disk), (EMFILE, .busy), (ENFILE, .busy),
      (ENOMEM, .busy),
      (EINTR, .busy), (EFBIG, .full), (EACCES, .internal), (EROFS, .internal),
    ])
  func codes(code: Int32, expected: ErrorCode) {
    let system = ProtocolError(IndexError.system(SystemFailure("open", "/somewhere/staging", code: code)))
    let lmdb = ProtocolError(
      IndexError.lmdb(LMDBError(LMDBError.Code(rawValue: code), call: "mdb_txn_commit")))
    #expect(system.code == expected && lmdb.code == expected)
    #expect(expected.fault == ([.disk, .busy].contains(expected) ? .retry : .server))
    // Which file it was is for the log.
    #expect(!system.text.contains("/somewhere"))
    if expected != .internal { #expect(system.text.contains(SystemFailure.reason(code))) }
  }

  @Test(
    "is reported in the log once, then once a minute with how often it failed, and tried at longer and longer pauses"
  )
  func accepting() {
    var trouble = AcceptTrouble()
    let second = 1_000_000_000
    #expect(trouble.pauseLeft(at: 0) == 0)
    #expect(trouble.failed(at: second) == 0)
    #expect(trouble.pauseLeft(at: second) == AcceptTrouble.pauseMillisecondsMin)
    #expect(trouble.pauseLeft(at: second + 99_000_001) == 1)
    #expect(trouble.pauseLeft(at: second + 100_000_000) == 0)
    for moment in 2...60 { #expect(trouble.failed(at: moment * second) == nil) }
    #expect(trouble.pauseLeft(at: 60 * second) == AcceptTrouble.pauseMillisecondsMax)
    #expect(trouble.failed(at: 61 * second) == 59)
    // One that is accepted in between makes the pause short again, but is no reason for another line.
    trouble.accepted()
    #expect(trouble.failed(at: 62 * second) == nil)
    #expect(trouble.pauseLeft(at: 62 * second) == AcceptTrouble.pauseMillisecondsMin)
    #expect(trouble.failed(at: 121 * second) == 1)
  }

  @Test("does not lose a backup whose confirmation could not be kept")
  func confirmation() throws {
    let daemon = try BareDaemon()
    let client = daemon.connect()
    // Safe: the C string lives through the call.
    let copy = unsafe open("\(daemon.folder.path)/copy", O_CREAT | O_RDWR, 0o600)
    #expect(client.ask("BACKUP\n") == "OK send\n")
    client.handOver([copy])
    client.settle()
    let name = try #require(client.text.split(separator: "=").last?.trimmingCharacters(in: .newlines))
    // A folder in the place of the file that it is written to.
    let part = "\(daemon.folder.path)/last-backup.part"
    try FileManager.default.createDirectory(atPath: part, withIntermediateDirectories: false)
    #expect(client.ask("BACKUP confirm=\(name)\n").hasPrefix("ERR INTERNAL SERVER "))
    try FileManager.default.removeItem(atPath: part)
    #expect(client.ask("BACKUP confirm=\(name)\n") == "OK\n")
    #expect(client.ask("BACKUP confirm=\(name)\n").hasPrefix("ERR FILE CLIENT "))
  }
}
