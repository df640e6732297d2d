// The segments of a path.

/// A walk over the segments of a path between slashes, empty ones left out.
struct PathSegments {
  private var position: Int
  let end: Int

  init(_ path: Range<Int>) {
    position = path.lowerBound
    end = path.upperBound
  }

  /// The next segment that is not empty, or nil at the end of the path.
  mutating func next(in text: Span<UInt8>) -> Range<Int>? {
    while position < end, text[position] == UInt8(ascii: "/") { position += 1 }
    guard position < end else { return nil }
    let start = position
    while position < end, text[position] != UInt8(ascii: "/") { position += 1 }
    return start..<position
  }

  /// Where the part not yet walked begins: at a slash, or at the end.
  var rest: Int { position }
}
