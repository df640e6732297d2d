// JSON as RFC 8259 has it, written straight into bytes. What is no UTF-8 becomes U+FFFD, since JSON text must
// be UTF-8 and inputs need not be.

/// Writes one JSON value piece by piece; commas come by themselves.
package struct JSONWriter {
  private var needsComma = false

  /// A writer at the start of a value.
  package init() {}

  /// Begins an object, or an array.
  package mutating func open(_ bracket: Bracket, _ output: inout [UInt8]) {
    separate(&output)
    output.append(bracket == .object ? UInt8(ascii: "{") : UInt8(ascii: "["))
    needsComma = false
  }

  /// Ends an object, or an array.
  package mutating func close(_ bracket: Bracket, _ output: inout [UInt8]) {
    output.append(bracket == .object ? UInt8(ascii: "}") : UInt8(ascii: "]"))
    needsComma = true
  }

  /// The two kinds of JSON containers.
  package enum Bracket: Sendable {
    /// `{}`
    case object
    /// `[]`
    case array
  }

  /// A member's name; its value must follow.
  package mutating func name(_ name: String, _ output: inout [UInt8]) {
    string(name, &output)
    output.append(UInt8(ascii: ":"))
    needsComma = false
  }

  /// A string of any bytes.
  package mutating func string(_ bytes: Span<UInt8>, _ output: inout [UInt8]) {
    separate(&output)
    output.append(UInt8(ascii: "\""))
    if Self.isASCII(bytes) {
      Self.escape(bytes, &output)
    } else {
      var copy: [UInt8] = []
      copy.append(bytes)
      Self.escape(String(decoding: copy, as: UTF8.self).utf8.span, &output)
    }
    output.append(UInt8(ascii: "\""))
    needsComma = true
  }

  /// A string.
  package mutating func string(_ text: String, _ output: inout [UInt8]) { string(text.utf8.span, &output) }

  /// A whole number.
  package mutating func number(_ value: Int, _ output: inout [UInt8]) { literal(String(value), &output) }

  /// `true` or `false`.
  package mutating func bool(_ value: Bool, _ output: inout [UInt8]) {
    literal(value ? "true" : "false", &output)
  }

  /// `null`, or a number that is already in JSON's form.
  package mutating func literal(_ text: String, _ output: inout [UInt8]) {
    separate(&output)
    output.append(text)
    needsComma = true
  }

  private func separate(_ output: inout [UInt8]) {
    if needsComma { output.append(UInt8(ascii: ",")) }
  }

  private static func isASCII(_ bytes: Span<UInt8>) -> Bool {
    var all: UInt8 = 0
    for index in bytes.indices { all |= bytes[index] }
    return all < 0x80
  }

  private static func escape(_ bytes: Span<UInt8>, _ output: inout [UInt8]) {
    for index in bytes.indices {
      let byte = bytes[index]
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        output.append(UInt8(ascii: "\\"))
        output.append(byte)
      case UInt8(ascii: "\n"): output.append("\\n")
      case UInt8(ascii: "\r"): output.append("\\r")
      case UInt8(ascii: "\t"): output.append("\\t")
      case 0..<0x20, 0x7F:
        output.append("\\u00")
        output.append(hexDigits[Int(byte >> 4)])
        output.append(hexDigits[Int(byte & 15)])
      default: output.append(byte)
      }
    }
  }

  private static let hexDigits = Array("0123456789abcdef".utf8)
}
