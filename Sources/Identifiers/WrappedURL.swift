// Proxies, archives and links through a search engine, whose address holds the address of the image: takes the inner
// one out. Whether it is a good URL is left to the parser, which canonicalises it like any other.
//
// A percent-encoded inner address is decoded once, which is how often its proxy encoded it.

import ByteText

enum WrappedURL {
  /// Appends the URL that another one holds; appends nothing and returns false if its host's rule finds none.
  static func append(
    innerOf url: borrowing CanonicalURL, _ wrapping: FamilyRule.Wrapping, to output: inout Scratch
  ) -> Bool {
    let text = url.bytes.span
    switch wrapping {
    case .hostInPath:
      return appendSchemeless(text, url.path.lowerBound + 1..<url.path.upperBound, to: &output)
    case .urlInPath: return appendFromPath(text, path: url.path, to: &output)
    case .archive: return appendArchived(text, path: url.path, to: &output)
    case .parameter(let path, let name):
      guard path.utf8CodeUnitCount == 0 || text.equals(path, in: url.path) else { return false }
      return appendValue(text, text.parameter(name, in: url.query), to: &output)
    case .searchResult:
      if text.equals("/imgres", in: url.path) {
        return appendValue(text, text.parameter("imgurl", in: url.query), to: &output)
      }
      guard text.equals("/url", in: url.path) else { return false }
      return appendValue(
        text, text.parameter("url", in: url.query) ?? text.parameter("q", in: url.query), to: &output)
    case .ampCache: return appendFromAMP(text, path: url.path, to: &output)
    case .mediaProxy: return appendFromMediaProxy(text, path: url.path, to: &output)
    }
  }

  /// `/any/path/http://HOST/PATH?QUERY`: image servers that put the whole address, with its scheme, behind a path
  /// of their own.
  private static func appendFromPath(
    _ text: Span<UInt8>, path: Range<Int>, to output: inout Scratch
  ) -> Bool {
    for index in path where text[index] == UInt8(ascii: "/") {
      if appendURL(text, index + 1..<text.count, to: &output) { return true }
    }
    return false
  }

  /// The Wayback Machine: `/web/STAMP/URL`, where STAMP is up to fourteen digits and a mark (`*`, or two
  /// letters and `_`), or is left out. The query belongs to the inner address.
  private static func appendArchived(
    _ text: Span<UInt8>, path: Range<Int>, to output: inout Scratch
  ) -> Bool {
    guard text.extracting(0..<path.upperBound).hasPrefix("/web/", at: path.lowerBound) else { return false }
    var start = path.lowerBound + 5
    let stampEnd = text.firstIndex(of: UInt8(ascii: "/"), in: start..<path.upperBound)
    if let stampEnd, isStamp(text, start..<stampEnd) { start = stampEnd + 1 }
    let rest = start..<text.count
    return appendURL(text, rest, to: &output) || appendSchemeless(text, rest, to: &output)
  }

  private static func isStamp(_ text: Span<UInt8>, _ part: Range<Int>) -> Bool {
    let end = text.digitsEnd(from: part.lowerBound, to: part.upperBound)
    guard end - part.lowerBound <= 14 else { return false }
    let mark = end..<part.upperBound
    if mark.isEmpty { return !part.isEmpty }
    if mark.count == 1 { return text[end] == UInt8(ascii: "*") }
    return mark.count == 3 && ASCII.isLetter(text[end]) && ASCII.isLetter(text[end + 1])
      && text[end + 2] == UInt8(ascii: "_")
  }

  /// Google's AMP cache: `/i/s/HOST/PATH`, where `s` stands for https and is left out for http.
  /// Source: amp.dev, "AMP Cache URL format and request handling".
  private static func appendFromAMP(
    _ text: Span<UInt8>, path: Range<Int>, to output: inout Scratch
  ) -> Bool {
    var segments = PathSegments(path)
    guard let kind = segments.next(in: text) else { return false }
    let isWide = text.equals("ii", in: kind)
    guard isWide || text.equals("i", in: kind) || text.equals("c", in: kind) || text.equals("v", in: kind)
    else { return false }
    // `ii` has the width of the image behind it, `w1200`.
    if isWide, segments.next(in: text) == nil { return false }
    var start = segments.rest + 1
    if text.extracting(0..<path.upperBound).hasPrefix("s/", at: start) { start += 2 }
    guard start < path.upperBound else { return false }
    return appendSchemeless(text, start..<text.count, to: &output)
  }

  /// Discord's proxy: `/external/SIGNATURE/[%3FQUERY/]https/HOST/PATH`; what stands in its own query are sizes.
  private static func appendFromMediaProxy(
    _ text: Span<UInt8>, path: Range<Int>, to output: inout Scratch
  ) -> Bool {
    var segments = PathSegments(path)
    guard let external = segments.next(in: text), text.equals("external", in: external),
      segments.next(in: text) != nil, var scheme = segments.next(in: text)
    else { return false }
    var query: Range<Int>?
    if text.hasPrefix("%3F", at: scheme.lowerBound) {
      query = scheme
      guard let next = segments.next(in: text) else { return false }
      scheme = next
    }
    guard text.equals("https", in: scheme) || text.equals("http", in: scheme),
      segments.rest + 1 < path.upperBound,
      appendSchemeless(text, segments.rest + 1..<path.upperBound, to: &output)
    else { return false }
    if let query { appendDecoded(text, query, plusIsSpace: false, to: &output) }
    return true
  }

  /// The value of a parameter that is a URL, with its scheme or without.
  private static func appendValue(
    _ text: Span<UInt8>, _ value: Range<Int>?, to output: inout Scratch
  ) -> Bool {
    guard let value else { return false }
    // images.weserv.nl once had `ssl:` for https.
    let start =
      value.lowerBound
      + (text.extracting(0..<value.upperBound).hasPrefix("ssl:", at: value.lowerBound) ? 4 : 0)
    appendDecoded(text, start..<value.upperBound, plusIsSpace: true, to: &output)
    if beginsURL(output) { return true }
    output.removeAll()
    return false
  }

  /// Whether a text begins with a scheme, or like `host.name/`.
  private static func beginsURL(_ inner: borrowing Scratch) -> Bool {
    URLAuthority.scheme(of: inner.span).start > 0 || isHostLike(inner.span, inner.span.indices)
  }

  /// The part, if it begins with a scheme, as it stands or percent-encoded.
  private static func appendURL(_ text: Span<UInt8>, _ part: Range<Int>, to output: inout Scratch) -> Bool {
    if URLAuthority.hasScheme(text.extracting(part)) {
      appendWithBrackets(text, part, to: &output)
      return true
    }
    guard text.hasPrefix("http", at: part.lowerBound, anyCase: true) else { return false }
    let colon = part.lowerBound + (text.hasPrefix("s", at: part.lowerBound + 4, anyCase: true) ? 5 : 4)
    guard
      text.hasPrefix("%3A%2F%2F", at: colon) || text.hasPrefix("%3A//", at: colon)
        || text.hasPrefix(":%2F%2F", at: colon)
    else { return false }
    appendDecoded(text, part, plusIsSpace: false, to: &output)
    return true
  }

  /// The part, if it begins like `host.name/`.
  private static func appendSchemeless(
    _ text: Span<UInt8>, _ part: Range<Int>, to output: inout Scratch
  ) -> Bool {
    guard isHostLike(text, part) else { return false }
    output.append(text.extracting(part))
    return true
  }

  private static func isHostLike(_ text: Span<UInt8>, _ part: Range<Int>) -> Bool {
    guard let slash = text.firstIndex(of: UInt8(ascii: "/"), in: part) else { return false }
    return text.firstIndex(of: UInt8(ascii: "."), in: part.lowerBound..<slash) != nil
  }

  /// Appends a URL out of a path, where the brackets of an IPv6 address had to be percent-encoded.
  private static func appendWithBrackets(_ text: Span<UInt8>, _ part: Range<Int>, to output: inout Scratch) {
    var index = part.lowerBound + URLAuthority.scheme(of: text.extracting(part)).start
    output.append(text.extracting(part.lowerBound..<index))
    while index < part.upperBound, text[index] != UInt8(ascii: "/"), text[index] != UInt8(ascii: "?") {
      if text.hasPrefix("%5B", at: index) || text.hasPrefix("%5D", at: index) {
        output.append(text[index + 2] == UInt8(ascii: "B") ? UInt8(ascii: "[") : UInt8(ascii: "]"))
        index += 3
      } else {
        output.append(text[index])
        index += 1
      }
    }
    output.append(text.extracting(index..<part.upperBound))
  }

  /// Appends a part with its percent-encodings undone, once.
  private static func appendDecoded(
    _ text: Span<UInt8>, _ part: Range<Int>, plusIsSpace: Bool, to output: inout Scratch
  ) {
    var index = part.lowerBound
    while index < part.upperBound {
      if let byte = text[index] == UInt8(ascii: "%")
        ? text.percentDecoded(at: index, to: part.upperBound) : nil
      {
        output.append(byte)
        index += 3
      } else {
        let isSpace = plusIsSpace && text[index] == UInt8(ascii: "+")
        output.append(isSpace ? UInt8(ascii: " ") : text[index])
        index += 1
      }
    }
  }
}
