// Bytes that come in at one end and leave at the other: requests before the socket takes them, answers before
// standard output does. Room in front is reclaimed only when it is most of the buffer, so that each byte is
// moved at most once on average.

/// A queue of bytes.
package struct ByteQueue: Sendable {
  /// Where bytes are appended, and nothing else is done: those before the head are gone already.
  package var storage: [UInt8] = []
  private var head = 0

  package init() {}

  package var count: Int { storage.count - head }

  package var isEmpty: Bool { storage.count == head }

  /// The bytes that wait, oldest first.
  package var bytes: Span<UInt8> {
    @_lifetime(borrow self)
    get { storage.span.extracting(head..<storage.count) }
  }

  /// Drops the oldest `amount` bytes.
  package mutating func removeFirst(_ amount: Int) {
    precondition(amount <= count)
    head += amount
    if isEmpty { removeAll() } else { reclaim() }
  }

  /// Drops all bytes and keeps the room.
  package mutating func removeAll() {
    storage.removeAll(keepingCapacity: true)
    head = 0
  }

  private mutating func reclaim() {
    guard head > 65_536, head > storage.count / 2 else { return }
    storage.removeSubrange(0..<head)
    head = 0
  }
}

extension [UInt8] {
  /// Appends the UTF-8 of a text.
  package mutating func append(_ text: String) { append(contentsOf: text.utf8) }
}
