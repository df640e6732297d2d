// What reaches a supervisor, at sockets of the test's own.

import Glibc
import Platform
import TestSupport
import Testing

@testable import Server

@Suite("the supervisor's socket", .serialized)
struct ServiceNotifierTests {
  /// A supervisor's socket, at a path, or at `@` and a name of the abstract namespace.
  private final class Ear {
    private let socket: Descriptor

    init(_ name: String) throws {
      socket = try UnixAddress.socket(.datagram, isBlocking: false)
      try #require(UnixAddress(notation: name)).bind(socket)
    }

    /// Takes the next message.
    func message() -> String? {
      var buffer = [UInt8](repeating: 0, count: 1_000)
      guard case .bytes(let count) = socket.read(into: &buffer) else { return nil }
      return String(decoding: buffer[..<count], as: UTF8.self)
    }
  }

  private func notifier(_ variables: [String: String]) -> ServiceNotifier? {
    ServiceNotifier(environment: { variables[$0] }, process: 7)
  }

  @Test("is spoken to by path and by abstract name", arguments: [false, true])
  func addresses(_ isAbstract: Bool) throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/notify"
    let name = isAbstract ? "@\(path)" : path
    let ear = try Ear(name)
    let told = try #require(notifier(["NOTIFY_SOCKET": name]))
    told.ready("two words")
    #expect(ear.message() == "READY=1\nSTATUS=two words")
    told.reloading()
    let reloading = try #require(ear.message()).split(separator: "\n")
    #expect(reloading.first == "RELOADING=1")
    #expect(reloading.last?.hasPrefix("MONOTONIC_USEC=") == true)
    #expect(reloading.last.flatMap { Int($0.dropFirst(15)) }.map { $0 > 0 } == true)
    told.alive()
    #expect(ear.message() == "WATCHDOG=1")
    told.extendTimeout(seconds: 30)
    #expect(ear.message() == "EXTEND_TIMEOUT_USEC=30000000")
    told.stopping()
    #expect(ear.message() == "STOPPING=1\nSTATUS=stopping")
    #expect(ear.message() == nil)
  }

  @Test("that is full keeps nobody waiting for long")
  func full() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/notify"
    let ear = try Ear(path)
    let told = try #require(notifier(["NOTIFY_SOCKET": path]))
    let start = ContinuousClock.now
    for _ in 0..<5_000 { told.alive() }
    #expect(.now - start < .seconds(20))
    // What a supervisor waits for is tried for a second.
    told.stopping()
    #expect(.now - start < .seconds(40))
    #expect(ear.message() == "WATCHDOG=1")
  }

  @Test("that does not listen, or is none, does no harm")
  func nobody() {
    #expect(notifier([:]) == nil)
    for name in ["", "/", "vsock:2:1", "relative", "/" + String(repeating: "a", count: 107)] {
      #expect(notifier(["NOTIFY_SOCKET": name]) == nil, "\(name)")
    }
    #expect(notifier(["NOTIFY_SOCKET": "/" + String(repeating: "a", count: 106)]) != nil)
    notifier(["NOTIFY_SOCKET": "/nonexistent/socket"])?.alive()
  }

  @Test("wants to hear of this process only")
  func watchdog() {
    func period(_ variables: [String: String]) -> Int? {
      notifier(variables.merging(["NOTIFY_SOCKET": "/x"]) { $1 })?.watchdogMicroseconds
    }
    #expect(period(["WATCHDOG_USEC": "60000000"]) == 60_000_000)
    #expect(period(["WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "7"]) == 60_000_000)
    #expect(period(["WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "8"]) == nil)
    #expect(period([:]) == nil)
    #expect(period(["WATCHDOG_USEC": "0"]) == nil)
  }

  @Test("hears during a start that it goes on")
  func opening() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/notify"
    let ear = try Ear(path)
    let notice = try OpeningNotice(
      try #require(notifier(["NOTIFY_SOCKET": path])), intervalMilliseconds: 5)
    var heard: String?
    for _ in 0..<300_000 where heard == nil {
      usleep(1_000)
      heard = ear.message()
    }
    notice.end()
    #expect(heard == "EXTEND_TIMEOUT_USEC=30000000")
  }
}
