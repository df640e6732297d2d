// The canonical form of one URL: `host[:port]/path[?query]`, in ASCII.
//
// Two spellings that every server must take for the same address get the same bytes, and nothing more:
// what only some hosts do is left to the rules of FamilyRule. Canonicalising a canonical form changes
// nothing. The scheme is dropped, for http and https are the same here; user info and fragment are dropped.
// The port is dropped where it is the default of the scheme that was written; without a scheme it is kept.

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
  var isHostAlone: Bool {
    guard pathEnd == bytes.count else { return false }
    for index in path where bytes[index] != UInt8(ascii: "/") { return false }
    return true
  }

  /// Takes the canonical form of `source`, with or without a scheme. Returns why it cannot.
  mutating func assign(_ source: Span<UInt8>) -> InvalidReason? {
    let parts = URLParts(source)
    bytes.removeAll()
    hostStart = 0
    if let reason = appendHost(source, in: parts.host) { return reason }
    hostEnd = bytes.count
    dropWWW()
    if let reason = appendPort(source, in: parts.port, scheme: parts.scheme) { return reason }
    pathStart = bytes.count
    appendPath(source, in: parts.path)
    pathEnd = bytes.count
    appendQuery(source, in: parts.query)
    return nil
  }

  /// Takes the canonical form of the URL that a part of another one holds.
  mutating func assign(_ part: Range<Int>, of other: borrowing CanonicalURL) -> InvalidReason? {
    assign(other.bytes.span.extracting(part))
  }

  /// Appends a part of it to other bytes.
  func append(_ part: Range<Int>, to output: inout Scratch) {
    output.append(bytes.span.extracting(part))
  }

  /// Takes a path alone, `/` and what it is given, in canonical form.
  mutating func assignPath(_ source: Span<UInt8>) {
    bytes.removeAll()
    (hostStart, hostEnd, pathStart) = (0, 0, 0)
    appendPath(source, in: source.indices)
    pathEnd = bytes.count
  }

  /// Takes the path of a fragment such as `#/photos/...` in place of the present path and query.
  mutating func replacePath(_ source: Span<UInt8>, in fragment: Range<Int>) {
    bytes.truncate(to: pathStart)
    appendPath(source, in: fragment)
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
    _ source: Span<UInt8>, in part: Range<Int>, scheme: URLParts.Scheme
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

/// Where the parts of a URL stand, before anything is decoded (RFC 3986, appendix B).
struct URLParts {
  enum Scheme {
    case http, https, absent

    /// The port that need not be written; -1 where no scheme says so.
    var defaultPort: Int {
      switch self {
      case .http: 80
      case .https: 443
      case .absent: -1
      }
    }
  }

  let scheme: Scheme
  let host: Range<Int>
  /// Digits after the host's colon; empty if there are none.
  let port: Range<Int>
  let path: Range<Int>
  /// Without its `?`.
  let query: Range<Int>
  /// Without its `#`.
  let fragment: Range<Int>

  init(_ source: Span<UInt8>) {
    let (scheme, start) = Self.scheme(of: source)
    self.scheme = scheme
    let authorityEnd = Self.end(of: source, from: start, path: true)
    let pathEnd = Self.end(of: source, from: authorityEnd, path: false)
    var queryEnd = pathEnd
    while queryEnd < source.count, source[queryEnd] != UInt8(ascii: "#") { queryEnd += 1 }
    path = authorityEnd..<pathEnd
    query = min(pathEnd + 1, queryEnd)..<queryEnd
    fragment = min(queryEnd + 1, source.count)..<source.count

    let at = source.lastIndex(of: UInt8(ascii: "@"), in: start..<authorityEnd)
    let hostStart = at.map { $0 + 1 } ?? start
    // The colons inside the brackets of an IPv6 address belong to the host.
    let bracket =
      hostStart < authorityEnd && source[hostStart] == UInt8(ascii: "[")
      ? source.firstIndex(of: UInt8(ascii: "]"), in: hostStart..<authorityEnd) : nil
    let colon = source.firstIndex(of: UInt8(ascii: ":"), in: (bracket ?? hostStart)..<authorityEnd)
    host = hostStart..<(colon ?? authorityEnd)
    port = colon.map { $0 + 1..<authorityEnd } ?? authorityEnd..<authorityEnd
  }

  /// The scheme and where the authority begins. Any number of slashes may follow `http:`, for archives
  /// fold `//` into one.
  static func scheme(of source: Span<UInt8>) -> (Scheme, authority: Int) {
    var scheme = Scheme.absent
    var start = 0
    if source.hasPrefix("http", anyCase: true) {
      if source.hasPrefix(":/", at: 4) {
        (scheme, start) = (.http, 5)
      } else if source.hasPrefix("s:/", at: 4, anyCase: true) {
        (scheme, start) = (.https, 6)
      }
    }
    if start > 0 || source.hasPrefix("//") {
      while start < source.count, source[start] == UInt8(ascii: "/") { start += 1 }
    }
    return (scheme, start)
  }

  /// Whether a text begins with `http:/` or `https:/`.
  static func hasScheme(_ source: Span<UInt8>) -> Bool {
    switch scheme(of: source).0 {
    case .http, .https: true
    case .absent: false
    }
  }

  /// The end of an authority (`/`, `?`, `#`) or of a path (`?`, `#`).
  private static func end(of source: Span<UInt8>, from start: Int, path: Bool) -> Int {
    var index = start
    while index < source.count {
      let byte = source[index]
      if byte == UInt8(ascii: "?") || byte == UInt8(ascii: "#") { break }
      if path && byte == UInt8(ascii: "/") { break }
      index += 1
    }
    return index
  }
}
