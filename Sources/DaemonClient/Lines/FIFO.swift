// Queues of things that wait for their reply, in the order of their requests.

import ByteText
import Console

/// First in, first out; both ends in O(1) amortised.
package struct FIFO<Element> {
  private var storage: [Element] = []
  private var head = 0

  package init() {}

  package var count: Int { storage.count - head }

  package var isEmpty: Bool { head == storage.count }

  package var first: Element? { isEmpty ? nil : storage[head] }

  package mutating func append(_ element: Element) { storage.append(element) }

  package mutating func popFirst() -> Element? {
    guard let element = first else { return nil }
    head += 1
    if head == storage.count || head > 4_096 && head > storage.count / 2 {
      storage.removeSubrange(0..<head)
      head = 0
    }
    return element
  }
}

extension FIFO: Sendable where Element: Sendable {}

/// Inputs that wait for their answer, their bytes side by side.
package struct InputQueue {
  private var bytes = ByteQueue()
  private var lengths = FIFO<Int>()

  package init() {}

  package var count: Int { lengths.count }

  /// Their bytes.
  package var byteCount: Int { bytes.count }

  package mutating func append(_ input: Span<UInt8>) {
    lengths.append(input.count)
    bytes.storage.append(input)
  }

  /// The oldest input; empty where none waits.
  package var first: Span<UInt8> {
    @_lifetime(borrow self)
    get { bytes.bytes.extracting(0..<(lengths.first ?? 0)) }
  }

  /// Drops the oldest input.
  package mutating func removeFirst() {
    if let length = lengths.popFirst() { bytes.removeFirst(length) }
  }
}
