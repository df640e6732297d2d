// Counters that one thread writes and any thread reads. Adding is a load and a store, without a locked instruction,
// since nobody else writes; a reader sees each counter as it was a moment ago, not all of them of one moment.

internal import Synchronization

/// A fixed number of counters, all 0 at first. Only one thread at a time may add.
@safe final class CounterTable: Sendable {
  let count: Int
  // Safe: the pointer never changes, and what it points to are atomics.
  private nonisolated(unsafe) let counters: UnsafeMutablePointer<Atomic<Int>>

  /// Tables of two threads have no cache line in common, nor two that the processor fetches as a pair.
  private static let alignment = 128

  init(count: Int) {
    self.count = count
    let bytes = count * MemoryLayout<Atomic<Int>>.stride
    // Safe: room for all counters, each of which is initialised here; freed in deinit.
    let memory = UnsafeMutableRawPointer.allocate(
      byteCount: (bytes + Self.alignment - 1) / Self.alignment * Self.alignment, alignment: Self.alignment)
    unsafe counters = memory.bindMemory(to: Atomic<Int>.self, capacity: count)
    for index in 0..<count { unsafe (counters + index).initialize(to: Atomic(0)) }
  }

  deinit {
    unsafe counters.deinitialize(count: count)
    unsafe counters.deallocate()
  }

  /// Adds to a counter; only the table's own thread may.
  @inline(__always)
  func add(_ amount: Int, at index: Int) {
    precondition(index >= 0 && index < count)
    // Safe: within the table.
    let value = unsafe counters[index].load(ordering: .relaxed)
    unsafe counters[index].store(value &+ amount, ordering: .relaxed)
  }

  subscript(index: Int) -> Int {
    precondition(index >= 0 && index < count)
    return unsafe counters[index].load(ordering: .relaxed)  // safe: within the table
  }
}
