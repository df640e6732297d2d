// A scrubbed copy has the same records as the environment, and nothing else, in whatever pieces it came.

import Foundation
import Glibc
import LMDB
import TestSupport
import Testing

@Suite("a scrubbed copy")
struct PageScrubberTests {
  private static func value(_ number: Int, _ word: String) -> String {
    String(repeating: "\(word)-\(number).", count: 1 + number * 37 % 700)
  }

  /// A compacting copy of values of all lengths, most of which replaced longer ones.
  private static func copy(to folder: TemporaryFolder) throws -> [UInt8] {
    let temporary = try TemporaryEnvironment()
    let database = try temporary.create("values")
    for word in ["secret", "public"] {
      for batch in 0..<10 {
        var transaction = try temporary.environment.write()
        for number in stride(from: batch, to: 600, by: 10) where word == "secret" || number % 3 > 0 {
          try transaction.put("key \(number)", value(number, word), in: database)
        }
        for number in stride(from: batch, to: 600, by: 10) where word == "public" && number % 3 == 0 {
          _ = try transaction.delete("key \(number)", in: database)
        }
        try transaction.commit()
      }
    }
    let path = "\(folder.path)/copy"
    let descriptor = unsafe open(path, O_CREAT | O_RDWR, 0o600)  // the C string lives through the call
    try #require(descriptor >= 0)
    try temporary.environment.copy(to: descriptor, compacting: true)
    close(descriptor)
    return try [UInt8](Data(contentsOf: URL(filePath: path)))
  }

  @Test("has all records and no byte of what was deleted", arguments: [4_096, 5_000, 1 << 20])
  func scrubbed(_ pieceBytes: Int) throws {
    let folder = try TemporaryFolder()
    let raw = try Self.copy(to: folder)
    var scrubber = PageScrubber(pageBytes: 4_096)
    var scrubbed: [UInt8] = []
    var rest: [UInt8] = []
    for start in stride(from: 0, to: raw.count, by: pieceBytes) {
      var piece = rest + raw[start..<min(raw.count, start + pieceBytes)]
      let whole = scrubber.scrub(&piece, count: piece.count)
      scrubbed += piece[..<whole]
      rest = Array(piece[whole...])
      for range in scrubber.takeRanges() {
        for place in range { scrubbed[place] = 0 }
      }
    }
    #expect(rest.isEmpty && scrubbed.count == raw.count)
    #expect(Data(scrubbed).firstRange(of: Data("secret".utf8)) == nil)
    let path = "\(folder.path)/scrubbed"
    try Data(scrubbed).write(to: URL(filePath: path))
    let environment = try Environment(
      path: path, options: .stillFile(byteCount: scrubbed.count, databasesMax: 8))
    let transaction = try environment.read()
    let database = try #require(try transaction.open("values"))
    for number in 0..<600 {
      let expected = number % 3 == 0 ? nil : Self.value(number, "public")
      #expect(try transaction.text("key \(number)", in: database) == expected)
    }
    #expect(try transaction.stat(database).entries == 400)
  }
}
