// One line of the reply to `MCHECK`, taken apart without allocating: this runs once an input.

/// What a line says about its input.
package struct CheckAnswer: Equatable, Sendable {
  package let verdict: Verdict
  /// Where in the line the slugs are, or the text of an error.
  package let detail: Range<Int>

  package enum Verdict: Equatable, Sendable {
    case hit
    case miss
    case refused(Refusal)
    /// No line of the protocol.
    case malformed
  }

  /// Takes a line apart. O(line).
  package init(_ line: Span<UInt8>) {
    if Self.begins(line, "HIT ", at: 0) {
      verdict = .hit
      detail = 4..<line.count
    } else if line.count == 4, Self.begins(line, "MISS", at: 0) {
      verdict = .miss
      detail = 4..<4
    } else if Self.begins(line, "ERR ", at: 0) {
      if Self.begins(line, "IDENTIFIER ", at: 4) || Self.begins(line, "LINE ", at: 4) {
        verdict = .refused(.invalid)
      } else if Self.begins(line, "UNRESOLVABLE ", at: 4) {
        verdict = .refused(.unresolvable)
      } else if Self.begins(line, "UNSEARCHABLE ", at: 4) {
        verdict = .refused(.unsearchable)
      } else {
        verdict = .refused(.failed)
      }
      detail = Self.skipWords(3, line)..<line.count
    } else {
      verdict = .malformed
      detail = 0..<0
    }
  }

  private static func begins(_ line: Span<UInt8>, _ word: StaticString, at offset: Int) -> Bool {
    guard line.count - offset >= word.utf8CodeUnitCount else { return false }
    // A static string's bytes are always there, and the index stays below their count.
    return word.withUTF8Buffer { expected in
      for index in 0..<expected.count {
        let byte = unsafe expected[index]
        if line[offset + index] != byte { return false }
      }
      return true
    }
  }

  private static func skipWords(_ count: Int, _ line: Span<UInt8>) -> Int {
    var position = 0
    for _ in 0..<count {
      while position < line.count, line[position] != UInt8(ascii: " ") { position += 1 }
      position = min(position + 1, line.count)
    }
    return position
  }
}
