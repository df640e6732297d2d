// The notation of a transcript's lines (protocol/transcripts/README.md): bytes that cannot be seen, repetitions,
// and figures that are not the same each time.

/// Why a transcript cannot be read.
struct TranscriptError: Error, CustomStringConvertible {
  let description: String
}

/// A piece of what is sent or expected.
enum TranscriptPiece: Equatable {
  case bytes([UInt8])
  /// One digit or more.
  case number
  /// Bytes other than TAB and LF.
  case text
}

/// Reads and compares the notation.
enum TranscriptText {
  /// The pieces of a line, its LF included.
  static func pieces(_ line: Substring) throws -> [TranscriptPiece] {
    var pieces: [TranscriptPiece] = []
    var bytes: [UInt8] = []
    var hasEnd = false
    var rest = line
    while let open = rest.firstIndex(of: "{") {
      bytes += rest[..<open].utf8
      guard let close = rest[open...].firstIndex(of: "}") else {
        throw TranscriptError(description: "a brace is not closed: \(line)")
      }
      let name = rest[rest.index(after: open)..<close]
      rest = rest[rest.index(after: close)...]
      switch name {
      case "t": bytes.append(0x09)
      case "r": bytes.append(0x0D)
      case "end": hasEnd = true
      case "number", "text":
        pieces += [.bytes(bytes), name == "number" ? .number : .text]
        bytes = []
      default: bytes += try special(name)
      }
    }
    bytes += rest.utf8
    if !hasEnd { bytes.append(0x0A) }
    return pieces + [.bytes(bytes)]
  }

  private static func special(_ name: Substring) throws -> [UInt8] {
    if name.first == "x", name.count == 3, let byte = UInt8(name.dropFirst(), radix: 16) { return [byte] }
    guard let star = name.lastIndex(of: "*"), let count = Int(name[name.index(after: star)...]) else {
      throw TranscriptError(description: "unknown notation {\(name)}")
    }
    let text = Array(name[..<star].utf8)
    return Array(repeatElement(text, count: count).joined())
  }

  /// Where `bytes` stop being what is expected; nil if they are all that, and nothing more.
  static func mismatch(_ bytes: [UInt8], _ expected: [TranscriptPiece]) -> Int? {
    var position = 0
    for piece in expected {
      switch piece {
      case .bytes(let literal):
        guard bytes.count - position >= literal.count else { return bytes.count }
        if !bytes[position..<(position + literal.count)].elementsEqual(literal) {
          for offset in literal.indices where bytes[position + offset] != literal[offset] {
            return position + offset
          }
        }
        position += literal.count
      case .number:
        let start = position
        while position < bytes.count, (0x30...0x39).contains(bytes[position]) { position += 1 }
        guard position > start else { return position }
      case .text:
        while position < bytes.count, bytes[position] != 0x0A, bytes[position] != 0x09 { position += 1 }
      }
    }
    return position == bytes.count ? nil : position
  }
}
