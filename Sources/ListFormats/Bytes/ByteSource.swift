// The bytes of a list, a window of them at a time: what the record splitters read from. The window is
// all that is ever held: its size is fixed, so memory does not grow with the list.

import ByteText
import WireProtocol

/// A sliding window over the bytes of a list.
///
/// `unread` is always a part of `window`; `more` slides it to the front when there is no room behind it.
struct ByteSource: ~Copyable {
  /// The list below.
  private(set) var stream: ListStream
  /// Holds the unread bytes; the rest is room.
  private(set) var window: [UInt8]
  /// Where in `window` the unread bytes are.
  private(set) var unread: Range<Int> = 0..<0
  /// Whether the end of the list has been seen; `unread` may still hold bytes.
  private(set) var ended = false

  /// Opens the list: reads its first bytes and refuses what is no text.
  init(stream: consuming ListStream) throws(ListError) {
    self.stream = stream
    window = [UInt8](repeating: 0, count: ListLimits.windowBytes)
    while unread.count < ListLimits.prefixBytes, try more() {}
    if let refusal = TextCheck.refusal(of: window.span.extracting(unread)) {
      throw self.stream.file.error(refusal.reason, hint: refusal.hint)
    }
  }

  /// A list that is these bytes, at least one.
  init(sample bytes: [UInt8], of name: String) {
    stream = ListStream(endOf: name)
    window = bytes
    unread = 0..<bytes.count
    ended = true
  }

  /// The bytes by which the list is recognised; the same however it came.
  var prefix: Range<Int> {
    unread.lowerBound..<min(unread.upperBound, unread.lowerBound + ListLimits.prefixBytes)
  }

  /// How far into the unread bytes, from `start` on, a byte is; nil if it is not there.
  func distance(to byte: UInt8, from start: Int = 0) -> Int? {
    window.span.extracting(unread).firstIndex(of: byte, from: start)
  }

  /// Takes `count` bytes off the front of the unread ones.
  mutating func consume(_ count: Int) {
    unread = (unread.lowerBound + count)..<unread.upperBound
  }

  /// Adds at least one byte to the unread ones; positions in `window` change.
  ///
  /// - Returns: false at the end of the list.
  mutating func more() throws(ListError) -> Bool {
    guard !ended else { return false }
    precondition(unread.count < window.count, "a record is bounded well below the window")
    if window.count - unread.upperBound < ListLimits.characterBytesMax || unread.isEmpty { slide() }
    let count = try stream.read(into: &window, at: unread.upperBound)
    unread = unread.lowerBound..<(unread.upperBound + count)
    ended = count == 0
    return !ended
  }

  private mutating func slide() {
    // Source and target are both inside the window; `memmove` semantics allow their overlap.
    unsafe window.withUnsafeMutableBufferPointer { buffer in
      let kept = unsafe UnsafeBufferPointer(rebasing: buffer[unread])
      _ = unsafe buffer.update(fromContentsOf: kept)
    }
    unread = 0..<unread.count
  }
}
