// A key whose stored data is damaged: whoever asks for it is told so, and the daemon goes on answering others.

import Foundation
import Testing

@Suite("A damaged key", .fewAtOnce)
struct DamagedKeyTests {
  /// Changes the numbers of the dataset sets in all blocks of keys: each block has a page of its own, and a part of its
  /// header stands in the tree's leaves as well (docs/format.md).
  private static func damageSets(_ path: String) throws {
    var bytes = [UInt8](try #require(FileManager.default.contents(atPath: path)))
    let sound = bytes
    var damaged = 0
    for page in stride(from: 8_192, to: sound.count, by: 4_096) where sound[page + 10] == 4 {
      let header = Data(sound[(page + 24)..<(page + 56)])
      let places = ranges(of: header, in: Data(sound))
      guard places.count > 1 else { continue }
      damaged += 1
      // The third byte of the base of set numbers, 26 bytes into the block.
      for place in places { bytes[place + 18] ^= 4 }
    }
    try #require(damaged > 0)
    try Data(bytes).write(to: URL(fileURLWithPath: path))
  }

  private static func ranges(of pattern: Data, in data: Data) -> [Int] {
    var places: [Int] = []
    var start = data.startIndex
    while let range = data.range(of: pattern, in: start..<data.endIndex) {
      places.append(range.lowerBound)
      start = range.upperBound
    }
    return places
  }

  @Test("is an error for whoever asks for it, in every verb, and the daemon goes on")
  func damagedSetNumber() async throws {
    let workspace = try Workspace()
    let first = try await RunningDaemon.start(in: workspace)
    let list = try workspace.write("list", Photos.list(1...200))
    #expect(try await workspace.client("ingest", "--dataset", "park", list).end == .exited(0))
    try await first.stop()
    try Self.damageSets(workspace.file("data/data.mdb"))

    let daemon = try await RunningDaemon.start(in: workspace)
    let key = "flickr:\(Photos.number(7))"
    for request in ["CHECK \(key)", "GET \(key)", "EXPORT park", "DIGEST", "LIST any=park"] {
      let connection = try daemon.connect()
      try await connection.send(request + "\n")
      var line = ""
      repeat {
        line = try await connection.line()
      } while !line.hasPrefix("E") && line.hasPrefix("MORE") || line.hasPrefix("#")
      #expect(line.hasPrefix("ERR CORRUPT"), "\(request): \(line)")
    }
    #expect(try await daemon.ask("MCHECK 1\n\(key)").first?.first?.hasPrefix("ERR CORRUPT") == true)
    #expect(try await daemon.ask("MCHECK 1 COMPACT\n\(key)") == [["!"]])
    // What would be in the damaged block cannot be said to be missing.
    #expect(try await daemon.ask("MCHECK 1\nflickr:1").first?.first?.hasPrefix("ERR CORRUPT") == true)
    #expect(try await daemon.ask("MCHECK 1\ncoco:1") == [["MISS"]])
    let check = try await workspace.client("check", key)
    #expect(check.end == .exited(2), "\(check.output)")
    #expect(try await workspace.client("verify").end != .exited(0))
    try await daemon.stop()
  }
}
