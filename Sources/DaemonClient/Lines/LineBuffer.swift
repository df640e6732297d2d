// Cuts a stream of bytes into lines, whatever pieces it comes in. A line that is longer than the bound is kept
// up to one byte above it, so that whoever gets it sees that it is too long; the rest is dropped as it comes,
// and memory stays bounded even where a stream has no LF at all.

import ByteText
import Console

/// A buffer that bytes are appended to and lines are taken from.
package struct LineBuffer: Sendable {
  private var storage: [UInt8] = []
  private var head = 0
  private var searched = 0
  /// Whether the line that comes is over the bound, so that the rest of it is dropped.
  package private(set) var isDiscarding = false
  private let lineBytesMax: Int
  private let separator: UInt8

  /// An empty buffer for lines of up to `lineBytesMax` bytes, the LF not counted.
  ///
  /// - Parameter separator: what ends a line in place of LF.
  package init(lineBytesMax: Int, separator: UInt8 = UInt8(ascii: "\n")) {
    self.lineBytesMax = lineBytesMax
    self.separator = separator
  }

  /// Whether bytes wait that are no whole line yet.
  package var hasPartialLine: Bool { head < storage.count }

  /// Appends the first `count` bytes of `chunk`. O(count).
  package mutating func append(_ chunk: [UInt8], count: Int) {
    reclaim()
    let bytes = chunk.span.extracting(0..<count)
    var start = 0
    if isDiscarding {
      while start < bytes.count, bytes[start] != separator { start += 1 }
      guard start < bytes.count else { return }
      isDiscarding = false
    }
    storage.append(bytes.extracting(start..<bytes.count))
    cutOverlongTail()
  }

  /// Takes the next whole line: where it is, without its LF and a CR before it; nil where there is none yet.
  ///
  /// The range is good for `line(_:)` until the next `append`.
  package mutating func next() -> Range<Int>? {
    let position = lineFeed(from: searched)
    searched = position
    guard position < storage.count else { return nil }
    let start = head
    head = position + 1
    searched = head
    return start..<withoutCarriageReturn(start..<position)
  }

  /// Takes what is left as a line, at the end of a stream whose last line has no LF; nil where nothing is.
  package mutating func nextAtEnd() -> Range<Int>? {
    if let whole = next() { return whole }
    guard head < storage.count else { return nil }
    let start = head
    head = storage.count
    searched = head
    return start..<withoutCarriageReturn(start..<head)
  }

  /// The bytes of a line that `next` returned.
  @_lifetime(borrow self)
  package func line(_ range: Range<Int>) -> Span<UInt8> { storage.span.extracting(range) }

  /// The next LF's place, or the end.
  private func lineFeed(from start: Int) -> Int {
    storage.span.firstIndex(of: separator, from: start) ?? storage.count
  }

  private func withoutCarriageReturn(_ line: Range<Int>) -> Int {
    let endsInReturn =
      separator == UInt8(ascii: "\n") && !line.isEmpty && storage[line.upperBound - 1] == UInt8(ascii: "\r")
    return endsInReturn ? line.upperBound - 1 : line.upperBound
  }

  private mutating func cutOverlongTail() {
    guard storage.count - head > lineBytesMax + 1 else { return }
    var tail = storage.count
    let floor = max(head, searched)
    while tail > floor, storage[tail - 1] != separator { tail -= 1 }
    let lineStart = tail > floor ? tail : head
    guard storage.count - lineStart > lineBytesMax + 1 else { return }
    storage.removeSubrange((lineStart + lineBytesMax + 1)...)
    isDiscarding = true
  }

  private mutating func reclaim() {
    guard head > 0 else { return }
    if head == storage.count {
      storage.removeAll(keepingCapacity: true)
    } else {
      storage.removeSubrange(0..<head)
    }
    searched -= head
    head = 0
  }

}
