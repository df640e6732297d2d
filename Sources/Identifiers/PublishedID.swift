// Addresses that hold an image's number in a dataset or a catalogue: the number is the key, wherever the file is served.

import ByteText

enum PublishedID {
  /// The number that a canonical URL holds, and its namespace; nil if the form is not the host's.
  static func read(
    _ url: borrowing CanonicalURL, _ site: FamilyRule.NumberedSite
  ) -> (namespace: Namespace, number: UInt64)? {
    let text = url.bytes.span
    return switch site {
    case .imdb: imdbPage(text, path: url.path).map { (.imdbRm, $0) }
    case .coco: cocoFile(text, path: url.path).map { (.coco, $0) }
    case .openImages: openImagesFile(text, path: url.path).map { (.openimages, $0) }
    }
  }

  /// IMDb's page of an image, `/title/tt0000001/mediaviewer/rm123456789/` or `/media/rm123456789/tt0000001`. The numbers
  /// of titles (`tt`) and people (`nm`) are not images.
  private static func imdbPage(_ text: Span<UInt8>, path: Range<Int>) -> UInt64? {
    var segments = PathSegments(path)
    while let segment = segments.next(in: text) {
      guard text.equals("mediaviewer", in: segment) || text.equals("media", in: segment) else { continue }
      guard let page = segments.next(in: text), text.hasPrefix("rm", at: page.lowerBound) else { return nil }
      return Number(decimal: text, in: page.lowerBound + 2..<page.upperBound).value
    }
    return nil
  }

  /// COCO's files, `/val2017/000000123456.jpg` and `/train2014/COCO_train2014_000000123456.jpg`: a number is one image in
  /// all years and parts (cocodataset.org, "download").
  private static func cocoFile(_ text: Span<UInt8>, path: Range<Int>) -> UInt64? {
    var segments = PathSegments(path)
    guard let part = segments.next(in: text), let file = segments.next(in: text),
      file.upperBound == path.upperBound,
      text.hasPrefix("train", at: part.lowerBound) || text.hasPrefix("val", at: part.lowerBound)
        || text.hasPrefix("test", at: part.lowerBound) || text.hasPrefix("unlabeled", at: part.lowerBound)
    else { return nil }
    let dot = file.upperBound - 4
    let start = dot - 12
    guard start >= file.lowerBound, text.equals(".jpg", in: dot..<file.upperBound),
      text.isDecimal(in: start..<dot),
      start == file.lowerBound
        || (text.hasPrefix("COCO_", at: file.lowerBound) && text[start - 1] == UInt8(ascii: "_"))
    else { return nil }
    return Number(decimal: text, in: start..<dot).value
  }

  /// Open Images' files, `/train/0123456789abcdef.jpg`.
  private static func openImagesFile(_ text: Span<UInt8>, path: Range<Int>) -> UInt64? {
    var segments = PathSegments(path)
    guard let part = segments.next(in: text), let file = segments.next(in: text),
      file.upperBound == path.upperBound,
      text.equals("train", in: part) || text.equals("validation", in: part) || text.equals("test", in: part),
      file.count == 20, text.equals(".jpg", in: file.upperBound - 4..<file.upperBound)
    else { return nil }
    return Number(openImages: text.extracting(file.lowerBound..<file.upperBound - 4)).value
  }
}
