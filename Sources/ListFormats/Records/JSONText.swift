// A streaming JSON cursor: takes values one by one off a `ByteSource`, builds only the scalars that are asked
// for and skips everything else where it stands. Of what is skipped only the brackets are checked, and
// control bytes within strings, which published lists do contain, are let through; but a list that ends too
// early is never taken for a shorter one. Escapes stand in JSONText+Escapes.

import ByteText

/// A cursor in a JSON text.
struct JSONText {
  /// The line of the next byte, from 1.
  private(set) var line: UInt64 = 1

  /// The next byte that is not white space, left unread; nil at the end of the list.
  mutating func peekOrEnd(_ source: inout ByteSource) throws(ListError) -> UInt8? {
    while true {
      for index in source.unread {
        let byte = source.window[index]
        switch byte {
        case UInt8(ascii: "\n"): line += 1
        case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): break
        default:
          source.consume(index - source.unread.lowerBound)
          return byte
        }
      }
      source.consume(source.unread.count)
      guard try source.more() else { return nil }
    }
  }

  /// The next byte that is not white space, left unread.
  mutating func peek(_ source: inout ByteSource) throws(ListError) -> UInt8 {
    guard let byte = try peekOrEnd(&source) else { throw truncated(source) }
    return byte
  }

  /// Takes `byte`, which must come next.
  mutating func expect(_ byte: UInt8, _ source: inout ByteSource) throws(ListError) {
    guard try accept(byte, &source) else { throw unexpected(source) }
  }

  /// Takes `byte` if it comes next.
  mutating func accept(_ byte: UInt8, _ source: inout ByteSource) throws(ListError) -> Bool {
    guard try peek(&source) == byte else { return false }
    source.consume(1)
    return true
  }

  /// Takes a string and appends its content.
  ///
  /// - Returns: false if the content is longer than a record may be; then only its beginning was appended.
  mutating func string(_ source: inout ByteSource, to output: inout [UInt8]) throws(ListError) -> Bool {
    try expect(UInt8(ascii: "\""), &source)
    let limit = output.count + ListLimits.recordBytesMax
    while true {
      let place = source.unread.lowerBound
      let stop = try plainRun(&source)
      let run = place..<(source.unread.lowerBound - (stop == nil ? 0 : 1))
      // One byte over the limit is kept, to tell a string that fits from one that does not.
      let kept = run.prefix(max(0, limit + 1 - output.count))
      output.append(source.window.span.extracting(kept))
      switch stop {
      case UInt8(ascii: "\""): return output.count <= limit
      case nil: guard try source.more() else { throw truncated(source) }
      default:
        try escape(&source, to: &output)
        if output.count > limit + 1 { output.removeLast(output.count - limit - 1) }
      }
    }
  }

  /// Takes a number, `true`, `false` or `null` and appends its text; of one longer than any number that is
  /// an id, a part.
  mutating func literal(_ source: inout ByteSource, to output: inout [UInt8]) throws(ListError) {
    guard Self.isLiteral(try peek(&source)) else { throw unexpected(source) }
    let limit = output.count + 64
    while let byte = try next(&source), Self.isLiteral(byte) {
      if output.count < limit { output.append(byte) }
      source.consume(1)
    }
  }

  /// Takes a value of any kind without keeping it. O(1) memory.
  mutating func skipValue(_ source: inout ByteSource) throws(ListError) {
    var depth = 0
    var objects: UInt64 = 0  // bit n: whether the bracket open at depth n + 1 is that of an object
    repeat {
      let byte = try peek(&source)
      switch byte {
      case UInt8(ascii: "\""):
        source.consume(1)
        try skipString(&source)
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        guard depth < ListLimits.nestingMax else {
          throw source.stream.file.error("the JSON is nested too deeply", line: line)
        }
        objects = objects << 1 | (byte == UInt8(ascii: "{") ? 1 : 0)
        depth += 1
        source.consume(1)
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        guard depth > 0, (objects & 1 == 1) == (byte == UInt8(ascii: "}")) else { throw unexpected(source) }
        objects >>= 1
        depth -= 1
        source.consume(1)
      case UInt8(ascii: ","), UInt8(ascii: ":"):
        guard depth > 0 else { throw unexpected(source) }
        source.consume(1)
      default:
        guard Self.isLiteral(byte) else { throw unexpected(source) }
        try skipLiteral(&source)
      }
    } while depth > 0
  }

  /// An error at the current place: not JSON, or not the JSON that was expected.
  func unexpected(_ source: borrowing ByteSource) -> ListError {
    source.stream.file.error(
      "the JSON is malformed or has not the shape of this format", line: line, hint: "check file and format")
  }

  /// An error at the end of the list.
  func truncated(_ source: borrowing ByteSource) -> ListError {
    source.stream.file.error(
      "the JSON ends in the middle", line: line, hint: "the file is truncated: fetch it again")
  }

  /// The next byte, white space included, left unread; nil at the end of the list.
  func next(_ source: inout ByteSource) throws(ListError) -> UInt8? {
    if source.unread.isEmpty, try !source.more() { return nil }
    return source.window[source.unread.lowerBound]
  }

  /// Takes the bytes of a string up to and with the next `"` or `\`, which is returned; or, if none is
  /// there, all unread bytes.
  private mutating func plainRun(_ source: inout ByteSource) throws(ListError) -> UInt8? {
    for index in source.unread {
      let byte = source.window[index]
      if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
        source.consume(index + 1 - source.unread.lowerBound)
        return byte
      }
      if byte == UInt8(ascii: "\n") { line += 1 }
    }
    source.consume(source.unread.count)
    return nil
  }

  private mutating func skipString(_ source: inout ByteSource) throws(ListError) {
    while true {
      switch try plainRun(&source) {
      case UInt8(ascii: "\""): return
      case nil: guard try source.more() else { throw truncated(source) }
      default:
        guard try next(&source) != nil else { throw truncated(source) }
        source.consume(1)
      }
    }
  }

  private func skipLiteral(_ source: inout ByteSource) throws(ListError) {
    repeat {
      for index in source.unread where !Self.isLiteral(source.window[index]) {
        return source.consume(index - source.unread.lowerBound)
      }
      source.consume(source.unread.count)
    } while try source.more()
  }

  private static func isLiteral(_ byte: UInt8) -> Bool {
    byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 26 || byte == 0x2B || byte == 0x2D || byte == 0x2E
  }
}
