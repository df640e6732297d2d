// Where a URL in running text ends. The rules are those of autolinks in GitHub's Markdown (GFM 6.9), and of the marks that
// stand around URLs elsewhere:
//
// - White space, control bytes and the bytes that may not stand in a URL (`<>"{}|\^` and the grave accent) end it, and so does punctuation
//   beyond ASCII, but for dashes; other letters beyond ASCII do not.
// - A parenthesis that was not opened in the URL ends it where one stands in front of it, as in `[text](URL)`; a
//   bracket that was not opened in it always does. So does the apostrophe that stands in front of it.
// - A comma or a semicolon in front of another URL ends it.
// - Punctuation at its end (`?!.,:;*_~'` and parentheses that were not opened) is not the URL's, unless marks enclose it:
//   `<URL>`, or the quotes of an attribute, `="URL"`.

/// The end of a URL in a text.
struct URLEnd {
  /// Where the URL ends.
  let end: Int
  /// Whether the text has to go on for the end to be known.
  let isOpen: Bool

  /// Finds the end of the URL that begins at `start`.
  ///
  /// - Parameters:
  ///   - isLast: whether nothing comes behind `text`.
  ///   - bytesMax: where to stop looking, counted from `start`.
  init(_ text: Span<UInt8>, from start: Int, isLast: Bool, bytesMax: Int) {
    let opener = start > 0 ? text[start - 1] : UInt8(ascii: " ")
    let bound = min(text.count, start + bytesMax)
    var parentheses = 0
    var brackets = 0
    var index = start
    scan: while index < bound {
      let byte = text[index]
      if byte >= 0x80 {
        switch Self.character(text, at: index, isLast: isLast) {
        case .part(let count): index += count
        case .end: break scan
        case .cut:
          index = bound
          break scan
        }
        continue
      }
      if Self.ends(byte) { break }
      switch byte {
      case UInt8(ascii: "'"): if opener == byte { break scan }
      case UInt8(ascii: "("): parentheses += 1
      case UInt8(ascii: ")"):
        if parentheses == 0, opener == UInt8(ascii: "(") { break scan }
        parentheses -= 1
      case UInt8(ascii: "["): brackets += 1
      case UInt8(ascii: "]"):
        if brackets == 0 { break scan }
        brackets -= 1
      case UInt8(ascii: ","), UInt8(ascii: ";"):
        if Self.beginsURL(text, at: index + 1) { break scan }
      default: break
      }
      index += 1
    }
    isOpen = index == text.count && !isLast
    // One that is cut at the bound is left as it is, so that it is seen to be too long.
    let isCut = index == start + bytesMax
    let isEnclosed = isCut || (index < text.count && Self.encloses(text, from: start, to: index))
    end = isEnclosed ? index : Self.withoutPunctuation(text, start..<index)
  }

  /// Whether an ASCII byte ends any identifier.
  static func ends(_ byte: UInt8) -> Bool {
    switch byte {
    case 0...0x20, 0x7F, UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""), UInt8(ascii: "`"),
      UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "|"), UInt8(ascii: "\\"), UInt8(ascii: "^"):
      true
    default: false
    }
  }

  private static func encloses(_ text: Span<UInt8>, from start: Int, to end: Int) -> Bool {
    guard start > 0 else { return false }
    switch (text[start - 1], text[end]) {
    case (UInt8(ascii: "<"), UInt8(ascii: ">")): return true
    case (UInt8(ascii: "\""), UInt8(ascii: "\"")), (UInt8(ascii: "'"), UInt8(ascii: "'")):
      return start > 1 && text[start - 2] == UInt8(ascii: "=")
    default: return false
    }
  }

  private static func withoutPunctuation(_ text: Span<UInt8>, _ part: Range<Int>) -> Int {
    var end = part.upperBound
    while end > part.lowerBound {
      switch text[end - 1] {
      case UInt8(ascii: "?"), UInt8(ascii: "!"), UInt8(ascii: "."), UInt8(ascii: ","), UInt8(ascii: ":"),
        UInt8(ascii: ";"), UInt8(ascii: "*"), UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: "'"):
        end -= 1
      case UInt8(ascii: ")"):
        guard closesMore(text, part.lowerBound..<end) else { return end }
        end -= 1
      default: return end
      }
    }
    return end
  }

  /// Whether a part closes more parentheses than it opens.
  private static func closesMore(_ text: Span<UInt8>, _ part: Range<Int>) -> Bool {
    var depth = 0
    for index in part {
      if text[index] == UInt8(ascii: "(") { depth += 1 }
      if text[index] == UInt8(ascii: ")") { depth -= 1 }
    }
    return depth < 0
  }

  /// Whether `http://`, `https://` or `//` stands here.
  private static func beginsURL(_ text: Span<UInt8>, at start: Int) -> Bool {
    var index = start
    let scheme: StaticString = "http"
    // Safe: a static string's bytes are always there, and `offset` stays below their number.
    let letters = unsafe scheme.utf8Start
    var offset = 0
    while offset < 4, index < text.count, unsafe text[index] | 0x20 == letters[offset] {
      index += 1
      offset += 1
    }
    guard offset == 0 || offset == 4 else { return false }
    if offset == 4 {
      if index < text.count, text[index] | 0x20 == UInt8(ascii: "s") { index += 1 }
      guard index < text.count, text[index] == UInt8(ascii: ":") else { return false }
      index += 1
    }
    return index + 1 < text.count && text[index] == UInt8(ascii: "/") && text[index + 1] == UInt8(ascii: "/")
  }

  private enum Character {
    /// It may stand in a URL.
    case part(bytes: Int)
    case end
    /// More has to come.
    case cut
  }

  /// What a character beyond ASCII does; what is no UTF-8 ends a URL.
  private static func character(_ text: Span<UInt8>, at index: Int, isLast: Bool) -> Character {
    let lead = text[index]
    let count = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2
    guard lead >= 0xC2, lead < 0xF5 else { return .end }
    guard index + count <= text.count else { return isLast ? .end : .cut }
    var value = UInt32(lead) & (0x7F >> UInt32(count))
    for offset in 1..<count {
      guard text[index + offset] & 0xC0 == 0x80 else { return .end }
      value = value << 6 | UInt32(text[index + offset] & 0x3F)
    }
    guard let scalar = Unicode.Scalar(value) else { return .end }
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .spaceSeparator, .lineSeparator,
      .paragraphSeparator, .openPunctuation, .closePunctuation, .initialPunctuation, .finalPunctuation,
      .otherPunctuation:
      return .end
    default: return .part(bytes: count)
    }
  }
}
