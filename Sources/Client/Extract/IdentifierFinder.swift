// Finds identifiers in running text, whatever it is, as it streams by. It walks from word to word, where a word is a run
// of the bytes that host names have, and looks closer only where one could begin an identifier:
//
//   ...http://  ...https://      a URL
//   //host.name/                 a URL, where an opening mark or white space stands in front of it
//   www.host.name/  flic.kr/...  a URL without a scheme, if IdentifierParser takes it for one in running text
//   namespace:value              a value
//   12345678@N00                 an account
//
// Where a URL ends is URLEnd's matter; what is an identifier is decided by IdentifierParser.

import ByteText
import Console
import Identifiers

/// Finds identifiers in a stream of text.
package struct IdentifierFinder: ~Copyable {
  /// Longest word that could be a host or a namespace; of a longer one only the end counts, for a scheme.
  private static let wordBytesMax = 512
  /// How far a URL is followed: the bound of an identifier, and some punctuation behind it.
  private static let urlBytesMax = IdentifierLimits.inputBytesMax + 16
  /// Bytes in front of the position that are kept, to see what stands before a word.
  private static let keptBytes = 4

  private var parser = IdentifierParser()
  /// The end of what came so far, as far as it may matter.
  private var pending: [UInt8] = []
  /// How much of `pending` is done with.
  private var position = 0

  package init() {}

  /// Takes a piece of the text, and gives what it finds to `sink`.
  package mutating func append(_ piece: Span<UInt8>, to sink: inout IdentifierSink) {
    var text: [UInt8] = []
    swap(&text, &pending)
    text.append(piece)
    position = find(text.span, from: position, isLast: false, sink: &sink)
    let done = max(position - Self.keptBytes, 0)
    text.removeFirst(done)
    position -= done
    swap(&text, &pending)
  }

  /// The stream has ended.
  package mutating func finish(to sink: inout IdentifierSink) {
    var text: [UInt8] = []
    swap(&text, &pending)
    _ = find(text.span, from: position, isLast: true, sink: &sink)
    position = 0
  }

  /// Gives a whole value to `sink` if all of it is an identifier, and says whether it is.
  package mutating func take(whole value: Span<UInt8>, to sink: inout IdentifierSink) -> Bool {
    let result = parser.parse(value)
    return sink.take(value, result, text: parser.text)
  }

  /// Finds what is whole in a text, and returns where it has to be looked at again once more has come.
  private mutating func find(
    _ text: Span<UInt8>, from start: Int, isLast: Bool, sink: inout IdentifierSink
  ) -> Int {
    var position = start
    while position < text.count {
      guard Self.isWord(text[position]) else {
        position += 1
        continue
      }
      var end = position
      while end < text.count, Self.isWord(text[end]) { end += 1 }
      // What follows a word, by at most three bytes, decides what it is.
      if end + 3 > text.count, !isLast {
        return end - position > Self.wordBytesMax ? end - 2 * Self.keptBytes : position
      }
      guard let candidate = Self.candidate(text, position..<end) else {
        position = end
        continue
      }
      let found = Self.extent(text, candidate, isLast: isLast)
      if found.isOpen, text.count - candidate.start < Self.urlBytesMax { return position }
      let piece = text.extracting(candidate.start..<max(candidate.start, found.end))
      if !piece.isEmpty, piece.count <= IdentifierLimits.inputBytesMax {
        let result = parser.parse(found: piece)
        _ = sink.take(piece, result, text: parser.text)
      }
      position = max(found.end, end)
    }
    return position
  }

  /// Where an identifier may begin, and how far it may reach.
  private struct Candidate {
    let start: Int
    /// A value of letters and digits, not a URL or a name.
    let isPlain: Bool
  }

  private static func extent(
    _ text: Span<UInt8>, _ candidate: Candidate, isLast: Bool
  ) -> (end: Int, isOpen: Bool) {
    guard candidate.isPlain else {
      let end = URLEnd(
        text, from: candidate.start, isLast: isLast, bytesMax: urlBytesMax)
      return (end.end, end.isOpen)
    }
    var end = candidate.start
    while end < text.count, isWord(text[end]) || ":@%".utf8.contains(text[end]) { end += 1 }
    let isOpen = end == text.count && !isLast
    while end > candidate.start,
      text[end - 1] == UInt8(ascii: ".") || text[end - 1] == UInt8(ascii: ":")
        || text[end - 1] == UInt8(ascii: "_")
    {
      end -= 1
    }
    return (end, isOpen)
  }

  /// Whether an identifier may begin with a word, or within it.
  private static func candidate(_ text: Span<UInt8>, _ word: Range<Int>) -> Candidate? {
    let next = word.upperBound < text.count ? text[word.upperBound] : UInt8(ascii: " ")
    if next == UInt8(ascii: ":"), let start = scheme(text, word) {
      return Candidate(start: start, isPlain: false)
    }
    guard word.count <= wordBytesMax else { return nil }
    switch next {
    case UInt8(ascii: ":"):
      guard mayBegin(text, at: word.lowerBound, afterColon: true),
        let namespace = Namespace(name: text.extracting(word))
      else { return hasHost(text, word) ? Candidate(start: word.lowerBound, isPlain: false) : nil }
      let isPlain = namespace != .url && namespace != .file && namespace != .flickrUser && namespace != .imdb
      return Candidate(start: word.lowerBound, isPlain: isPlain)
    case UInt8(ascii: "/"), UInt8(ascii: "?"):
      if let start = schemeRelative(text, word) { return Candidate(start: start, isPlain: false) }
      return hasHost(text, word) ? Candidate(start: word.lowerBound, isPlain: false) : nil
    case UInt8(ascii: "@"):
      guard text.isDecimal(in: word) else { return nil }
      return mayBegin(text, at: word.lowerBound, afterColon: false)
        ? Candidate(start: word.lowerBound, isPlain: true) : nil
    default: return nil
    }
  }

  /// Where `http` or `https` begins, if the word ends in it and `://` follows.
  private static func scheme(_ text: Span<UInt8>, _ word: Range<Int>) -> Int? {
    let colon = word.upperBound
    guard colon + 2 < text.count, text[colon + 1] == UInt8(ascii: "/"), text[colon + 2] == UInt8(ascii: "/")
    else { return nil }
    for name: StaticString in ["https", "http"] {
      let start = colon - name.utf8CodeUnitCount
      guard start >= word.lowerBound else { continue }
      let isName = name.withUTF8Buffer { letters in
        // A static string's bytes are always there; the index stays below their number.
        for offset in 0..<letters.count where unsafe text[start + offset] | 0x20 != letters[offset] {
          return false
        }
        return true
      }
      if isName { return start }
    }
    return nil
  }

  /// Where the `//` of `//host.name/` begins, if it stands in front of the word and opens something.
  private static func schemeRelative(_ text: Span<UInt8>, _ word: Range<Int>) -> Int? {
    let start = word.lowerBound - 2
    guard start >= 0, text[start] == UInt8(ascii: "/"), text[start + 1] == UInt8(ascii: "/"),
      hasDot(text, word), mayBegin(text, at: start, afterColon: false)
    else { return nil }
    return start
  }

  /// Whether a word could be the host of a URL without a scheme.
  private static func hasHost(_ text: Span<UInt8>, _ word: Range<Int>) -> Bool {
    hasDot(text, word) && mayBegin(text, at: word.lowerBound, afterColon: false)
  }

  private static func hasDot(_ text: Span<UInt8>, _ word: Range<Int>) -> Bool {
    for index in word where text[index] == UInt8(ascii: ".") { return true }
    return false
  }

  /// Whether what stands in front of a place is no part of the same thing.
  private static func mayBegin(_ text: Span<UInt8>, at start: Int, afterColon: Bool) -> Bool {
    guard start > 0 else { return true }
    switch text[start - 1] {
    case UInt8(ascii: ":"): return afterColon
    case UInt8(ascii: "/"), UInt8(ascii: "@"), UInt8(ascii: "%"), UInt8(ascii: "&"), UInt8(ascii: "#"),
      UInt8(ascii: "+"), UInt8(ascii: "$"), UInt8(ascii: "?"), UInt8(ascii: "~"):
      return false
    default: return true
    }
  }

  /// Letters, digits, `-._`: what host names and namespaces are made of.
  private static func isWord(_ byte: UInt8) -> Bool {
    ASCII.isLetterOrDigit(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
      || byte == UInt8(ascii: "_")
  }
}
