// Path and query of a canonical URL: percent-encodings made uniform once, dot segments resolved.
//
// - `%41` becomes `A` (unreserved, RFC 3986 6.2.2.2), `%2f` becomes `%2F`; nothing is decoded twice, so
//   `%2541` stays. A `%` that begins no encoding becomes `%25`.
// - `%28` becomes `(`, and so do the other marks that separate nothing in that place, since programs differ in
//   which of them they encode. `%2B` stays, for `+` is a space to some servers, and in a query `%26`, `%3D` and
//   `%3B` stay, for `&`, `=` and `;` separate parameters.
// - Bytes that may not stand bare in a URL (space, quotes, `|`, raw UTF-8, ...) are percent-encoded, so that
//   the raw and the encoded spelling agree.
// - Dot segments are resolved after decoding; empty segments (`//`) are kept.
// - A query keeps the order of its parameters; `&amp;` that was copied out of a page's source is `&`; a `?` with
//   nothing behind is dropped.

import ByteText

extension CanonicalURL {
  /// Appends the path that begins here and ends before `?`, `#` or at the end of the source; returns where.
  mutating func appendPath(_ source: Span<UInt8>, from pathStart: Int) -> Int {
    let start = bytes.count
    bytes.append(UInt8(ascii: "/"))
    var segmentStart = bytes.count
    var index = pathStart
    if source.hasPrefix("/", at: index) { index += 1 }
    while true {
      index = bytes.append(source, from: index, while: .pathSegment)
      let next = index < source.count ? source[index] : UInt8(ascii: "?")
      let isAtEnd = next == UInt8(ascii: "?") || next == UInt8(ascii: "#")
      guard isAtEnd || next == UInt8(ascii: "/") else {
        index = appendEscaped(source, at: index, bare: .barePath)
        continue
      }
      if closeDotSegment(from: segmentStart, pathStart: start) {
        // A dot segment leaves the slash before it, so that none is to be written.
      } else if !isAtEnd {
        bytes.append(UInt8(ascii: "/"))
      }
      if isAtEnd { return index }
      segmentStart = bytes.count
      index += 1
    }
  }

  /// Appends the query whose `?` stands here, up to `#` or the end of the source.
  mutating func appendQuery(_ source: Span<UInt8>, from mark: Int) {
    var index = mark + 1
    guard index < source.count, source[mark] == UInt8(ascii: "?"), source[index] != UInt8(ascii: "#")
    else { return }
    bytes.append(UInt8(ascii: "?"))
    while true {
      index = bytes.append(source, from: index, while: .query)
      guard index < source.count, source[index] != UInt8(ascii: "#") else { return }
      guard source[index] == UInt8(ascii: "&") else {
        index = appendEscaped(source, at: index, bare: .bareQuery)
        continue
      }
      bytes.append(UInt8(ascii: "&"))
      index = source.ampersandEnd(at: index + 1)
    }
  }

  /// Removes the segment that was just written if it is `.`, or `..` and the segment before it, and says
  /// whether it did (RFC 3986, 5.2.4).
  private mutating func closeDotSegment(from segmentStart: Int, pathStart: Int) -> Bool {
    let count = bytes.count - segmentStart
    guard count == 1 || count == 2, bytes[segmentStart] == UInt8(ascii: "."),
      bytes[bytes.count - 1] == UInt8(ascii: ".")
    else { return false }
    var end = segmentStart
    if count == 2, segmentStart - 1 > pathStart {
      end -= 1
      while bytes[end - 1] != UInt8(ascii: "/") { end -= 1 }
    }
    bytes.truncate(to: end)
    return true
  }

  /// Appends the canonical form of a byte that cannot stand as it is, or of a percent-encoding, and returns
  /// where the next one begins.
  private mutating func appendEscaped(_ source: Span<UInt8>, at index: Int, bare: ASCIISet) -> Int {
    guard source[index] == UInt8(ascii: "%"), let byte = source.percentDecoded(at: index, to: source.count)
    else {
      bytes.appendPercentEncoded(source[index])
      return index + 1
    }
    if bare.contains(byte) {
      bytes.append(byte)
    } else {
      bytes.appendPercentEncoded(byte)
    }
    return index + 3
  }
}

extension Span where Element == UInt8 {
  /// Where the rest of a character reference ends whose `&` stands before this place, as often as it was
  /// escaped: `amp;`, `amp;amp;`, `#38;`.
  fileprivate func ampersandEnd(at start: Int) -> Int {
    var index = start
    while true {
      if hasPrefix("amp;", at: index, anyCase: true) || hasPrefix("#38;", at: index) {
        index += 4
      } else if hasPrefix("#038;", at: index) || hasPrefix("#x26;", at: index, anyCase: true) {
        index += 5
      } else {
        return index
      }
    }
  }

  /// The byte that `%XX` at this place stands for, or nil if no two hexadecimal digits follow.
  func percentDecoded(at index: Int, to end: Int) -> UInt8? {
    guard index + 2 < end, let high = ASCII.hexValue(self[index + 1]),
      let low = ASCII.hexValue(self[index + 2])
    else { return nil }
    return high << 4 | low
  }
}
