// Families whose size is a part of the file's name, or a folder around it.

import ByteText

extension ImageFamilies {
  /// Tumblr: `/HASH/tumblr_ID_500.jpg`, and since 2020 `/POST/PLACE-xx/s640x960/HASH.jpg`, whose first two parts are the
  /// image. The number in front of the host only spreads the load.
  static func tumblrSize(_ url: borrowing CanonicalURL, to output: inout Scratch) -> Bool {
    let text = url.bytes.span
    var segments = PathSegments(url.path)
    guard let first = segments.next(in: text) else { return false }
    if first.count == 32, text.isHex(in: first), let second = segments.next(in: text),
      let size = segments.next(in: text)
    {
      let dash = second.lowerBound + 16
      guard second.count == 19, text.isHex(in: second.lowerBound..<dash), text[dash] == UInt8(ascii: "-"),
        text[size.lowerBound] == UInt8(ascii: "s"),
        text.hasPrefix("x", at: text.digitsEnd(from: size.lowerBound + 1, to: size.upperBound)),
        let file = segments.next(in: text), file.upperBound == url.pathEnd
      else { return false }
      output.append("media.tumblr.com/")
      output.append(text.extracting(first))
      output.append("/")
      output.append(text.extracting(second))
      return true
    }
    guard let slash = text.lastIndex(of: UInt8(ascii: "/"), in: url.path),
      text.hasPrefix("tumblr_", at: slash + 1) || text.hasPrefix("avatar_", at: slash + 1),
      let dot = text.lastIndex(of: UInt8(ascii: "."), in: slash..<url.pathEnd),
      isPicture(text, dot..<url.pathEnd),
      let mark = text.lastIndex(of: UInt8(ascii: "_"), in: slash + 8..<dot),
      isTumblrSize(text, mark + 1..<dot)
    else { return false }
    // No file has two sizes: which of them is a part of the id, nobody can tell.
    if let other = text.lastIndex(of: UInt8(ascii: "_"), in: slash + 8..<mark),
      isTumblrSize(text, other + 1..<mark)
    {
      return false
    }
    output.append("media.tumblr.com")
    output.append(text.extracting(url.pathStart..<mark))
    output.append(text.extracting(dot..<url.pathEnd))
    return true
  }

  /// `500`, `75sq`, `raw`.
  private static func isTumblrSize(_ text: Span<UInt8>, _ part: Range<Int>) -> Bool {
    if text.equals("raw", in: part) { return true }
    let end = text.digitsEnd(from: part.lowerBound, to: part.upperBound)
    guard (2...4).contains(end - part.lowerBound) else { return false }
    return end == part.upperBound || text.equals("sq", in: end..<part.upperBound)
  }

  /// Imgur: ids have seven letters and digits (or had five: those are kept as they are), and one more letter is a
  /// size. The extension is whatever the reader likes.
  static func imgurSize(_ url: borrowing CanonicalURL, to output: inout Scratch) -> Bool {
    let text = url.bytes.span
    var segments = PathSegments(url.path)
    guard let file = segments.next(in: text), file.upperBound == url.pathEnd,
      let dot = text.lastIndex(of: UInt8(ascii: "."), in: file), isPicture(text, dot..<file.upperBound)
    else { return false }
    var id = file.lowerBound..<dot
    for index in id where !ASCII.isLetter(text[index]) && !ASCII.isDigit(text[index]) { return false }
    if id.count == 8 {
      switch text[dot - 1] {
      case UInt8(ascii: "s"), UInt8(ascii: "b"), UInt8(ascii: "t"), UInt8(ascii: "m"), UInt8(ascii: "l"),
        UInt8(ascii: "h"):
        id = id.lowerBound..<dot - 1
      default: return false
      }
    }
    guard id.count == 7 else { return false }
    output.append("i.imgur.com/")
    output.append(text.extracting(id))
    output.append(".jpg")
    return true
  }

  /// Twitter: `/media/ID.jpg:large` and `/media/ID?format=jpg&name=small`; `/profile_images/USER/NAME_400x400.jpg`.
  static func twitterSize(_ url: borrowing CanonicalURL, to output: inout Scratch) -> Bool {
    let text = url.bytes.span
    var segments = PathSegments(url.path)
    guard let kind = segments.next(in: text),
      let slash = text.lastIndex(of: UInt8(ascii: "/"), in: url.path), slash + 1 < url.pathEnd,
      slash > kind.upperBound - 1
    else { return false }
    if text.equals("profile_images", in: kind) { return twitterPortrait(url, name: slash + 1, to: &output) }
    guard
      text.equals("media", in: kind) || text.equals("tweet_video_thumb", in: kind)
        || text.equals("ext_tw_video_thumb", in: kind) || text.equals("amplify_video_thumb", in: kind)
    else { return false }
    let colon = text.firstIndex(of: UInt8(ascii: ":"), in: slash..<url.pathEnd) ?? url.pathEnd
    let end = text.lastIndex(of: UInt8(ascii: "."), in: slash..<colon) ?? colon
    guard end > slash + 1, end == colon || isPicture(text, end..<colon),
      text.firstIndex(of: UInt8(ascii: "."), in: slash..<end) == nil
    else { return false }
    output.append("pbs.twimg.com")
    output.append(text.extracting(url.pathStart..<end))
    return true
  }

  /// The extension is the file's own, in either case, and may be missing. Older hosts have the same files. A portrait that
  /// was saved in one size and uploaded again has two of them; the number in the path is that of the upload.
  private static func twitterPortrait(
    _ url: borrowing CanonicalURL, name: Int, to output: inout Scratch
  ) -> Bool {
    let text = url.bytes.span
    let dot = text.lastIndex(of: UInt8(ascii: "."), in: name..<url.pathEnd) ?? url.pathEnd
    guard dot == url.pathEnd || isPicture(text, dot..<url.pathEnd, anyCase: true) else { return false }
    var end = dot
    while let start = twitterSizeStart(text, name..<end) { end = start }
    guard end > name else { return false }
    output.append("pbs.twimg.com")
    output.append(text.extracting(url.pathStart..<end))
    output.append(text.extracting(dot..<url.pathEnd))
    return true
  }

  private static func twitterSizeStart(_ text: Span<UInt8>, _ name: Range<Int>) -> Int? {
    sizeStart(text, "_normal", name) ?? sizeStart(text, "_bigger", name) ?? sizeStart(text, "_mini", name)
      ?? sizeStart(text, "_400x400", name) ?? sizeStart(text, "_200x200", name)
      ?? sizeStart(text, "_x96", name) ?? sizeStart(text, "_reasonably_small", name)
  }

  /// Where a size at the end of a name begins, if it has this one and something before it.
  private static func sizeStart(_ text: Span<UInt8>, _ size: StaticString, _ name: Range<Int>) -> Int? {
    let start = name.upperBound - size.utf8CodeUnitCount
    return start > name.lowerBound && text.equals(size, in: start..<name.upperBound) ? start : nil
  }

  /// Medium: `/max/800/1*abcdef.jpeg`, `/v2/resize:fit:1400/1*abcdef.jpeg`.
  static func mediumSize(_ url: borrowing CanonicalURL, to output: inout Scratch) -> Bool {
    let text = url.bytes.span
    guard let slash = text.lastIndex(of: UInt8(ascii: "/"), in: url.path),
      text.hasPrefix("0*", at: slash + 1) || text.hasPrefix("1*", at: slash + 1), url.pathEnd - slash > 12
    else { return false }
    output.append("miro.medium.com/")
    output.append(text.extracting(slash + 1..<url.pathEnd))
    return true
  }

  /// eBay: `/images/g/KEY/s-l500.jpg`, also below `/thumbs`.
  static func ebaySize(_ url: borrowing CanonicalURL, to output: inout Scratch) -> Bool {
    let text = url.bytes.span
    var segments = PathSegments(url.path)
    guard var first = segments.next(in: text) else { return false }
    if text.equals("thumbs", in: first) {
      guard let next = segments.next(in: text) else { return false }
      first = next
    }
    guard text.equals("images", in: first), let kind = segments.next(in: text), text.equals("g", in: kind),
      let key = segments.next(in: text), let file = segments.next(in: text), file.upperBound == url.pathEnd,
      text.hasPrefix("s-l", at: file.lowerBound)
    else { return false }
    let dot = text.digitsEnd(from: file.lowerBound + 3, to: file.upperBound)
    guard dot > file.lowerBound + 3, isPicture(text, dot..<file.upperBound) else { return false }
    output.append("i.ebayimg.com/images/g/")
    output.append(text.extracting(key))
    output.append("/s-l1600.jpg")
    return true
  }

  /// Vimeo: `/video/123456_640x360.jpg`, and `/video/123456-HASH-d?mw=640`.
  static func vimeoFrame(_ url: borrowing CanonicalURL, to output: inout Scratch) -> Bool {
    let text = url.bytes.span
    var segments = PathSegments(url.path)
    guard let video = segments.next(in: text), text.equals("video", in: video),
      let file = segments.next(in: text), file.upperBound == url.pathEnd
    else { return false }
    let dot = text.lastIndex(of: UInt8(ascii: "."), in: file) ?? file.upperBound
    guard dot == file.upperBound || isPicture(text, dot..<file.upperBound) else { return false }
    var end = dot
    if let mark = text.lastIndex(of: UInt8(ascii: "_"), in: file.lowerBound..<dot) {
      let width = text.digitsEnd(from: mark + 1, to: dot)
      let height = text.hasPrefix("x", at: width) ? text.digitsEnd(from: width + 1, to: dot) : width
      guard width > mark + 1, height == dot,
        text.firstIndex(of: UInt8(ascii: "_"), in: file.lowerBound..<mark) == nil
      else { return false }
      end = mark
    }
    guard end > file.lowerBound, ASCII.isDigit(text[file.lowerBound]),
      text.firstIndex(of: UInt8(ascii: "."), in: file.lowerBound..<end) == nil
    else { return false }
    output.append("i.vimeocdn.com/video/")
    output.append(text.extracting(file.lowerBound..<end))
    return true
  }

  /// Where the digits that end here begin.
  static func digitsStart(_ text: Span<UInt8>, endingAt end: Int, from limit: Int) -> Int {
    var start = end
    while start > limit, ASCII.isDigit(text[start - 1]) { start -= 1 }
    return start
  }

  /// Whether a part is the extension of a picture's file, its dot included.
  static func isPicture(_ text: Span<UInt8>, _ part: Range<Int>, anyCase: Bool = false) -> Bool {
    func isExtension(_ literal: StaticString) -> Bool {
      part.count == literal.utf8CodeUnitCount
        && text.hasPrefix(literal, at: part.lowerBound, anyCase: anyCase)
    }
    return isExtension(".jpg") || isExtension(".jpeg") || isExtension(".png") || isExtension(".gif")
      || isExtension(".webp")
  }

  /// iNaturalist: `/photos/123456/medium.jpg`, in six sizes on two hosts, and the photo's page.
  static func inaturalistPhoto(_ url: borrowing CanonicalURL, to output: inout Scratch) -> Bool {
    let text = url.bytes.span
    var segments = PathSegments(url.path)
    guard let photos = segments.next(in: text), text.equals("photos", in: photos),
      let id = segments.next(in: text), text.isDecimal(in: id)
    else { return false }
    if let file = segments.next(in: text) {
      let dot = text.lastIndex(of: UInt8(ascii: "."), in: file) ?? file.upperBound
      let name = file.lowerBound..<dot
      guard file.upperBound == url.pathEnd, isPicture(text, dot..<file.upperBound, anyCase: true),
        text.equals("original", in: name) || text.equals("large", in: name) || text.equals("medium", in: name)
          || text.equals("small", in: name) || text.equals("square", in: name)
          || text.equals("thumb", in: name)
      else { return false }
    }
    output.append("inaturalist.org/photos/")
    output.append(text.extracting(id))
    return true
  }

  /// `data/images/abc/def/HASH.jpg` in the bucket multimedia-commons, whose name is part of the host or of the path; the
  /// folders are the hash's first digits.
  static func yfccHash(_ url: borrowing CanonicalURL, to output: inout Scratch) -> Bool {
    let text = url.bytes.span
    var segments = PathSegments(url.path)
    if !text.hasPrefix("multimedia-commons.", at: url.hostStart) {
      guard let bucket = segments.next(in: text), text.equals("multimedia-commons", in: bucket) else {
        return false
      }
    }
    guard let data = segments.next(in: text), text.equals("data", in: data),
      let images = segments.next(in: text), text.equals("images", in: images),
      let first = segments.next(in: text), let second = segments.next(in: text),
      let file = segments.next(in: text), file.upperBound == url.pathEnd, first.count == 3, second.count == 3
    else { return false }
    let hash = text.extracting(file.lowerBound..<max(file.lowerBound, file.upperBound - 4))
    guard text.equals(".jpg", in: file.upperBound - min(4, file.count)..<file.upperBound),
      IdentifierParser.isYFCCHash(hash), hash.extracting(0..<3).equals(text.extracting(first)),
      hash.extracting(3..<6).equals(text.extracting(second))
    else { return false }
    for index in hash.indices { output.append(ASCII.lowercased(hash[index])) }
    return true
  }
}
