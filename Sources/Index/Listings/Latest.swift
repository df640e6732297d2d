// The present one of many short runs of elements, each made where the last one ended: to empty an array takes longer than to
// append a few bytes to it, so that is done once in a thousand times.

/// A short array that is filled again and again.
package struct Latest<Element>: Sendable where Element: Sendable & BitwiseCopyable {
  /// The elements, behind those of earlier runs. Only to be appended to.
  package var all: [Element] = []
  private var start = 0

  /// Bytes of earlier runs that are kept.
  private static var bytesMax: Int { 16 << 10 }

  /// No elements.
  package init() {}

  /// Begins again, with no elements.
  @inline(__always)
  package mutating func begin() {
    if all.count > Self.bytesMax / MemoryLayout<Element>.stride { all.removeAll(keepingCapacity: true) }
    start = all.count
  }

  /// How many elements there are.
  package var count: Int { all.count - start }

  /// The elements.
  package var span: Span<Element> {
    @_lifetime(borrow self)
    get { all.span.extracting(start..<all.count) }
  }

  /// A part of the elements, by their places.
  package subscript(part: Range<Int>) -> ArraySlice<Element> {
    all[(start + part.lowerBound)..<(start + part.upperBound)]
  }

  /// An element by its place.
  package subscript(index: Int) -> Element { all[start + index] }
}
