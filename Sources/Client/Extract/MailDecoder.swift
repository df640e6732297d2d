// Mail as it is stored: undoes the transfer encodings of its parts, quoted-printable (where soft line breaks cut URLs) and
// base64 (RFC 2045, section 6). A stream is mail if it begins with a header field or with mbox's `From `; anything else
// passes as it is. Attachments pass too, as the bytes that they are.

import ByteText
import Console
import DaemonClient
import ListFormats

/// Decodes a stream that may be mail.
package struct MailDecoder: Sendable {
  private enum Place {
    case start
    /// Not mail: all passes.
    case other
    case headers
    case body(Encoding)
  }

  private enum Encoding {
    case identity, quotedPrintable, base64
  }

  /// Bytes of a line that are looked at together; RFC 5322 allows 998. Of a longer one, pieces.
  private static let lineBytesMax = 2_048
  /// Boundaries that are remembered: those of nested parts.
  private static let boundariesMax = 16

  private var place = Place.start
  private var line: [UInt8] = []
  /// Whether `line` goes on where a longer one was cut.
  private var isContinued = false
  private var encoding = Encoding.identity
  private var boundaries: [[UInt8]] = []
  private var base64 = Base64Bits()

  package init() {}

  /// Appends a piece of the stream, decoded.
  package mutating func append(_ piece: Span<UInt8>, to output: inout [UInt8]) {
    if case .other = place { return output.append(piece) }
    for index in piece.indices {
      line.append(piece[index])
      let isEnd = piece[index] == UInt8(ascii: "\n")
      guard isEnd || line.count >= Self.lineBytesMax else { continue }
      take(isEnd: isEnd, to: &output)
      if case .other = place {
        return output.append(piece.extracting((index + 1)..<piece.count))
      }
    }
    // Lines that come slowly are not to wait for more than their end.
  }

  /// Appends what is left at the end of the stream.
  package mutating func finish(to output: inout [UInt8]) {
    if !line.isEmpty { take(isEnd: false, to: &output) }
  }

  private mutating func take(isEnd: Bool, to output: inout [UInt8]) {
    if case .start = place { place = Self.beginsMail(line) ? .headers : .other }
    let isBeginning = !isContinued
    isContinued = !isEnd
    switch place {
    case .start, .other: output += line
    case .headers:
      if isBeginning, line.allSatisfy({ $0 == 0x0D || $0 == 0x0A }) {
        place = .body(encoding)
        base64 = Base64Bits()
      } else {
        readHeader()
      }
      output += line
    case .body(let encoding):
      if isBeginning, beginsPart() {
        place = .headers
        self.encoding = .identity
        output += line
      } else {
        decode(encoding, to: &output)
      }
    }
    line.removeAll(keepingCapacity: true)
  }

  private mutating func decode(_ encoding: Encoding, to output: inout [UInt8]) {
    switch encoding {
    case .identity: output += line
    case .base64: for byte in line { base64.append(byte, to: &output) }
    case .quotedPrintable:
      var end = line.count
      while end > 0, line[end - 1] == 0x0A || line[end - 1] == 0x0D || line[end - 1] == 0x20 { end -= 1 }
      let isSoft = end > 0 && line[end - 1] == UInt8(ascii: "=")
      var index = 0
      while index < (isSoft ? end - 1 : line.count) {
        if line[index] == UInt8(ascii: "="), index + 2 < line.count,
          let byte = UInt8(ReplyText.string(line.span.extracting(index + 1..<index + 3)), radix: 16)
        {
          output.append(byte)
          index += 3
        } else {
          output.append(line[index])
          index += 1
        }
      }
    }
  }

  /// Takes the encoding and a boundary out of a header's line.
  private mutating func readHeader() {
    let text = line.map(ASCII.lowercased)
    if text.starts(with: "content-transfer-encoding:".utf8) {
      let isQuoted = text.firstRange(of: "quoted-printable".utf8) != nil
      encoding =
        isQuoted ? .quotedPrintable : text.firstRange(of: "base64".utf8) != nil ? .base64 : .identity
    }
    guard let start = text.firstRange(of: "boundary=".utf8)?.upperBound, start < line.count,
      boundaries.count < Self.boundariesMax
    else { return }
    let isQuoted = line[start] == UInt8(ascii: "\"")
    let value = line[(isQuoted ? start + 1 : start)...].prefix {
      isQuoted ? $0 != UInt8(ascii: "\"") : $0 > 0x20 && $0 != UInt8(ascii: ";")
    }
    if !value.isEmpty { boundaries.append(Array("--".utf8) + value) }
  }

  /// Whether a line begins another part, or mbox's next message.
  private func beginsPart() -> Bool {
    line.starts(with: "From ".utf8) || boundaries.contains { line.starts(with: $0) }
  }

  /// `From ` or `Name: `.
  private static func beginsMail(_ line: [UInt8]) -> Bool {
    if line.starts(with: "From ".utf8) { return true }
    let name = line.prefix { ASCII.isLetterOrDigit($0) || $0 == UInt8(ascii: "-") }
    let rest = line.dropFirst(name.count)
    return !name.isEmpty && rest.first == UInt8(ascii: ":")
      && rest.dropFirst().first.map { $0 <= 0x20 } ?? false
  }
}

/// Base64 (RFC 4648, section 4), a digit at a time; other bytes are passed over.
struct Base64Bits: Sendable {
  private var bits: UInt32 = 0
  private var count: UInt32 = 0

  /// Takes a digit, and appends a byte where one is whole.
  mutating func append(_ digit: UInt8, to output: inout [UInt8]) {
    guard let six = Base64.value(digit) else { return }
    bits = bits << 6 | six
    count += 6
    guard count >= 8 else { return }
    count -= 8
    output.append(UInt8(truncatingIfNeeded: bits >> count))
  }
}
