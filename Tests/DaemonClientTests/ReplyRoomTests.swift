// How much of a reply the client keeps.

import Console
import Testing

@testable import DaemonClient

@Suite("the room for a reply")
struct ReplyRoomTests {
  /// Takes lines that fill the room but for so many bytes of the last one.
  private static func fill(sparing spared: Int) throws(Trouble) {
    var room = ReplyRoom()
    let line = [UInt8](repeating: 0x61, count: (1 << 20) - ReplyRoom.lineCost)
    let last = [UInt8](repeating: 0x61, count: line.count - spared)
    for _ in 1..<(ReplyRoom.bytesMax >> 20) { try room.take(line.span) }
    try room.take(last.span)
  }

  @Test("is full at its bound, and one byte more is an error")
  func bound() throws {
    try Self.fill(sparing: 0)
    let error = #expect(throws: Trouble.self) { try Self.fill(sparing: -1) }
    #expect(error?.text.contains("longer than 512.0 MiB") == true)
  }
}
