// Families of agencies, whose addresses hold the image's number in their catalogue: what stands around it is a title,
// in some language, and a size.

import ByteText

extension ImageFamilies {
  /// Shutterstock: the last part of the name is the image's id, `...-260nw-123456789.jpg`; what stands
  /// before it are the title, in some language, and a size.
  static func shutterstockSize(_ url: borrowing CanonicalURL, to output: inout Scratch) -> Bool {
    let text = url.bytes.span
    guard let slash = text.lastIndex(of: UInt8(ascii: "/"), in: url.path),
      let dot = text.lastIndex(of: UInt8(ascii: "."), in: slash..<url.pathEnd)
    else { return false }
    let isImage =
      text.equals(".jpg", in: dot..<url.pathEnd) || text.equals(".webp", in: dot..<url.pathEnd)
      || text.equals(".png", in: dot..<url.pathEnd)
    var idStart = dot
    while ASCII.isDigit(text[idStart - 1]) { idStart -= 1 }
    let before = text[idStart - 1]
    guard isImage, dot - idStart >= 4,
      before == UInt8(ascii: "-")
        || (before == UInt8(ascii: "/") && text.equals("/z", in: url.pathStart..<slash))
    else { return false }
    output.append("image.shutterstock.com/z/")
    output.append(text.extracting(idStart..<dot))
    output.append(".jpg")
    return true
  }

  /// Dreamstime: `/z/some-title-12345678.jpg`, where the letter is a size, and `/some-title-thumb12345678.jpg`.
  static func dreamstimeSize(_ url: borrowing CanonicalURL, to output: inout Scratch) -> Bool {
    let text = url.bytes.span
    var segments = PathSegments(url.path)
    guard var file = segments.next(in: text) else { return false }
    let hasSize = file.count == 1 && ASCII.isLetter(text[file.lowerBound])
    if hasSize {
      guard let next = segments.next(in: text) else { return false }
      file = next
    }
    guard file.upperBound == url.pathEnd, let dot = text.lastIndex(of: UInt8(ascii: "."), in: file),
      isPicture(text, dot..<file.upperBound)
    else { return false }
    let start = digitsStart(text, endingAt: dot, from: file.lowerBound)
    let mark: StaticString = hasSize ? "-" : "-thumb"
    guard dot - start >= 4, start - mark.utf8CodeUnitCount >= file.lowerBound,
      text.hasPrefix(mark, at: start - mark.utf8CodeUnitCount)
    else { return false }
    output.append("thumbs.dreamstime.com/z/-")
    output.append(text.extracting(start..<dot))
    output.append(".jpg")
    return true
  }

  /// Getty and iStock: `/photos/some-title-picture-id123456789?s=612x612` and
  /// `/id/123456789/photo/some-title.jpg?s=612x612`.
  static func gettySize(_ url: borrowing CanonicalURL, to output: inout Scratch) -> Bool {
    let text = url.bytes.span
    var segments = PathSegments(url.path)
    guard let first = segments.next(in: text), let second = segments.next(in: text) else { return false }
    var id = second
    if !text.equals("id", in: first) {
      id = digitsStart(text, endingAt: second.upperBound, from: second.lowerBound)..<second.upperBound
      let marked = id.lowerBound - 11
      guard second.upperBound == url.pathEnd, marked >= second.lowerBound,
        text.hasPrefix("-picture-id", at: marked)
      else { return false }
    }
    guard text.isDecimal(in: id), id.count >= 4 else { return false }
    output.append(text.extracting(url.hostStart..<url.pathStart))
    output.append("/id/")
    output.append(text.extracting(id))
    return true
  }

  /// Alamy: `c8.alamy.com/comp/ABC123/some-title-ABC123.jpg`; the reference is the same in the path and at the end of the
  /// name, in any case.
  static func alamySize(_ url: borrowing CanonicalURL, to output: inout Scratch) -> Bool {
    let text = url.bytes.span
    var segments = PathSegments(url.path)
    guard segments.next(in: text) != nil, let reference = segments.next(in: text),
      let file = segments.next(in: text), file.upperBound == url.pathEnd,
      (5...8).contains(reference.count),
      let dot = text.lastIndex(of: UInt8(ascii: "."), in: file), isPicture(text, dot..<file.upperBound)
    else { return false }
    let start = dot - reference.count
    guard start > file.lowerBound, text[start - 1] == UInt8(ascii: "-") else { return false }
    for index in 0..<reference.count {
      let byte = text[reference.lowerBound + index]
      guard ASCII.isLetter(byte) || ASCII.isDigit(byte),
        ASCII.lowercased(byte) == ASCII.lowercased(text[start + index])
      else { return false }
    }
    output.append("c8.alamy.com/comp/")
    for index in reference { output.append(ASCII.lowercased(text[index])) }
    output.append("/-")
    for index in reference { output.append(ASCII.lowercased(text[index])) }
    output.append(".jpg")
    return true
  }

  /// 500px: `/photo/123456/some-title`, `drscdn.500px.org/photo/123456/m%3D900/SIGNATURE` and
  /// `ppcdn.500px.org/123456/SIGNATURE/2048.jpg`.
  static func fiveHundredPixels(_ url: borrowing CanonicalURL, to output: inout Scratch) -> Bool {
    let text = url.bytes.span
    var segments = PathSegments(url.path)
    guard var id = segments.next(in: text) else { return false }
    if text.equals("photo", in: id) {
      guard let next = segments.next(in: text) else { return false }
      id = next
    } else {
      guard let signature = segments.next(in: text), signature.count == 40, text.isHex(in: signature),
        let size = segments.next(in: text), size.upperBound == url.pathEnd,
        ASCII.isDigit(text[size.lowerBound])
      else { return false }
    }
    guard text.isDecimal(in: id) else { return false }
    output.append("500px.com/photo/")
    output.append(text.extracting(id))
    return true
  }
}
