// The canonical form of one URL: `host[:port]/path[?query]`, in ASCII.
//
// Two spellings that every server must take for the same address get the same bytes, and nothing more:
// what only some hosts do is left to the rules of FamilyRule. Canonicalising a canonical form changes
// nothing. The scheme is dropped, for http and https are the same here; user info and fragment are dropped.
// The port is dropped where it is the default of the scheme that was written; without a scheme it is kept.

import ByteText

/// One URL in canonical form, with the places of its parts. Reused: assigning allocates nothing once warm.
struct CanonicalURL: ~Copyable {
  /// The bytes; the canonical form begins at `hostStart`.
  var bytes = Scratch()
  /// Past a leading `www.`.
  var hostStart = 0
  var hostEnd = 0
  /// The first slash of the path; between `hostEnd` and here stands the port.
  var pathStart = 0
  /// The end of the path: `?`, or the end of the bytes.
  var pathEnd = 0

  var host: Range<Int> { hostStart..<hostEnd }
  var path: Range<Int> { pathStart..<pathEnd }
  /// The query without its `?`, empty if there is none.
  var query: Range<Int> { min(pathEnd + 1, bytes.count)..<bytes.count }
  /// The canonical form.
  var text: Span<UInt8> {
    @_lifetime(borrow self)
    get { bytes.span.extracting(hostStart..<bytes.count) }
  }

  /// Whether the path is slashes alone and there is no query: such a URL names no image.
  var isHostAlone: Bool { pathEnd == bytes.count && hasPathOfSlashes }

  /// Whether the path is slashes alone.
  var hasPathOfSlashes: Bool {
    for index in path where bytes[index] != UInt8(ascii: "/") { return false }
    return true
  }

  /// Takes the canonical form of `source`, with or without a scheme. Returns why it cannot.
  mutating func assign(_ source: Span<UInt8>) -> InvalidReason? {
    let authority = URLAuthority(source)
    bytes.removeAll()
    hostStart = 0
    if let reason = appendHost(source, in: authority.host) { return reason }
    hostEnd = bytes.count
    dropWWW()
    if let reason = appendPort(source, in: authority.port, scheme: authority.scheme) { return reason }
    pathStart = bytes.count
    let end = appendPath(source, from: authority.end)
    pathEnd = bytes.count
    appendQuery(source, from: end)
    return nil
  }

  /// Takes the canonical form of a URL that stands in other working memory.
  mutating func assign(_ source: borrowing Scratch) -> InvalidReason? { assign(source.span) }

  /// Appends a part of it to other bytes.
  func append(_ part: Range<Int>, to output: inout Scratch) {
    output.append(bytes.span.extracting(part))
  }

  /// Takes a path alone, `/` and what it is given, in canonical form.
  mutating func assignPath(_ source: Span<UInt8>) {
    bytes.removeAll()
    (hostStart, hostEnd, pathStart) = (0, 0, 0)
    _ = appendPath(source, from: 0)
    pathEnd = bytes.count
  }

  /// Takes the path of a fragment such as `#/photos/...`, which begins in the source here, in place of the
  /// present path and query.
  mutating func replacePath(_ source: Span<UInt8>, from start: Int) {
    bytes.truncate(to: pathStart)
    _ = appendPath(source, from: start)
    pathEnd = bytes.count
  }

  /// Skips `www.` as often as it leads, but never so that a name without a dot remains: `www.com` stays.
  private mutating func dropWWW() {
    while bytes.span.extracting(0..<hostEnd).hasPrefix("www.", at: hostStart),
      bytes.span.firstIndex(of: UInt8(ascii: "."), in: hostStart + 4..<hostEnd) != nil
    {
      hostStart += 4
    }
  }

  private mutating func appendPort(
    _ source: Span<UInt8>, in part: Range<Int>, scheme: URLAuthority.Scheme
  ) -> InvalidReason? {
    guard !part.isEmpty else { return nil }
    var port = 0
    for index in part {
      guard ASCII.isDigit(source[index]) else { return .badPort }
      port = port * 10 + Int(source[index] - 0x30)
      guard port <= 65_535 else { return .badPort }
    }
    if port == scheme.defaultPort { return nil }
    bytes.append(UInt8(ascii: ":"))
    appendDecimal(port)
    return nil
  }

  /// Appends a number below 100,000 without leading zeros.
  mutating func appendDecimal(_ number: Int) {
    var divisor = 10_000
    while divisor > 1, divisor > number { divisor /= 10 }
    while divisor > 0 {
      bytes.append(0x30 + UInt8(number / divisor % 10))
      divisor /= 10
    }
  }
}
