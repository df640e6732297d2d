// Addresses of the Unix domain.

import Glibc
import TestSupport
import Testing

@testable import Platform

@Suite("an address of the Unix domain")
struct UnixAddressTests {
  @Test("has 1 to 107 bytes and no NUL")
  func paths() {
    #expect(UnixAddress.pathBytesMax == 107)
    #expect(UnixAddress(String(repeating: "s", count: 107)) != nil)
    for path in ["", String(repeating: "s", count: 108), "a\0b"] { #expect(UnixAddress(path) == nil) }
  }

  @Test("is a path or an abstract name where a supervisor writes it")
  func notation() {
    #expect(UnixAddress(notation: "/run/a") != nil && UnixAddress(notation: "@a") != nil)
    for text in ["", "/", "@", "relative", "vsock:2:1", "/" + String(repeating: "s", count: 107)] {
      #expect(UnixAddress(notation: text) == nil, "\(text)")
    }
  }

  @Test("is reached by stream and by datagram")
  func reached() throws {
    let folder = try TemporaryFolder()
    let listener = try UnixAddress.listening(at: "\(folder.path)/stream")
    _ = try UnixAddress.connected(to: "\(folder.path)/stream")
    #expect(Poll.wait(for: listener.raw, POLLIN, milliseconds: 5_000))
    let catcher = try UnixAddress.bound(at: "\(folder.path)/datagram", .datagram, isBlocking: false)
    let sender = try UnixAddress.socket(.datagram)
    let address = try #require(UnixAddress("\(folder.path)/datagram"))
    #expect(address.send([1, 2, 3].span, through: sender) == .bytes(3))
    var buffer = [UInt8](repeating: 0, count: 8)
    let (first, second) = (catcher.read(into: &buffer), catcher.read(into: &buffer))
    #expect(first == .bytes(3) && second == .wouldBlock)
    let nobody = try #require(UnixAddress("\(folder.path)/nobody"))
    #expect(nobody.send([1].span, through: sender) == .failed(ENOENT))
  }
}

@Suite("a clock before 1970")
struct ClockTests {
  @Test("says 0")
  func clock() {
    #expect(WallClock.seconds(-1) == 0)
    #expect(WallClock.seconds(.min) == 0)
    #expect(WallClock.seconds(1_700_000_000) == 1_700_000_000)
  }
}
