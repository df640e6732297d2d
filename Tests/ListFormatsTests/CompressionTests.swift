// Compressed lists: whole, in several members, cut anywhere, damaged, and in any split.

import Foundation
import ListFormats
import Testing

@Suite("Compressed lists")
struct CompressionTests {
  private static let endings = ["gz", "bz2", "xz", "zst"]

  private static func bytes(_ ending: String) throws -> [UInt8] {
    Array(try Data(contentsOf: Lists.fixtures.appending(path: "compressed/megaface.txt.\(ending)")))
  }

  private static func plain() throws -> ListContent {
    try Lists.read(Lists.fixtures.appending(path: "megaface.txt"))
  }

  @Test(
    "give the rows of the list within, with the digest and the bytes of the file as it is", arguments: endings
  )
  func whole(ending: String) throws {
    let bytes = try Self.bytes(ending)
    let content = try Lists.read(bytes: bytes)
    #expect(content.rows == (try Self.plain()).rows)
    #expect(content.lines == (try Self.plain()).lines)
    #expect(content.digest == content.digestBefore)
    #expect(content.bytesRead == UInt64(bytes.count))
  }

  @Test("of several members, padded with zeros, are one list", arguments: endings)
  func concatenated(ending: String) throws {
    let bytes = try Self.bytes(ending)
    let rows = try Self.plain().rows
    #expect(try Lists.read(bytes: bytes + bytes + bytes).rows == rows + rows + rows)
    #expect(try Lists.read(bytes: bytes + [0, 0, 0, 0]).rows == rows)
  }

  @Test("give the same rows when they come a byte at a time", arguments: endings)
  func splits(ending: String) throws {
    let bytes = try Self.bytes(ending)
    for step in [1, 13] {
      let content = try Lists.read(bytes: bytes + bytes, step: step)
      #expect(content.rows == (try Self.plain()).rows + (try Self.plain()).rows)
      #expect(content.digest == (try Lists.read(bytes: bytes + bytes)).digest)
    }
  }

  @Test("that are cut at any byte, or damaged, are an error and never a shorter list", arguments: endings)
  func truncated(ending: String) throws {
    let bytes = try Self.bytes(ending)
    for length in 6..<bytes.count {
      #expect(throws: ListError.self, "cut at \(length)") {
        try Lists.read(bytes: Array(bytes[..<length]), as: .megaface)
      }
    }
    var damaged = bytes
    damaged[bytes.count / 2] ^= 0x10
    #expect(throws: ListError.self) { try Lists.read(bytes: damaged, as: .megaface) }
    #expect(throws: ListError.self) { try Lists.read(bytes: bytes + Array("more".utf8), as: .megaface) }
  }

  @Test("that are cut behind rows already given name the line that was reached")
  func place() throws {
    let rows = (1...60_000).map { "https://example.org/\($0 &* 2_654_435_761)" }.joined(separator: "\n")
    let bytes = Array(rows.utf8)
    let whole = try Gzip.stored(bytes)
    let error = #expect(throws: ListError.self) { try Lists.read(bytes: Array(whole.dropLast(100_000))) }
    #expect((error?.line ?? 0) > 10_000)
    #expect(error?.reason == "its gzip data ends in the middle")
    #expect(try Lists.read(bytes: whole).rows.count == 60_000)
  }
}

/// Writes gzip without compressing (RFC 1951, section 3.2.4; RFC 1952), so that tests need no tool for it.
enum Gzip {
  static func stored(_ bytes: [UInt8]) throws -> [UInt8] {
    var output: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255]
    for start in stride(from: 0, to: bytes.count, by: 65_535) {
      let part = bytes[start..<min(start + 65_535, bytes.count)]
      let count = UInt16(part.count)
      output.append(part.endIndex == bytes.count ? 1 : 0)
      output += [UInt8(count & 255), UInt8(count >> 8), UInt8(~count & 255), UInt8(~count >> 8)]
      output += part
    }
    var crc = ~UInt32(0)
    for byte in bytes {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
    }
    for value in [~crc, UInt32(bytes.count)] {
      for shift in stride(from: UInt32(0), to: 32, by: 8) { output.append(UInt8(value >> shift & 255)) }
    }
    return output
  }
}
