// Where the daemon listens: never in the place of something that lives, always in the place of what a dead daemon
// left.

import Foundation
import Glibc
import Platform
import TestSupport
import Testing
import WireProtocol

@testable import Server

@Suite("the listening socket", .serialized)
struct ListenerTests {
  private let folder: TemporaryFolder
  private var path: String { "\(folder.path)/socket" }

  init() throws { folder = try TemporaryFolder() }

  private func status(_ path: String) throws -> FileStatus {
    try #require(try FileStatus.at(path, followsLinks: false))
  }

  /// The failure of listening at `path`.
  private func failure(_ path: String) -> SystemFailure? {
    do throws(SystemFailure) {
      try Listener(Entrance(path: path, role: .admin), backlog: 8).shut()
      return nil
    } catch {
      return error
    }
  }

  @Test("can be used by its owner only")
  func rights() throws {
    let mask = umask(0)
    defer { umask(mask) }
    let listener = try Listener(Entrance(path: path, role: .admin), backlog: 8)
    #expect(try status(path).kind == .socket && status(path).rights == 0o600)
    #expect(try status("\(path).lock").rights == 0o600)
    #expect(umask(0) == 0)
    listener.shut()
  }

  @Test("can be entered by a group where it is said so")
  func groupRights() throws {
    let mask = umask(0o077)
    defer { umask(mask) }
    let listener = try Listener(Entrance(path: path, role: .read, group: "\(getgid())"), backlog: 8)
    #expect(try status(path).kind == .socket && status(path).rights == 0o660)
    #expect(listener.role == .read && !listener.isInherited)
    listener.shut()
    #expect(throws: SystemFailure.self) {
      try Listener(Entrance(path: path, role: .read, group: "no such group"), backlog: 8)
    }
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  @Test("takes the place of what a dead daemon left")
  func stale() throws {
    _ = try UnixAddress.bound(at: path)
    #expect(throws: SystemFailure.self) { try SocketClient(path) }
    let listener = try Listener(Entrance(path: path, role: .admin), backlog: 8)
    _ = try SocketClient(path)
    listener.shut()
  }

  @Test("takes the place of what a dead daemon left with its lock file")
  func staleLock() throws {
    _ = try UnixAddress.bound(at: path)
    try Data().write(to: URL(filePath: "\(path).lock"))
    #expect(failure(path) == nil)
  }

  @Test("is refused where another daemon listens, which is not disturbed")
  func live() throws {
    let listener = try Listener(Entrance(path: path, role: .admin), backlog: 8)
    let refusal = try #require(failure(path))
    #expect(refusal.isInUse)
    #expect(refusal.description.contains("whichsetd"))
    _ = try SocketClient(path)
    let (first, second) = (try listener.accept()?.raw, try listener.accept()?.raw)
    #expect(first != nil && second == nil)
    listener.shut()
  }

  @Test("is refused where another program listens without the lock, whose socket stays")
  func foreign() throws {
    let socket = try UnixAddress.listening(at: path)
    let refusal = try #require(failure(path))
    #expect(refusal.isInUse)
    _ = try SocketClient(path)
    #expect(socket.raw >= 0)
  }

  @Test("is refused where another program has a socket of another kind, which stays")
  func foreignDatagram() throws {
    let socket = try UnixAddress.bound(at: path, .datagram)
    #expect(failure(path) != nil)
    #expect(socket.raw >= 0)
    #expect(FileManager.default.fileExists(atPath: path))
  }

  @Test("is refused while another daemon has the lock")
  func locked() throws {
    // Safe: the path is NUL-terminated for the call.
    let lock = unsafe open("\(path).lock", O_CREAT | O_RDWR, 0o600)
    defer { close(lock) }
    #expect(flock(lock, LOCK_EX | LOCK_NB) == 0)
    let refusal = try #require(failure(path))
    #expect(refusal.isInUse)
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  @Test("never removes a file that is no socket")
  func noSocket() throws {
    try Data("precious".utf8).write(to: URL(filePath: path))
    let refusal = try #require(failure(path))
    #expect(!refusal.isInUse)
    #expect(try Data(contentsOf: URL(filePath: path)) == Data("precious".utf8))
  }

  @Test("never follows a link to a socket or a file")
  func link() throws {
    let target = "\(folder.path)/target"
    try Data("precious".utf8).write(to: URL(filePath: target))
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: target)
    #expect(failure(path) != nil)
    #expect(try Data(contentsOf: URL(filePath: target)) == Data("precious".utf8))
  }

  @Test("has a path of at most 107 bytes")
  func longPath() throws {
    let room = 107 - folder.path.utf8.count - 1
    #expect(failure("\(folder.path)/\(String(repeating: "s", count: room))") == nil)
    let refusal = try #require(failure("\(folder.path)/\(String(repeating: "s", count: room + 1))"))
    #expect(refusal.code == ENAMETOOLONG)
    #expect(refusal.description.contains("107"))
  }

  @Test("needs its folder to be there")
  func missingFolder() throws {
    let refusal = try #require(failure("\(folder.path)/missing/socket"))
    #expect(refusal.code == ENOENT)
  }

  @Test("leaves nothing behind, and nothing of another's away")
  func shut() throws {
    let first = try Listener(Entrance(path: path, role: .admin), backlog: 8)
    // Somebody moved this one's file aside and put another socket there.
    try FileManager.default.moveItem(atPath: path, toPath: "\(path).moved")
    let other = try UnixAddress.bound(at: path)
    first.shut()
    #expect(other.raw >= 0)
    #expect(FileManager.default.fileExists(atPath: path))
    try FileManager.default.removeItem(atPath: path)
    try Listener(Entrance(path: path, role: .admin), backlog: 8).shut()
    #expect(!FileManager.default.fileExists(atPath: path))
  }
}
