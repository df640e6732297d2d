// Sockets that are handed over are known by their names, and are what they should be.

import Glibc
import Platform
import TestSupport
import Testing
import WireProtocol

@testable import Server

@Suite("a socket that is handed over", .serialized)
struct InheritedSocketTests {
  private func named(_ variables: [String: String], process: Int32 = 7) throws(InheritanceError)
    -> [InheritedSocket]
  {
    try InheritedSocket.named(in: { variables[$0] }, process: process)
  }

  @Test("has the role of its name, wherever it stands")
  func names() throws {
    let sockets = try named(["LISTEN_PID": "7", "LISTEN_FDS": "3", "LISTEN_FDNAMES": "load:admin:read"])
    #expect(
      sockets == [
        InheritedSocket(descriptor: 3, role: .load), InheritedSocket(descriptor: 4, role: .admin),
        InheritedSocket(descriptor: 5, role: .read),
      ])
  }

  @Test("is another process's where the number says so")
  func otherProcess() throws {
    let variables = ["LISTEN_PID": "8", "LISTEN_FDS": "1", "LISTEN_FDNAMES": "nonsense"]
    #expect(try named(variables).isEmpty)
    #expect(try named([:]).isEmpty)
    #expect(try named(["LISTEN_PID": "7", "LISTEN_FDS": "0"]).isEmpty)
  }

  @Test(
    "is refused without a name that is a role",
    arguments: [
      ["LISTEN_FDS": "1"], ["LISTEN_FDS": "1", "LISTEN_FDNAMES": "whichsetd.socket"],
      ["LISTEN_FDS": "2", "LISTEN_FDNAMES": "read"], ["LISTEN_FDS": "1", "LISTEN_FDNAMES": "read:load"],
      ["LISTEN_FDS": "1", "LISTEN_FDNAMES": ""], ["LISTEN_FDS": "1", "LISTEN_FDNAMES": "READ"],
      ["LISTEN_FDS": "x", "LISTEN_FDNAMES": "read"], ["LISTEN_FDS": "65"], ["LISTEN_FDNAMES": "read"],
    ])
  func refused(_ variables: [String: String]) {
    #expect(throws: InheritanceError.self) { try named(variables.merging(["LISTEN_PID": "7"]) { $1 }) }
  }

  @Test("is refused where it is no listening stream socket of the Unix domain")
  func kinds() throws {
    let folder = try TemporaryFolder()
    var open: [Int32] = []
    defer { for descriptor in open { close(descriptor) } }
    func failure(_ descriptor: Int32) -> String? {
      open.append(descriptor)
      do throws(InheritanceError) {
        try InheritedSocket(descriptor: descriptor, role: .read).check()
        return nil
      } catch {
        return error.description
      }
    }
    #expect(failure(try UnixAddress.listening(at: "\(folder.path)/a").release()) == nil)
    let silent = try UnixAddress.bound(at: "\(folder.path)/b").release()
    #expect(failure(silent)?.contains("does not listen") == true)
    let datagrams = try UnixAddress.bound(at: "\(folder.path)/c", .datagram).release()
    #expect(failure(datagrams)?.contains("no stream") == true)
    let internet = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    #expect(failure(internet)?.contains("Unix domain") == true)
    // Safe: the path is NUL-terminated for the call.
    #expect(failure(unsafe Glibc.open("/dev/null", O_RDONLY))?.contains("no socket") == true)
    #expect(InheritedSocketTests.message(of: 9_999)?.contains("cannot be used: Bad file descriptor") == true)
  }

  private static func message(of descriptor: Int32) -> String? {
    do throws(InheritanceError) {
      try InheritedSocket(descriptor: descriptor, role: .read).check()
      return nil
    } catch {
      return error.description
    }
  }

  @Test("stays where it is when the daemon lets go of it, with those who wait")
  func stays() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/a"
    let original = try UnixAddress.listening(at: path)
    let first = Listener(InheritedSocket(descriptor: dup(original.raw), role: .load))
    #expect(first.isInherited && first.role == .load)
    let waiting = try SocketClient(path)
    first.shut()
    let second = Listener(InheritedSocket(descriptor: dup(original.raw), role: .load))
    let accepted = try second.accept()?.raw
    #expect(accepted != nil)
    second.shut()
    _ = waiting
  }
}
