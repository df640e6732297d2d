// A data file that is gone: an index is never begun where there was one, and nothing is acknowledged into a file that
// nobody can find any more.

import Foundation
import TestSupport
import Testing

@testable import Index

@Suite("a data file that is gone")
struct LostFileTests {
  private func open(_ path: String) throws -> Index {
    try Index(path: path, spaces: TestSpaces.all, limits: .tiny, program: "test", texts: nil)
  }

  private func rows(_ range: ClosedRange<UInt64>) -> [(
    key: StoredKey, space: KeySpace, isPrimary: Bool, payload: String
  )] {
    range.map { (StoredKey(integer: $0), TestSpaces.photos, true, "") }
  }

  private static let files = FileManager.default

  @Test(
    "is not made again where something else of an index is left, which the error names",
    arguments: ["lock.mdb", "last-backup", "staging/ants.s/load", "data.mdb"])
  func traces(_ trace: String) throws {
    let folder = try TemporaryFolder()
    try Self.files.createDirectory(
      atPath: folder.path + "/staging/ants.s", withIntermediateDirectories: true)
    // An empty data file is a trace as well.
    try Data().write(to: URL(fileURLWithPath: "\(folder.path)/\(trace)"))
    for _ in 0..<2 {
      let error = #expect(throws: IndexError.self) { try open(folder.path) }
      #expect(error?.description.contains(trace.replacing("/load", with: "")) == true)
      #expect(error?.description.contains("put a backup in its place") == true)
    }
    try Self.files.removeItem(atPath: "\(folder.path)/\(trace)")
    #expect(try open(folder.path).snapshot.counts.images == 0)
  }

  @Test("is made where only the beginnings of a first start are left")
  func firstStart() throws {
    let folder = try TemporaryFolder()
    for name in ["whichset.lock", "data.mdb.part", "last-backup.part"] {
      try Data([1]).write(to: URL(fileURLWithPath: "\(folder.path)/\(name)"))
    }
    #expect(try open(folder.path).snapshot.counts.images == 0)
    for name in ["data.mdb.part", "last-backup.part"] {
      #expect(!Self.files.fileExists(atPath: "\(folder.path)/\(name)"))
    }
  }

  @Test(
    "while the index is open ends changes with an error",
    arguments: ["removed", "moved", "replaced", "folder"])
  func whileOpen(_ how: String) throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/index"
    let index = try open(path)
    let writer = IndexWriter(index)
    _ = try load(rows(1...10), into: "ants", mode: .create, index: index, writer: writer)
    switch how {
    case "removed": try Self.files.removeItem(atPath: path + "/data.mdb")
    case "moved": try Self.files.moveItem(atPath: path + "/data.mdb", toPath: path + "/other")
    case "replaced":
      try Self.files.copyItem(atPath: path + "/data.mdb", toPath: path + "/other")
      try Self.files.removeItem(atPath: path + "/data.mdb")
      try Self.files.moveItem(atPath: path + "/other", toPath: path + "/data.mdb")
    default: try Self.files.moveItem(atPath: path, toPath: folder.path + "/elsewhere")
    }
    func expectDead(_ change: () throws -> Void, sourceLocation: SourceLocation = #_sourceLocation) {
      let error = #expect(throws: IndexError.self, sourceLocation: sourceLocation) { try change() }
      guard case .dead = error else {
        Issue.record("\(error.map { "\($0)" } ?? "no error")", sourceLocation: sourceLocation)
        return
      }
    }
    expectDead { try index.checkInPlace() }
    expectDead { _ = try writer.remove("ants", now: 1) }
    expectDead { try writer.describe("ants", ["title": "Ants"]) }
    // Whoever replaces the file himself says so.
    index.hold()
    #expect(throws: Never.self) { try index.checkInPlace() }
  }

  @Test("or whose lock file is gone is still held by the index that has it open")
  func lock() throws {
    let folder = try TemporaryFolder()
    let index = try open(folder.path)
    try Self.files.removeItem(atPath: "\(folder.path)/whichset.lock")
    guard case .inUse? = #expect(throws: IndexError.self, performing: { try IndexFile(path: folder.path) })
    else {
      Issue.record("another error")
      return
    }
    // In one process LMDB would refuse as well; a second one is tried in EndToEndTests.
    #expect(throws: IndexError.self) { try open(folder.path) }
    _ = index.snapshot
  }
}
