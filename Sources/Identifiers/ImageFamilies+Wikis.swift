// Families of wikis: Wikimedia's files, their thumbnails and their pages, and those of Wikia.

internal import ByteText
internal import CCrypto

extension ImageFamilies {
  /// `upload.wikimedia.org/wikipedia/commons/thumb/a/ab/NAME/250px-NAME` is `.../commons/a/ab/NAME`. The
  /// thumbnail of another format has one more extension, that of a very long name is called `thumbnail`.
  /// Thumbnails of a page of a document or of a moment of a video show different images and are kept.
  static func wikimediaFile(_ url: borrowing CanonicalURL, to output: inout Scratch) -> Bool {
    let text = url.bytes.span
    var segments = PathSegments(url.path)
    guard segments.next(in: text) != nil, let project = segments.next(in: text),
      var first = segments.next(in: text)
    else { return false }
    let isThumbnail = text.equals("thumb", in: first)
    if isThumbnail {
      guard let next = segments.next(in: text) else { return false }
      first = next
    }
    let imageStart = first.lowerBound
    if text.equals("archive", in: first) {
      guard let next = segments.next(in: text) else { return false }
      first = next
    }
    guard let second = segments.next(in: text), isFolder(text, first, second),
      let name = segments.next(in: text)
    else { return false }
    if isThumbnail {
      guard let size = segments.next(in: text), size.upperBound == url.pathEnd else { return false }
      let digitsEnd = text.digitsEnd(from: size.lowerBound, to: size.upperBound)
      guard digitsEnd > size.lowerBound, text.hasPrefix("px-", at: digitsEnd),
        isThumbnailName(text, shown: digitsEnd + 3..<size.upperBound, name: name)
      else { return false }
    } else if name.upperBound != url.pathEnd {
      return false
    }
    // These servers read no query: it says how to show a file, or defeats a cache.
    output.append(text.extracting(url.hostStart..<project.upperBound + 1))
    output.append(text.extracting(imageStart..<name.lowerBound))
    appendFileName(text, name, to: &output)
    return true
  }

  private static func isThumbnailName(_ text: Span<UInt8>, shown: Range<Int>, name: Range<Int>) -> Bool {
    let shownText = text.extracting(shown)
    if shownText.hasPrefix("thumbnail.") { return true }
    // An archived file's name has its time of replacement in front, `20100102030405!NAME`.
    let stampEnd = text.digitsEnd(from: name.lowerBound, to: name.upperBound)
    let isArchived = stampEnd == name.lowerBound + 14 && text.hasPrefix("!", at: stampEnd)
    for start in [name.lowerBound, isArchived ? stampEnd + 1 : name.lowerBound] {
      let full = text.extracting(start..<name.upperBound)
      guard shownText.count >= full.count, shownText.extracting(0..<full.count).equals(full) else { continue }
      let more = shownText.extracting(full.count..<shownText.count)
      if more.isEmpty || more.equals(".png", in: more.indices) || more.equals(".jpg", in: more.indices)
        || more.equals(".webp", in: more.indices)
      {
        return true
      }
    }
    return false
  }

  /// `a/ab`: the first digits of the MD5 of a file's name.
  private static func isFolder(_ text: Span<UInt8>, _ first: Range<Int>, _ second: Range<Int>) -> Bool {
    first.count == 1 && second.count == 2 && text.isHex(in: second)
      && text[first.lowerBound] == text[second.lowerBound]
  }

  /// Appends a file's name, with `+` for `%2B`: neither wikis nor Amazon take `+` for a space.
  static func appendFileName(_ text: Span<UInt8>, _ name: Range<Int>, to output: inout Scratch) {
    var index = name.lowerBound
    while index < name.upperBound {
      let isPlus = text.hasPrefix("%2B", at: index)
      output.append(isPlus ? UInt8(ascii: "+") : text[index])
      index += isPlus ? 3 : 1
    }
  }

  /// A file of Wikimedia Commons by its name: `/wiki/File:NAME`, `/wiki/Special:FilePath/NAME?width=300`,
  /// `/wiki/Special:Redirect/file/NAME`, `/w/index.php?title=File:NAME`. Where it is stored follows from the name:
  /// below the first digits of its MD5, `_` for spaces and the first letter in upper case.
  /// Source: mediawiki.org, "Manual:$wgHashedUploadDirectory" and "Manual:$wgCapitalLinks".
  static func commonsFile(_ url: borrowing CanonicalURL, to output: inout Scratch) -> Bool {
    let text = url.bytes.span
    var segments = PathSegments(url.path)
    guard let first = segments.next(in: text) else { return false }
    var title = min(segments.rest + 1, url.pathEnd)..<url.pathEnd
    if !text.equals("wiki", in: first) {
      guard text.equals("/w/index.php", in: url.path), let value = text.parameter("title", in: url.query)
      else { return false }
      title = value
    }
    let spaces: [StaticString] = [
      "File:", "Image:", "Special:FilePath/", "Special:Filepath/", "Special:Redirect/file/",
    ]
    guard let space = spaces.first(where: { text.hasPrefix($0, at: title.lowerBound) }),
      let name = fileName(text, title.lowerBound + space.utf8CodeUnitCount..<title.upperBound),
      let digest = md5(name.span)
    else { return false }
    output.append("upload.wikimedia.org/wikipedia/commons/")
    output.append(ASCII.lowerHexDigit(digest >> 4))
    output.append("/")
    output.append(ASCII.lowerHexDigit(digest >> 4))
    output.append(ASCII.lowerHexDigit(digest & 15))
    output.append("/")
    for byte in name {
      if ASCIISet.pathSegment.contains(byte) {
        output.append(byte)
      } else {
        output.appendPercentEncoded(byte)
      }
    }
    return true
  }

  /// The name of a file out of a title: decoded, `_` for spaces, none around it and no two together, the first letter
  /// in upper case; nil if it is no name of a file.
  private static func fileName(_ text: Span<UInt8>, _ title: Range<Int>) -> [UInt8]? {
    var name: [UInt8] = []
    var index = title.lowerBound
    while index < title.upperBound {
      var byte = text[index]
      if byte == UInt8(ascii: "%"), let decoded = text.percentDecoded(at: index, to: title.upperBound) {
        byte = decoded
        index += 2
      }
      index += 1
      if byte == UInt8(ascii: " ") { byte = UInt8(ascii: "_") }
      if byte == UInt8(ascii: "_"), name.isEmpty || name.last == byte { continue }
      guard !ASCII.isControl(byte), byte != UInt8(ascii: "/"), byte != UInt8(ascii: "#") else { return nil }
      name.append(byte)
    }
    while name.last == UInt8(ascii: "_") { name.removeLast() }
    // Wikis take no name that a path would lose, "." or "..".
    guard name.contains(UInt8(ascii: ".")), name.contains(where: { $0 != UInt8(ascii: ".") }),
      let string = String(validating: name, as: UTF8.self),
      let first = string.unicodeScalars.first
    else { return nil }
    return Array(first.properties.uppercaseMapping.utf8) + name.dropFirst(String(first).utf8.count)
  }

  /// The first byte of the MD5 of a text; nil where libcrypto has none. The corresponding C function is `EVP_Digest`.
  private static func md5(_ text: Span<UInt8>) -> UInt8? {
    var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
    // Safe: no digest is longer, and the pointers are used for the length of the call only.
    let isMade = unsafe text.withUnsafeBytes { source in
      unsafe digest.withUnsafeMutableBufferPointer { target in
        unsafe EVP_Digest(source.baseAddress, source.count, target.baseAddress, nil, EVP_md5(), nil)
      }
    }
    return isMade == 1 ? digest[0] : nil
  }

  /// Wikia: a file is named by its wiki, the wiki's language and its name, and served under many hosts:
  /// `img3.wikia.nocookie.net/__cb2012/WIKI/de/images/a/ab/NAME`, `.../images/thumb/a/ab/NAME/250px-NAME` and
  /// `vignette.wikia.nocookie.net/WIKI/images/a/ab/NAME/revision/latest/scale-to-width-down/250?cb=2012&path-prefix=de`.
  /// Stamps defeat caches. A revision other than the latest is another image and is kept.
  static func wikiaFile(_ url: borrowing CanonicalURL, to output: inout Scratch) -> Bool {
    let text = url.bytes.span
    var segments = PathSegments(url.path)
    guard var wiki = segments.next(in: text) else { return false }
    if text.hasPrefix("__cb", at: wiki.lowerBound) {
      // No wiki is named like a stamp; what has two of them is left as it is written.
      guard let next = segments.next(in: text), !text.hasPrefix("__cb", at: next.lowerBound) else {
        return false
      }
      wiki = next
    }
    guard var images = segments.next(in: text) else { return false }
    var language: Range<Int>?
    if let prefix = text.parameter("path-prefix", in: url.query), !prefix.isEmpty {
      for index in prefix where !ASCII.isLetter(text[index]) && text[index] != UInt8(ascii: "-") {
        return false
      }
      language = prefix
    }
    if !text.equals("images", in: images) {
      language = images
      guard let next = segments.next(in: text), text.equals("images", in: next) else { return false }
      images = next
    }
    guard var first = segments.next(in: text) else { return false }
    let isThumbnail = text.equals("thumb", in: first)
    if isThumbnail {
      guard let next = segments.next(in: text) else { return false }
      first = next
    }
    guard let second = segments.next(in: text), isFolder(text, first, second),
      let name = segments.next(in: text)
    else { return false }
    if let next = segments.next(in: text) {
      if text.equals("revision", in: next) {
        guard let which = segments.next(in: text), text.equals("latest", in: which) else { return false }
      } else {
        guard isThumbnail, next.upperBound == url.pathEnd,
          let dash = text.firstIndex(of: UInt8(ascii: "-"), in: next),
          isThumbnailName(text, shown: dash + 1..<next.upperBound, name: name)
        else { return false }
      }
    }
    output.append("static.wikia.nocookie.net/")
    output.append(text.extracting(wiki))
    if let language {
      output.append("/")
      output.append(text.extracting(language))
    }
    output.append("/images/")
    output.append(text.extracting(first.lowerBound..<name.lowerBound))
    appendFileName(text, name, to: &output)
    return true
  }
}
