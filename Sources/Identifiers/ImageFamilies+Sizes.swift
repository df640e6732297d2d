// Families whose size is an option inside the path: Google's user content, and the images of IMDb and Amazon.

import ByteText

extension ImageFamilies {
  /// Blogger and Google user content: a `/s1600/` before the file name or an `=s220` at the end are options
  /// of one image, and so is the image without them. A path is the same image on all numbered hosts, on those of
  /// Blogger, and on Google's own, since its long random part is the image's name.
  static func googleSize(_ url: borrowing CanonicalURL, to output: inout Scratch) -> Bool {
    let text = url.bytes.span
    var end = url.pathEnd
    while let equals = text.lastIndex(of: UInt8(ascii: "="), in: url.pathStart..<end),
      isGoogleOption(text, equals + 1..<end)
    {
      end = equals
    }
    var nameStart = url.pathStart
    if let slash = text.lastIndex(of: UInt8(ascii: "/"), in: url.pathStart..<end) { nameStart = slash }
    var folderEnd = nameStart
    while let slash = text.lastIndex(of: UInt8(ascii: "/"), in: url.pathStart..<folderEnd),
      slash > url.pathStart, isGoogleOption(text, slash + 1..<folderEnd)
    {
      folderEnd = slash
    }
    var segments = PathSegments(url.path)
    guard let first = segments.next(in: text) else { return false }
    // Without the options at its end, where it is all of the path.
    let firstBytes = min(first.upperBound, end) - first.lowerBound
    let isShared = firstBytes >= googleNameBytesMin && !text.hasPrefix("yt", at: url.hostStart)
    guard isShared || end < url.pathEnd || folderEnd < nameStart else { return false }
    // What is left of the name has to be one: a path loses dots alone.
    var bare = nameStart + 1
    while bare < end, text[bare] == UInt8(ascii: ".") { bare += 1 }
    guard end == url.pathEnd || bare < end else { return false }
    if isShared {
      output.append("lh3.googleusercontent.com")
    } else {
      output.append(text.extracting(url.hostStart..<url.pathStart))
    }
    output.append(text.extracting(url.pathStart..<folderEnd))
    output.append(text.extracting(nameStart..<end))
    output.append(text.extracting(url.pathEnd..<text.count))
    return true
  }

  /// The shortest first part of a path that is an image's random name, as `-AbCdEfGhIjk` of Picasa and Blogger.
  private static let googleNameBytesMin = 11

  /// `s` , `w` or `h` and a number, then options after hyphens: `s1600`, `s72-c`, `w400-h300-no`.
  private static func isGoogleOption(_ text: Span<UInt8>, _ part: Range<Int>) -> Bool {
    guard part.count >= 2 else { return false }
    let letter = text[part.lowerBound]
    guard letter == UInt8(ascii: "s") || letter == UInt8(ascii: "w") || letter == UInt8(ascii: "h")
    else { return false }
    let digitsEnd = text.digitsEnd(from: part.lowerBound + 1, to: part.upperBound)
    guard digitsEnd > part.lowerBound + 1 else { return false }
    guard digitsEnd < part.upperBound else { return true }
    var count = 1
    for index in digitsEnd..<part.upperBound {
      if text[index] == UInt8(ascii: "-") {
        guard count > 0 else { return false }
        count = 0
        if index == digitsEnd { continue }
      } else {
        guard index > digitsEnd, ASCII.isLetter(text[index]) || ASCII.isDigit(text[index]) else {
          return false
        }
        count += 1
      }
    }
    return count > 0
  }

  /// IMDb and Amazon, `/images/M/MV5B..._V1_SX300.jpg`: the stem, if it is one of IMDb's.
  static func imdbStem(_ url: borrowing CanonicalURL, to output: inout Scratch) -> Bool {
    let text = url.bytes.span
    var segments = PathSegments(url.path)
    guard let images = segments.next(in: text), text.equals("images", in: images),
      let kind = segments.next(in: text), text.equals("M", in: kind), let file = segments.next(in: text),
      file.upperBound == url.pathEnd, let stem = IMDbStem(text, in: file)
    else { return false }
    stem.append(from: text, to: &output)
    return true
  }

  /// Other images of these hosts: `/images/I/51abcDEF._V1_SX300_.jpg` and `/images/I/51abcDEF._AC_SL1500_.jpg` are
  /// `/images/I/51abcDEF.jpg`: options stand between underscores, behind a dot. Names below `/images/I/` are the same
  /// image on all hosts, with `+` or `%2B`; names elsewhere, such as product numbers, may differ by country.
  static func amazonSize(_ url: borrowing CanonicalURL, to output: inout Scratch) -> Bool {
    let text = url.bytes.span
    guard text.extracting(0..<url.pathEnd).hasPrefix("/images/", at: url.pathStart),
      let slash = text.lastIndex(of: UInt8(ascii: "/"), in: url.path),
      let dot = text.lastIndex(of: UInt8(ascii: "."), in: slash..<url.pathEnd),
      let stemEnd = text.firstIndex(of: UInt8(ascii: "."), in: slash..<url.pathEnd), stemEnd > slash + 1
    else { return false }
    let isShared = text.equals("/images/I", in: url.pathStart..<slash)
    let hasOptions =
      stemEnd < dot
      && (text.hasPrefix("._V1", at: stemEnd)
        || (isShared && text.hasPrefix("._", at: stemEnd) && dot > stemEnd + 3
          && text[dot - 1] == UInt8(ascii: "_")))
    guard isShared else {
      guard hasOptions else { return false }
      output.append(text.extracting(url.hostStart..<stemEnd))
      output.append(text.extracting(dot..<text.count))
      return true
    }
    output.append("m.media-amazon.com/images/I/")
    appendFileName(text, slash + 1..<(hasOptions ? stemEnd : url.pathEnd), to: &output)
    if hasOptions { output.append(text.extracting(dot..<url.pathEnd)) }
    return true
  }
}

/// The stem of an IMDb image's file name: `MV5B` and letters, digits, `@,_-`, up to the first dot.
struct IMDbStem {
  private let part: Range<Int>

  /// Reads a file name, with or without what follows the stem. `%40` and `%2C` may stand for `@` and `,`.
  init?(_ text: Span<UInt8>, in file: Range<Int>) {
    let end = text.firstIndex(of: UInt8(ascii: "."), in: file) ?? file.upperBound
    part = file.lowerBound..<end
    guard part.count > 4, text.hasPrefix("MV5B", at: part.lowerBound) else { return nil }
    var index = part.lowerBound
    while index < end {
      let byte = text.percentDecodedByte(at: index, to: end)
      let isMark =
        byte == UInt8(ascii: "@") || byte == UInt8(ascii: ",") || byte == UInt8(ascii: "_")
        || byte == UInt8(ascii: "-")
      guard isMark || ASCII.isLetter(byte) || ASCII.isDigit(byte) else { return nil }
      index += text[index] == UInt8(ascii: "%") ? 3 : 1
    }
  }

  /// Appends the stem, decoded.
  func append(from text: Span<UInt8>, to output: inout Scratch) {
    var index = part.lowerBound
    if text.firstIndex(of: UInt8(ascii: "%"), in: part) == nil {
      output.append(text.extracting(part))
      return
    }
    while index < part.upperBound {
      output.append(text.percentDecodedByte(at: index, to: part.upperBound))
      index += text[index] == UInt8(ascii: "%") ? 3 : 1
    }
  }
}

extension Span where Element == UInt8 {
  /// The byte here, or the one that a percent-encoding here stands for.
  fileprivate func percentDecodedByte(at index: Int, to end: Int) -> UInt8 {
    guard self[index] == UInt8(ascii: "%") else { return self[index] }
    return percentDecoded(at: index, to: end) ?? self[index]
  }
}
