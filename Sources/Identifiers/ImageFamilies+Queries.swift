// Families whose size is in the query.

import ByteText

extension ImageFamilies {
  /// The path is the image, whatever is asked for behind it.
  static func withoutQuery(_ url: borrowing CanonicalURL, to output: inout Scratch) -> Bool {
    guard url.pathEnd < url.bytes.count, !url.hasPathOfSlashes else { return false }
    url.append(url.hostStart..<url.pathEnd, to: &output)
    return true
  }

  /// WordPress: `?w=300&h=200` and the like, if there is nothing else.
  static func wordpressSize(_ url: borrowing CanonicalURL, to output: inout Scratch) -> Bool {
    let text = url.bytes.span
    var parameters = QueryParameters(url.query)
    while let parameter = parameters.next(in: text) {
      let name = parameter.name
      guard
        text.equals("w", in: name) || text.equals("h", in: name) || text.equals("crop", in: name)
          || text.equals("fit", in: name) || text.equals("resize", in: name)
          || text.equals("quality", in: name) || text.equals("strip", in: name)
          || text.equals("zoom", in: name) || text.equals("ssl", in: name) || text.equals("size", in: name)
      else { return false }
    }
    return withoutQuery(url, to: &output)
  }

  /// Gravatar: `/avatar/HASH?s=200&d=identicon`; with `f=y` the substitute is shown, which is another image.
  static func gravatar(_ url: borrowing CanonicalURL, to output: inout Scratch) -> Bool {
    let text = url.bytes.span
    var segments = PathSegments(url.path)
    guard let kind = segments.next(in: text), text.equals("avatar", in: kind),
      let file = segments.next(in: text), file.upperBound == url.pathEnd,
      text.parameter("f", in: url.query) == nil, text.parameter("forcedefault", in: url.query) == nil
    else { return false }
    let dot = text.lastIndex(of: UInt8(ascii: "."), in: file) ?? file.upperBound
    let hash = file.lowerBound..<dot
    guard hash.count == 32 || hash.count == 64, text.isHex(in: hash),
      dot == file.upperBound || isPicture(text, dot..<file.upperBound)
    else { return false }
    output.append("gravatar.com/avatar/")
    for index in hash { output.append(ASCII.lowercased(text[index])) }
    return true
  }

  /// Reddit: `preview.redd.it/some-title-v0-ID.jpg?width=640` is a size of `i.redd.it/ID.jpg`.
  static func redditPreview(_ url: borrowing CanonicalURL, to output: inout Scratch) -> Bool {
    let text = url.bytes.span
    var segments = PathSegments(url.path)
    guard let file = segments.next(in: text), file.upperBound == url.pathEnd,
      let dot = text.lastIndex(of: UInt8(ascii: "."), in: file), isPicture(text, dot..<file.upperBound)
    else { return false }
    var start = dot
    while start > file.lowerBound, ASCII.isDigit(text[start - 1]) || text[start - 1] &- 0x61 < 26 {
      start -= 1
    }
    let isWhole = start == file.lowerBound
    guard (10...16).contains(dot - start),
      isWhole || (start - 4 > file.lowerBound && text.hasPrefix("-v0-", at: start - 4))
    else { return false }
    output.append("i.redd.it/")
    output.append(text.extracting(start..<file.upperBound))
    return true
  }

  /// Google's thumbnails: `/images?q=tbn:ID&usqp=CAU`; every numbered host has them all.
  static func googleThumbnail(_ url: borrowing CanonicalURL, to output: inout Scratch) -> Bool {
    let text = url.bytes.span
    guard text.equals("/images", in: url.path), let id = text.parameter("q", in: url.query), id.count > 14,
      text.hasPrefix("tbn:", at: id.lowerBound)
    else { return false }
    output.append("encrypted-tbn0.gstatic.com/images?q=")
    output.append(text.extracting(id))
    return true
  }

  /// Bing's thumbnails: `/th?id=OIP.ID&w=300`; every numbered host has them all.
  static func bingThumbnail(_ url: borrowing CanonicalURL, to output: inout Scratch) -> Bool {
    let text = url.bytes.span
    guard text.equals("/th", in: url.path), let id = text.parameter("id", in: url.query), id.count > 14,
      text.hasPrefix("OIP.", at: id.lowerBound)
    else { return false }
    output.append("tse1.mm.bing.net/th?id=")
    output.append(text.extracting(id))
    return true
  }
}
