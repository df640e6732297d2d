// Replies as bytes. Version 3 has types of its own for what version 2 writes as arrays and bulk strings.

internal import ByteText
internal import WireProtocol

/// The version of RESP that a connection speaks; `HELLO` changes it.
enum RESPVersion: Int {
  case two = 2
  case three = 3

  // MARK: - The same in both

  func append(simple text: StaticString, to output: inout [UInt8]) {
    output.append(UInt8(ascii: "+"))
    // Safe: the bytes of a literal are never freed.
    unsafe output.append(
      contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    Self.endLine(&output)
  }

  @inline(__always)
  func append(integer value: Int, to output: inout [UInt8]) { Self.append(":", value, to: &output) }

  /// Appends what stands before the bytes of a bulk string.
  @inline(__always)
  func append(bulkHeader count: Int, to output: inout [UInt8]) { Self.append("$", count, to: &output) }

  func append(bulk bytes: some Collection<UInt8>, to output: inout [UInt8]) {
    Self.append("$", bytes.count, to: &output)
    output.append(contentsOf: bytes)
    Self.endLine(&output)
  }

  func append(bulk text: String, to output: inout [UInt8]) { append(bulk: text.utf8, to: &output) }

  func append(array count: Int, to output: inout [UInt8]) { Self.append("*", count, to: &output) }

  /// Appends an error: a word that programs compare, then a text for people.
  func append(_ error: ProtocolError, to output: inout [UInt8]) {
    append(error: "\(error.code.respWord) \(error.text)", to: &output)
  }

  func append(error line: String, to output: inout [UInt8]) {
    output.append(UInt8(ascii: "-"))
    for byte in line.utf8 { output.append(ASCII.isControl(byte) ? UInt8(ascii: " ") : byte) }
    Self.endLine(&output)
  }

  // MARK: - Not the same

  func append(map count: Int, to output: inout [UInt8]) {
    self == .three ? Self.append("%", count, to: &output) : append(array: 2 * count, to: &output)
  }

  func append(set count: Int, to output: inout [UInt8]) {
    self == .three ? Self.append("~", count, to: &output) : append(array: count, to: &output)
  }

  @inline(__always)
  func appendNull(to output: inout [UInt8]) {
    if self == .two {
      let null: InlineArray<5, UInt8> = [
        UInt8(ascii: "$"), UInt8(ascii: "-"), UInt8(ascii: "1"), UInt8(ascii: "\r"), UInt8(ascii: "\n"),
      ]
      output.append(null.span)
    } else {
      output.append(UInt8(ascii: "_"))
      Self.endLine(&output)
    }
  }

  /// `nil` where an array is expected.
  func appendNullArray(to output: inout [UInt8]) {
    output.append(contentsOf: (self == .three ? "_\r\n" : "*-1\r\n").utf8)
  }

  /// Appends a text for people.
  func append(text: String, to output: inout [UInt8]) {
    guard self == .three else { return append(bulk: text, to: &output) }
    Self.append("=", text.utf8.count + 4, to: &output)
    output.append(contentsOf: "txt:".utf8)
    output.append(contentsOf: text.utf8)
    Self.endLine(&output)
  }

  // MARK: - Pieces

  @inline(__always)
  private static func append(_ mark: Unicode.Scalar, _ value: Int, to output: inout [UInt8]) {
    let (cr, lf) = (UInt8(ascii: "\r"), UInt8(ascii: "\n"))
    if value >= 0, value < 10 {
      // At once, since each append of its own looks at the array again.
      let line: InlineArray<4, UInt8> = [UInt8(ascii: mark), 0x30 + UInt8(truncatingIfNeeded: value), cr, lf]
      output.append(line.span)
    } else {
      appendLong(mark, value, to: &output)
    }
  }

  @inline(never)
  private static func appendLong(_ mark: Unicode.Scalar, _ value: Int, to output: inout [UInt8]) {
    output.append(UInt8(ascii: mark))
    if value < 0 { output.append(UInt8(ascii: "-")) }
    Decimal.append(UInt64(value.magnitude), to: &output)
    endLine(&output)
  }

  @inline(__always)
  static func endLine(_ output: inout [UInt8]) {
    let end: InlineArray<2, UInt8> = [UInt8(ascii: "\r"), UInt8(ascii: "\n")]
    output.append(end.span)
  }
}

extension ErrorCode {
  /// The first word of the error in RESP: the word of Redis where it has one for this, otherwise the code.
  var respWord: String {
    switch self {
    case .syntax, .verb, .line, .limit: "ERR"
    case .version: "NOPROTO"
    case .forbidden: "NOPERM"
    default: rawValue
    }
  }
}
