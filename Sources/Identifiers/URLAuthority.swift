// The front of a URL: scheme, user info, host and port, found before anything is decoded (RFC 3986, appendix
// B). The path begins where it ends.

import ByteText

/// Where the host and the port of a URL stand.
struct URLAuthority {
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
  /// The first of `/`, `?` and `#`, or the end of the URL.
  let end: Int

  init(_ source: Span<UInt8>) {
    let (scheme, start) = Self.scheme(of: source)
    self.scheme = scheme
    var hostStart = start
    var colon: Int?
    var isInBrackets = false
    var index = start
    scan: while index < source.count {
      let byte = source[index]
      if !ASCIISet.hostName.contains(byte) {
        switch byte {
        case UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "#"): break scan
        case UInt8(ascii: "@"):
          // What stands before it is user info; the last one counts.
          (hostStart, colon, isInBrackets) = (index + 1, nil, false)
        case UInt8(ascii: "["): isInBrackets = isInBrackets || index == hostStart
        case UInt8(ascii: "]"): isInBrackets = false
        // The colons of an IPv6 address belong to the host.
        case UInt8(ascii: ":") where !isInBrackets && colon == nil: colon = index
        default: break
        }
      }
      index += 1
    }
    end = index
    host = hostStart..<(colon ?? end)
    port = colon.map { $0 + 1..<index } ?? end..<end
  }

  /// The scheme and where the authority begins. Any number of slashes may follow `http:`, for archives
  /// fold `//` into one.
  static func scheme(of source: Span<UInt8>) -> (Scheme, start: Int) {
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
}
