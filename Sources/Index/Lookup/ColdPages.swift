// An index larger than memory: a lookup then waits for the disk, a page at a time, and everyone behind it waits as
// well. Once that is noticed, the pages of a whole batch are asked for before the first of them is read, so that the
// disk gets as many requests at once as the batch has keys, and a batch waits about as long as one page takes.

internal import CLinux

/// Notices when lookups wait for the disk. One a batch, so one a thread.
struct ColdPages {
  /// Whether the pages of the next batch should be asked for ahead. That is a system call a key, so it is done only as long as batches are slow.
  private(set) var isCold = false
  private var lastFaults = 0
  private var quickBatches = 0

  /// A batch that takes longer than this may have waited for the disk. Sixty-four keys take some 8 microseconds from
  /// memory.
  static let slowNanoseconds = 50_000
  /// So many quick batches in a row end the asking.
  static let quickBatchesMax = 16

  /// Takes note of how long a batch took.
  ///
  /// - Parameter faults: how often this thread has waited for the disk so far; asked for after a slow batch only.
  @inline(__always)
  mutating func note(nanoseconds: Int, faults: @autoclosure () -> Int = whichset_major_faults()) {
    guard nanoseconds > Self.slowNanoseconds else {
      guard isCold else { return }
      quickBatches += 1
      if quickBatches == Self.quickBatchesMax { isCold = false }
      return
    }
    quickBatches = 0
    // Others on the machine make a batch slow as well: what tells is that the thread had to wait for pages.
    let faults = faults()
    if faults > lastFaults { isCold = true }
    lastFaults = faults
  }
}
