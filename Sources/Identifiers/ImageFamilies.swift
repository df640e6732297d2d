// Families whose URLs differ only in the size of one image. Each function reads a canonical URL and, if the
// form fits in every detail, appends the one form that stands for all sizes; otherwise it appends nothing
// and says so. The form that it appends is its own: given again, nothing changes.

import ByteText

enum ImageFamilies {
  /// Appends what stands for all sizes of the image, and returns its namespace; nil, and nothing appended,
  /// if the form is not the family's.
  static func append(
    _ url: borrowing CanonicalURL, _ family: FamilyRule.ImageFamily, to output: inout Scratch
  ) -> Namespace? {
    if case .imdb = family, imdbStem(url, to: &output) { return .imdb }
    if case .multimediaCommons = family { return yfccHash(url, to: &output) ? .yfccHash : nil }
    let isApplied =
      switch family {
      case .imdb: amazonSize(url, to: &output)
      case .multimediaCommons: false
      case .wikimedia: wikimediaFile(url, to: &output)
      case .commons: commonsFile(url, to: &output)
      case .wikia: wikiaFile(url, to: &output)
      case .youtube: youtubeFrame(url, to: &output)
      case .vimeo: vimeoFrame(url, to: &output)
      case .google: googleSize(url, to: &output)
      case .googleThumbnail: googleThumbnail(url, to: &output)
      case .bingThumbnail: bingThumbnail(url, to: &output)
      case .pinterest: pinterestSize(url, to: &output)
      case .tumblr: tumblrSize(url, to: &output)
      case .imgur: imgurSize(url, to: &output)
      case .twitter: twitterSize(url, to: &output)
      case .reddit: redditPreview(url, to: &output)
      case .medium: mediumSize(url, to: &output)
      case .ebay: ebaySize(url, to: &output)
      case .gravatar: gravatar(url, to: &output)
      case .inaturalist: inaturalistPhoto(url, to: &output)
      case .wordpress: wordpressSize(url, to: &output)
      case .anyQuery: withoutQuery(url, to: &output)
      case .shutterstock: shutterstockSize(url, to: &output)
      case .dreamstime: dreamstimeSize(url, to: &output)
      case .getty: gettySize(url, to: &output)
      case .alamy: alamySize(url, to: &output)
      case .fiveHundredPixels: fiveHundredPixels(url, to: &output)
      }
    return isApplied ? .url : nil
  }

  /// `/vi/ID/hqdefault.jpg`, its other sizes and `0.jpg` are one frame; `1.jpg` to `3.jpg` are frames of their own.
  /// All hosts serve the same frames, and `/vi_webp/` the same in another format.
  /// Of 2,532 videos that a list of faces has under both names for one person, 2,473 have the same boxes.
  private static func youtubeFrame(_ url: borrowing CanonicalURL, to output: inout Scratch) -> Bool {
    let text = url.bytes.span
    var segments = PathSegments(url.path)
    guard let kind = segments.next(in: text), let id = segments.next(in: text),
      let file = segments.next(in: text), file.upperBound == url.pathEnd, id.count == 11
    else { return false }
    let isWebP = text.equals("vi_webp", in: kind)
    guard isWebP || text.equals("vi", in: kind) else { return false }
    let name = file.lowerBound..<max(file.lowerBound, file.upperBound - (isWebP ? 5 : 4))
    guard text.equals(isWebP ? ".webp" : ".jpg", in: name.upperBound..<file.upperBound) else { return false }
    guard let frame = youtubeFrameName(text, name) else { return false }
    output.append("i.ytimg.com/vi/")
    output.append(text.extracting(id))
    output.append("/")
    if frame.isEmpty { output.append("hqdefault") } else { output.append(text.extracting(frame)) }
    output.append(".jpg")
    return true
  }

  /// The digit of a numbered frame, in whatever size; an empty part for the default frame; nil for no frame.
  private static func youtubeFrameName(_ text: Span<UInt8>, _ name: Range<Int>) -> Range<Int>? {
    var start = name.lowerBound
    if text.hasPrefix("maxres", at: start) {
      start += 6
    } else if text.hasPrefix("mq", at: start) || text.hasPrefix("hq", at: start)
      || text.hasPrefix("sd", at: start)
    {
      start += 2
    }
    let rest = start..<name.upperBound
    if text.equals("default", in: rest) || text.equals("hq720", in: name) || text.equals("0", in: name) {
      return start..<start
    }
    return rest.count == 1 && (0x31...0x33).contains(text[start]) ? rest : nil
  }

  /// `i.pinimg.com/236x/ab/cd/ef/MD5.jpg`: the path holds the MD5 of the original, in front of it the size.
  private static func pinterestSize(_ url: borrowing CanonicalURL, to output: inout Scratch) -> Bool {
    let text = url.bytes.span
    var segments = PathSegments(url.path)
    guard let size = segments.next(in: text), isPinterestSize(text, size),
      let first = segments.next(in: text), let second = segments.next(in: text),
      let third = segments.next(in: text), let file = segments.next(in: text),
      file.upperBound == url.pathEnd, first.count == 2, second.count == 2, third.count == 2
    else { return false }
    let digest = file.lowerBound..<min(file.lowerBound + 32, file.upperBound)
    guard digest.count == 32, text.isHex(in: digest), text.hasPrefix(".", at: digest.upperBound),
      text.extracting(digest).extracting(0..<2).equals(text.extracting(first)),
      text.extracting(digest).extracting(2..<4).equals(text.extracting(second)),
      text.extracting(digest).extracting(4..<6).equals(text.extracting(third))
    else { return false }
    output.append("i.pinimg.com/originals/")
    for part in [first, second, third] {
      output.append(text.extracting(part))
      output.append("/")
    }
    output.append(text.extracting(digest))
    // Sizes are JPEG whatever the original was: the extension says nothing about the image.
    output.append(".jpg")
    return true
  }

  /// `originals`, `236x`, `60x60`, `75x75_RS`.
  private static func isPinterestSize(_ text: Span<UInt8>, _ part: Range<Int>) -> Bool {
    if text.equals("originals", in: part) { return true }
    let width = text.digitsEnd(from: part.lowerBound, to: part.upperBound)
    guard width > part.lowerBound, text.hasPrefix("x", at: width) else { return false }
    let height = text.digitsEnd(from: width + 1, to: part.upperBound)
    return height == part.upperBound || text.equals("_RS", in: height..<part.upperBound)
  }
}
