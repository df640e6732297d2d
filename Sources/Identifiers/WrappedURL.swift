// Proxies and archives whose address holds the address of the image: where the inner one begins. Whether it
// is a good URL is left to the parser, which canonicalises it like any other.

enum WrappedURL {
  /// The part of a URL that is another URL, or nil if its host's rule finds none.
  static func inner(
    of url: borrowing CanonicalURL, _ transformation: FamilyRule.Transformation
  ) -> Range<Int>? {
    let text = url.bytes.span
    return switch transformation {
    case .unwrapPhoton: photon(text, path: url.path)
    case .unwrapEmbedded: embedded(text, path: url.path)
    case .unwrapArchive: archive(text, path: url.path)
    default: nil
    }
  }

  /// Image proxy of WordPress: `i0.wp.com/HOST/PATH?OPTIONS`; the options are the proxy's own.
  private static func photon(_ text: Span<UInt8>, path: Range<Int>) -> Range<Int>? {
    isHostLike(text, path.lowerBound + 1..<path.upperBound)
  }

  /// Yahoo's image servers put the whole address, with its scheme, behind a path of their own.
  private static func embedded(_ text: Span<UInt8>, path: Range<Int>) -> Range<Int>? {
    for index in path where text[index] == UInt8(ascii: "/") {
      let rest = text.extracting(index + 1..<text.count)
      if URLAuthority.hasScheme(rest) { return index + 1..<text.count }
    }
    return nil
  }

  /// The Wayback Machine: `/web/STAMP/URL`, where STAMP is up to fourteen digits and a mark (`*`, or two
  /// letters and `_`), or is left out. The query belongs to the inner address.
  private static func archive(_ text: Span<UInt8>, path: Range<Int>) -> Range<Int>? {
    guard text.extracting(0..<path.upperBound).hasPrefix("/web/", at: path.lowerBound) else { return nil }
    var start = path.lowerBound + 5
    let stampEnd = text.firstIndex(of: UInt8(ascii: "/"), in: start..<path.upperBound)
    if let stampEnd, isStamp(text, start..<stampEnd) { start = stampEnd + 1 }
    let rest = start..<text.count
    return URLAuthority.hasScheme(text.extracting(rest)) ? rest : isHostLike(text, rest)
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

  /// The part, if it begins like `host.name/`.
  private static func isHostLike(_ text: Span<UInt8>, _ part: Range<Int>) -> Range<Int>? {
    guard let slash = text.firstIndex(of: UInt8(ascii: "/"), in: part),
      text.firstIndex(of: UInt8(ascii: "."), in: part.lowerBound..<slash) != nil
    else { return nil }
    return part
  }
}
