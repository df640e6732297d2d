// Lines that are a URL and then numbers. A URL may hold the separator itself, so the numbers are taken off the
// end of the line.

import ByteText

/// Where a URL ends that numbers follow.
struct NumberTail {
  /// The end of what stands before the numbers.
  let start: Int
  /// How many numbers follow; in a cut line the last may be empty.
  let count: Int

  /// Takes at most `countMax` numbers off the end of `line`.
  init(of line: Span<UInt8>, separator: UInt8, countMax: Int) {
    var start = line.count
    var count = 0
    while count < countMax, let place = line.lastIndex(of: separator, before: start),
      Self.isNumber(line, place + 1, start)
    {
      start = place
      count += 1
    }
    self.start = start
    self.count = count
  }

  private static func isNumber(_ line: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    for index in start..<end {
      let byte = line[index]
      guard byte &- 0x30 < 10 || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".") else { return false }
    }
    return true
  }
}
