// A row of a list as it travels in a `ROWS` body, and as a plain list file has it: an identifier, then fields
// behind TABs; or a row that the reader of the list rejected, so that row numbers stay those of the list.

import ByteText

package enum RowWriter {
  /// Appends `identifier`, which must hold no TAB, LF or CR and must not start with `!`.
  package static func begin(_ identifier: Span<UInt8>, to output: inout [UInt8]) {
    output.append(identifier)
  }

  /// Appends a field; the value is escaped, its spaces kept.
  package static func field(_ name: StaticString, _ value: Span<UInt8>, to output: inout [UInt8]) {
    output.append(UInt8(ascii: "\t"))
    name.withUTF8Buffer { unsafe output.append(contentsOf: $0) }  // a static string's bytes are always there
    output.append(UInt8(ascii: "="))
    Escapes.append(value, to: &output, keepingSpaces: true)
  }

  package static func end(_ output: inout [UInt8]) { output.append(UInt8(ascii: "\n")) }

  /// Appends a whole rejected row: `!code TAB text`, and the field of its label if there is one. `code` is lower-case
  /// letters and `-`.
  package static func reject(code: String, text: String, label: [UInt8] = [], to output: inout [UInt8]) {
    output.append(UInt8(ascii: "!"))
    output.append(contentsOf: code.utf8)
    output.append(UInt8(ascii: "\t"))
    Escapes.append(text, to: &output, keepingSpaces: true)
    if !label.isEmpty { field("label", label.span, to: &output) }
    output.append(UInt8(ascii: "\n"))
  }
}

/// Walks over the TAB-parted parts of a row or a reply line. Keeps positions only; no allocation.
package struct ColumnScanner: Sendable {
  private var position = 0
  private var ended = false

  package init() {}

  /// Where the next column of `line` is; nil after the last.
  package mutating func next(in line: borrowing Span<UInt8>) -> Range<Int>? {
    guard !ended else { return nil }
    let start = position
    let end = line.firstIndex(of: UInt8(ascii: "\t"), from: start) ?? line.count
    position = end + 1
    ended = end >= line.count
    return start..<end
  }
}
