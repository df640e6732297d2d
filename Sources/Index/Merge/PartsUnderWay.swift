// The parts of a merge between the threads that merge them and the one that stores what is finished, in order: which part
// is taken next, what waits to be stored, and who has to wait. No thread and no lock of its own.
//
// Invariant: parts are taken in order, and the part to be stored first is never refused room while nothing of it waits.
// So there is always something to be stored, or a thread at work on it, and all end.

/// The state of a merge by parts.
struct PartsUnderWay {
  private let count: Int
  private let bytesMax: Int
  private var taken = 0
  /// The part whose blocks are stored now.
  private var front = 0
  private var parts: [Int: Part] = [:]
  private(set) var waitingBytes = 0
  private(set) var tally = MergeTally()
  private(set) var failure: IndexError?
  private(set) var isStopped = false

  private struct Part {
    var blocks: [AssembledBlock] = []
    var byteCount = 0
    var isEnded = false
  }

  /// What there is to be stored.
  enum Next {
    case blocks([AssembledBlock])
    /// Some thread has to finish a block first.
    case wait
    case end
  }

  /// - Parameter bytesMax: of finished blocks that wait. What comes at once may go beyond it by itself.
  init(count: Int, bytesMax: Int) {
    self.count = count
    self.bytesMax = bytesMax
  }

  /// The next part to be merged; nil where there is none left, or no use in it.
  mutating func take() -> Int? {
    guard !isStopped, taken < count else { return nil }
    parts[taken] = Part()
    taken += 1
    return taken - 1
  }

  /// Takes finished blocks of a part; false where there is no room for them now. Half of the room is kept for the
  /// part to be stored first.
  mutating func add(_ blocks: [AssembledBlock], of part: Int) -> Bool {
    let byteCount = blocks.reduce(0) { $0 + $1.byteCount }
    let isNeeded = part == front && parts[part, default: Part()].blocks.isEmpty
    guard isNeeded || waitingBytes + byteCount <= (part == front ? bytesMax : bytesMax / 2) else {
      return false
    }
    parts[part, default: Part()].blocks += blocks
    parts[part, default: Part()].byteCount += byteCount
    waitingBytes += byteCount
    return true
  }

  /// All blocks of a part have been added.
  mutating func end(_ part: Int, _ tally: MergeTally) {
    parts[part, default: Part()].isEnded = true
    self.tally.add(tally)
  }

  /// A part cannot be merged. The first such failure is the merge's.
  mutating func fail(_ error: IndexError) {
    failure = failure ?? error
    stop()
  }

  /// No part is taken any more.
  mutating func stop() { isStopped = true }

  /// The blocks to be stored next, which wait no more.
  mutating func next() throws(IndexError) -> Next {
    while true {
      if let failure { throw failure }
      guard front < count else { return .end }
      guard let part = parts[front] else { return .wait }
      if !part.blocks.isEmpty {
        parts[front]?.blocks = []
        parts[front]?.byteCount = 0
        waitingBytes -= part.byteCount
        return .blocks(part.blocks)
      }
      guard part.isEnded else { return .wait }
      parts[front] = nil
      front += 1
    }
  }
}
