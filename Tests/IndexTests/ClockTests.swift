// A clock that is not set says that it is 1970, or less: no record holds a moment before 1970.

import Glibc
import TestSupport
import Testing

@testable import Index

@Suite("a clock before 1970")
struct ClockTests {
  @Test("leaves no negative moment in records that an earlier program wrote by it")
  func records() throws {
    var record = DatasetRecord(number: 7, slug: "bees")
    record.lists = [ListRecord()]
    record.lists[0].loadedAt = -1_200_000_000
    #expect(try DatasetRecord(number: 7, encoded: record.encoded().span).lists[0].loadedAt == 0)
    let folder = try TemporaryFolder()
    try BackupRecord(time: -5, byteCount: 9).write(in: folder.path)
    #expect(BackupRecord.read(in: folder.path) == BackupRecord(time: 0, byteCount: 9))
  }
}
