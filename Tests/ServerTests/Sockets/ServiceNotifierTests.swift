// What reaches a supervisor, at sockets of the test's own.

import Glibc
import TestSupport
import Testing

@testable import Server

@Suite("the supervisor's socket", .serialized)
struct ServiceNotifierTests {
  /// A datagram socket at a path, or, where `name` begins with a NUL, in the abstract namespace.
  private static func bound(to name: [UInt8]) throws -> Int32 {
    let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | O_NONBLOCK, 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    // Safe: the name is shorter than the field; the address is of the length told.
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: name) }
    let length = socklen_t(MemoryLayout<sa_family_t>.size + name.count + (name[0] == 0 ? 0 : 1))
    let result = unsafe withUnsafePointer(to: &address) {
      unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe bind(descriptor, $0, length) }
    }
    try #require(result == 0)
    return descriptor
  }

  private static func message(_ descriptor: Int32) -> String? {
    var buffer = [UInt8](repeating: 0, count: 1_000)
    // Safe: as many bytes as there is room for.
    let count = unsafe recv(descriptor, &buffer, buffer.count, 0)
    return count < 0 ? nil : String(decoding: buffer[..<count], as: UTF8.self)
  }

  private func notifier(_ variables: [String: String]) -> ServiceNotifier? {
    ServiceNotifier(environment: { variables[$0] }, process: 7)
  }

  @Test("is spoken to by path and by abstract name", arguments: [false, true])
  func addresses(_ isAbstract: Bool) throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/notify"
    let descriptor = try Self.bound(to: isAbstract ? [0] + Array(path.utf8) : Array(path.utf8))
    defer { close(descriptor) }
    let told = try #require(notifier(["NOTIFY_SOCKET": isAbstract ? "@\(path)" : path]))
    told.ready("two words")
    #expect(Self.message(descriptor) == "READY=1\nSTATUS=two words")
    told.reloading()
    let reloading = try #require(Self.message(descriptor)).split(separator: "\n")
    #expect(reloading.first == "RELOADING=1")
    #expect(reloading.last?.hasPrefix("MONOTONIC_USEC=") == true)
    #expect(reloading.last.flatMap { Int($0.dropFirst(15)) }.map { $0 > 0 } == true)
    told.alive()
    #expect(Self.message(descriptor) == "WATCHDOG=1")
    told.extendTimeout(seconds: 30)
    #expect(Self.message(descriptor) == "EXTEND_TIMEOUT_USEC=30000000")
    told.stopping()
    #expect(Self.message(descriptor) == "STOPPING=1\nSTATUS=stopping")
    #expect(Self.message(descriptor) == nil)
  }

  @Test("that is full keeps nobody waiting for long")
  func full() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/notify"
    let descriptor = try Self.bound(to: Array(path.utf8))
    defer { close(descriptor) }
    let told = try #require(notifier(["NOTIFY_SOCKET": path]))
    let start = ContinuousClock.now
    for _ in 0..<5_000 { told.alive() }
    #expect(.now - start < .seconds(20))
    // What a supervisor waits for is tried for a second.
    told.stopping()
    #expect(.now - start < .seconds(40))
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
    let descriptor = try Self.bound(to: Array(path.utf8))
    defer { close(descriptor) }
    let notice = try OpeningNotice(
      try #require(notifier(["NOTIFY_SOCKET": path])), intervalMilliseconds: 5)
    var heard: String?
    for _ in 0..<2_000 where heard == nil {
      usleep(1_000)
      heard = Self.message(descriptor)
    }
    notice.end()
    #expect(heard == "EXTEND_TIMEOUT_USEC=30000000")
  }
}
