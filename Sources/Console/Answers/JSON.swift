// JSON as RFC 8259 has it, written straight into bytes. What is no UTF-8 becomes U+FFFD, since JSON text must
// be UTF-8 and inputs need not be. What a terminal may obey is escaped, which means the same in JSON.

import ByteText
import WireProtocol

package enum JSON {
  package static func append(_ record: Record, to output: inout [UInt8]) {
    output.append(UInt8(ascii: "{"))
    for (index, field) in record.fields.enumerated() {
      if index > 0 { output.append(UInt8(ascii: ",")) }
      append(field.name, to: &output)
      output.append(UInt8(ascii: ":"))
      append(field.value, to: &output)
    }
    output.append(UInt8(ascii: "}"))
  }

  package static func append(_ value: Content, to output: inout [UInt8]) {
    switch value {
    case .none: output.append("null")
    case .text(let text), .escaped(let text): append(text, to: &output)
    case .bytes(let bytes): append(bytes.span, to: &output)
    case .number(let digits): output.append(digits)
    case .flag(let isSet): output.append(isSet ? "true" : "false")
    case .record(let record): append(record, to: &output)
    case .list(let values):
      output.append(UInt8(ascii: "["))
      for (index, value) in values.enumerated() {
        if index > 0 { output.append(UInt8(ascii: ",")) }
        append(value, to: &output)
      }
      output.append(UInt8(ascii: "]"))
    }
  }

  package static func append(_ text: String, to output: inout [UInt8]) {
    append(text.utf8.span, to: &output)
  }

  /// A string of any bytes.
  package static func append(_ bytes: Span<UInt8>, to output: inout [UInt8]) {
    output.append(UInt8(ascii: "\""))
    if isASCII(bytes) {
      escape(bytes, &output)
    } else {
      var copy: [UInt8] = []
      copy.append(bytes)
      escape(String(decoding: copy, as: UTF8.self).utf8.span, &output)
    }
    output.append(UInt8(ascii: "\""))
  }

  private static func isASCII(_ bytes: Span<UInt8>) -> Bool {
    var all: UInt8 = 0
    for index in bytes.indices { all |= bytes[index] }
    return all < 0x80
  }

  private static func escape(_ bytes: Span<UInt8>, _ output: inout [UInt8]) {
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      let steering = byte < 0x80 ? 0 : Escapes.steeringLength(bytes, at: index)
      index += max(steering, 1)
      switch byte {
      case _ where steering > 0: escape(unitOf: bytes.extracting((index - steering)..<index), &output)
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        output.append(UInt8(ascii: "\\"))
        output.append(byte)
      case UInt8(ascii: "\n"): output.append("\\n")
      case UInt8(ascii: "\r"): output.append("\\r")
      case UInt8(ascii: "\t"): output.append("\\t")
      case 0..<0x20, 0x7F: escape(unitOf: bytes.extracting((index - 1)..<index), &output)
      default: output.append(byte)
      }
    }
  }

  /// A character of up to three bytes as `\u` and four digits.
  private static func escape(unitOf bytes: Span<UInt8>, _ output: inout [UInt8]) {
    for unit in String(bytes).utf16 {
      output.append("\\u")
      for shift in [12, 8, 4, 0] { output.append(ASCII.lowerHexDigit(UInt8(unit >> shift & 15))) }
    }
  }
}
