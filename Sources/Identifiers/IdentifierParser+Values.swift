// Values that are given with their namespace: what each may look like, and its canonical form.
//
// Ids lose their leading zeros (`flickr:007` is `flickr:7`) and are never zero. Digests become lower case.
// A `url:` value goes the way of every URL, so that `url:` before an address changes nothing. An alias keeps
// its case, for nothing says that Flickr ignores it.

import ByteText

extension IdentifierParser {
  /// Reads a value without its namespace. It has no control bytes.
  mutating func parseValue(_ text: Span<UInt8>, of namespace: Namespace) -> Identification {
    switch namespace {
    case .yfcc where !text.isDecimal(in: text.indices) && Self.isYFCCHash(text):
      return parseYFCCHash(text)
    case .flickr, .flickrSet, .coco, .yfcc:
      return number(Number(decimal: text, in: text.indices), of: namespace)
    case .imdbRm:
      let start = text.hasPrefix("rm") ? 2 : 0
      return number(Number(decimal: text, in: start..<text.count), of: namespace)
    case .openimages:
      return number(Number(openImages: text), of: namespace)
    case .url:
      return text.isEmpty ? .invalid(.badHost) : parseURL(text)
    case .nsid:
      guard let account = AccountID(text, in: text.indices) else { return .invalid(.notNSID) }
      account.append(from: text, to: &value)
      return .text(.nsid)
    case .flickrUser:
      return parseAlias(text)
    case .imdb:
      guard let stem = IMDbStem(text, in: text.indices) else { return .invalid(.notIMDbStem) }
      stem.append(from: text, to: &value)
      return .text(.imdb)
    case .md5: return parseDigest(text, digits: 32, of: .md5)
    case .sha1: return parseDigest(text, digits: 40, of: .sha1)
    case .sha256: return parseDigest(text, digits: 64, of: .sha256)
    case .file: return parseFile(text)
    case .yfccHash: return parseYFCCHash(text)
    }
  }

  private mutating func parseDigest(
    _ text: Span<UInt8>, digits: Int, of namespace: Namespace
  ) -> Identification {
    guard text.count == digits, text.isHex(in: text.indices) else { return .invalid(.notDigest) }
    _ = value.appendLowercased(text, from: 0, while: .hostName)
    return .text(namespace)
  }

  private mutating func parseYFCCHash(_ text: Span<UInt8>) -> Identification {
    guard Self.isYFCCHash(text) else { return .invalid(.notYFCCHash) }
    _ = value.appendLowercased(text, from: 0, while: .hostName)
    return .text(.yfccHash)
  }

  /// Whether a text is a hash of YFCC100M: the MD5 of the photo's URL, each of its bytes in one or two digits.
  package static func isYFCCHash(_ text: Span<UInt8>) -> Bool {
    IdentifierLimits.yfccHashDigits.contains(text.count) && text.isHex(in: text.indices)
  }

  /// An alias is a segment of a path and is made canonical like one. An account id in its place, however it is spelt, is
  /// taken for what it is.
  private mutating func parseAlias(_ text: Span<UInt8>) -> Identification {
    for index in text.indices {
      let byte = text[index]
      if byte == UInt8(ascii: "/") || byte == UInt8(ascii: "?") || byte == UInt8(ascii: "#") {
        return .invalid(.notAlias)
      }
    }
    url.assignPath(text)
    let alias = 1..<url.bytes.count
    guard !alias.isEmpty else { return .invalid(.notAlias) }
    if let account = AccountID(url.bytes.span, in: alias) {
      account.append(from: url, to: &value)
      return .text(.nsid)
    }
    url.append(alias, to: &value)
    return .text(.flickrUser)
  }

  /// `<dataset>/<name>`: the dataset's slug in letters, digits and `._-`, made lower case; the name is any
  /// UTF-8 and is kept as it is, slashes and spaces included. VGGFace2 lists its files with and without `.jpg`.
  private mutating func parseFile(_ text: Span<UInt8>) -> Identification {
    guard let slash = text.firstIndex(of: UInt8(ascii: "/"), in: text.indices), slash > 0,
      slash + 1 < text.count, (try? UTF8Span(validating: text)) != nil
    else { return .invalid(.notFileName) }
    for index in 0..<slash where !ASCIISet.hostName.contains(text[index]) {
      return .invalid(.notFileName)
    }
    _ = value.appendLowercased(text, from: 0, while: .hostName)
    value.append(text.extracting(slash..<text.count))
    if Self.isVGGFace2(text, slash + 1..<text.count) { value.append(".jpg") }
    return .text(.file)
  }

  /// `n000001/0001_01`: a person and a face of VGGFace2, as its lists of boxes have them.
  private static func isVGGFace2(_ text: Span<UInt8>, _ name: Range<Int>) -> Bool {
    let start = name.lowerBound
    return name.count == 15 && text.hasPrefix("n", at: start) && text.isDecimal(in: start + 1..<start + 7)
      && text.hasPrefix("/", at: start + 7) && text.isDecimal(in: start + 8..<start + 12)
      && text.hasPrefix("_", at: start + 12) && text.isDecimal(in: start + 13..<start + 15)
  }
}
