// Files: written as a whole or not at all, read to a bound, told apart.

import Glibc
import TestSupport
import Testing

@testable import Platform

private typealias Files = Folder<SystemFailure>

@Suite("a file")
struct FileTests {
  private let folder: TemporaryFolder
  private var path: String { "\(folder.path)/file" }

  init() throws { folder = try TemporaryFolder() }

  private func text(_ path: String) throws -> String {
    String(decoding: try Descriptor(opening: path, O_RDONLY).readAll(bytesMax: 100), as: UTF8.self)
  }

  @Test("that is replaced is the new one, with nothing beside it")
  func replaced() throws {
    try Files.replaceFile(path, with: Array("old".utf8))
    try Files.replaceFile(path, with: Array("new".utf8))
    #expect(try text(path) == "new")
    #expect(try Files.names(in: folder.path) == ["file"])
  }

  @Test("that was not finished leaves the old one, and nothing beside it")
  func unfinished() throws {
    try Files.replaceFile(path, with: Array("old".utf8))
    do {
      let part = try PartFile<SystemFailure>(path)
      try part.file.write(Array("new".utf8)[...])
      #expect(try Files.names(in: folder.path) == ["file", "file.part"])
    }
    #expect(try text(path) == "old")
    #expect(try Files.names(in: folder.path) == ["file"])
  }

  @Test("takes no other's name where it is to be new, and goes through no link")
  func new() throws {
    let other = "\(folder.path)/other"
    var part = try PartFile<SystemFailure>(path, as: other, mode: 0o600)
    #expect(throws: SystemFailure("open", other, code: EEXIST)) {
      _ = try PartFile<SystemFailure>(path, as: other, mode: 0o600)
    }
    try Files.replaceFile(path, with: [])
    var refusal: SystemFailure?
    do throws(SystemFailure) { try part.placeAsNew() } catch { refusal = error }
    #expect(refusal?.code == EEXIST)
    try Files.removeFile(path)
    try part.placeAsNew()
    #expect(try Files.names(in: folder.path) == ["file"])
  }

  @Test("is read to its end, or to one byte beyond the bound and a piece")
  func bounds() throws {
    try Files.replaceFile(path, with: [1, 2, 3, 4])
    for bytesMax in 0...5 {
      let bytes = try Descriptor(opening: path, O_RDONLY).readAll(bytesMax: bytesMax)
      #expect(bytes == Array([1, 2, 3, 4].prefix(bytesMax + 1)))
    }
    var buffer = [UInt8](repeating: 0, count: 3)
    let file = try SystemFile<SystemFailure>(reading: path)
    #expect(try file.read(3, at: 2, into: &buffer) == 2)
    #expect(buffer == [3, 4, 0])
  }

  @Test("that another holds for a moment is locked, and one that stays locked is not")
  func locked() throws {
    try Files.replaceFile(path, with: [])
    let momentary = try Descriptor(opening: path, O_RDONLY).release()
    #expect(flock(momentary, LOCK_EX) == 0)
    let thread = try NamedThread("holder") {
      usleep(100_000)
      close(momentary)
    }
    let one = try SystemFile<SystemFailure>(reading: path)
    let isLocked = one.tryLock()
    thread.join()
    let other = try SystemFile<SystemFailure>(reading: path)
    let isLockedTwice = other.tryLock() || other.tryShare()
    #expect(isLocked && !isLockedTwice)
    // An exclusive lock becomes a shared one.
    let isShared = one.tryShare() && other.tryShare()
    #expect(isShared)
  }

  @Test("is known by what it is, whatever its names")
  func identity() throws {
    try Files.replaceFile(path, with: [1, 2])
    try #require(unsafe symlink(path, "\(path).link") == 0)  // the C strings live through the call
    let status = try #require(try FileStatus.at(path))
    #expect(status.kind == .regular && status.byteCount == 2 && status.rights == 0o600)
    #expect(try FileStatus.at("\(path).link") == status)
    #expect(try FileStatus.at("\(path).link", followsLinks: false)?.kind == .symbolicLink)
    #expect(try FileStatus.at("\(path).none") == nil)
    #expect(try FileStatus.at("\(path)/none") == nil)
    #expect(try FileStatus.at("/dev/null")?.kind == .characterDevice)
    #expect(try FileStatus.at(folder.path)?.kind == .folder)
  }

  @Test(
    "has a parent folder, whatever its path",
    arguments: [("a", "."), ("/a", "/"), ("a/b/", "a"), ("/a/b", "/a")])
  func parents(_ path: String, _ parent: String) { #expect(Files.parent(of: path) == parent) }

  @Test("that cannot be opened is named in the error, with the system's reason")
  func failures() throws {
    let missing = "\(folder.path)/missing"
    var failure: SystemFailure?
    do throws(SystemFailure) { _ = try SystemFile<SystemFailure>(reading: missing) } catch { failure = error }
    #expect(failure?.description == "open \(missing): No such file or directory")
    #expect(failure?.with(hint: "look").description == "open \(missing): No such file or directory; look")
    #expect(SystemFailure.reason(9_999).contains("9999"))
  }
}

@Suite("a descriptor")
struct DescriptorTests {
  @Test("is closed with its owner, unless it is given away or was another's")
  func ownership() throws {
    let folder = try TemporaryFolder()
    let raw = try Descriptor(opening: folder.path, O_RDONLY).release()
    let identity = try FileStatus(of: raw).identity
    do { _ = Descriptor(borrowing: raw) }
    #expect(try FileStatus(of: raw).identity == identity)
    do { _ = Descriptor(owning: raw) }
    // Another thread may have got the number since.
    #expect((try? FileStatus(of: raw))?.identity != identity)
  }

  @Test("makes a call that a signal has interrupted again")
  func interruptions() {
    var results: [Int32] = [-1, -1, 7]
    let result: Int32 = retrying {
      errno = EINTR
      return results.removeFirst()
    }
    #expect(result == 7)
    let failed: Int32 = retrying {
      errno = EIO
      return -1
    }
    #expect(failed == -1)
  }
}
