// The rows that one core has staged of a load. A load has a lane for each core that takes part, so that no core
// waits for another; what is in them is put together only when they are merged.

internal import CLinux
internal import Dispatch
internal import Synchronization

/// Staged rows in memory, by namespace.
package struct StagingLane: Sendable {
  // One for each namespace number, so that a row finds its own without hashing.
  private var buffers: [StagingBuffer]

  /// An empty lane.
  init(spaces: [UInt8: KeySpace]) {
    buffers = (0...UInt8.max).map { StagingBuffer(hasSecondHalf: spaces[$0]?.isInteger == false) }
  }

  /// Adds a key. `payload` is what the dataset listed for it; empty where that is no more than the key.
  @inline(__always)
  package mutating func append(
    _ key: StoredKey, space: UInt8, isPrimary: Bool, payload: Span<UInt8>
  ) {
    append(key, space: space, isPrimary: isPrimary, parts: StagedPayload(payload))
  }

  /// The same of a payload in parts.
  @inline(__always)
  package mutating func append(
    _ key: StoredKey, space: UInt8, isPrimary: Bool, parts payload: borrowing StagedPayload
  ) {
    buffers[Int(space)].append(key, isPrimary: isPrimary, payload: payload)
  }

  /// Adds keys of images that are no more than that, by their high halves.
  package mutating func append(bareKeys: [UInt64], space: UInt8) {
    buffers[Int(space)].append(bareKeys: bareKeys)
  }

  /// Sorts all rows.
  mutating func sort() {
    for space in buffers.indices where !buffers[space].isEmpty { buffers[space].sort() }
  }

  /// Sorts the rows of a namespace.
  mutating func sort(_ space: UInt8) { buffers[Int(space)].sort() }

  /// The rows of a namespace.
  func rows(_ space: UInt8) -> StagingBuffer { buffers[Int(space)] }

  /// Bytes of the rows, and of the memory that sorting them takes.
  var memoryBytes: Int { buffers.reduce(0) { $0 + $1.memoryBytes } }

  /// How many rows of a form there are.
  func count(_ form: StagedForm) -> Int { buffers.reduce(0) { $0 + $1.count(form) } }

  /// Bytes of the rows that are not bare keys.
  var recordBytes: Int { buffers.reduce(0) { $0 + $1.recordBytes } }

  /// Whether one more block of rows might not fit, whatever memory there is.
  var isFull: Bool { buffers.contains(where: \.isFull) }

  /// The namespaces that have rows.
  var spaces: [UInt8] { buffers.indices.filter { !buffers[$0].isEmpty }.map(UInt8.init) }

  /// Empties the lane.
  mutating func removeAll() {
    for space in buffers.indices where !buffers[space].isEmpty { buffers[space].removeAll() }
  }
}

extension [StagingLane] {
  /// Sorts all rows, each lane on a core.
  mutating func sortOnCores() {
    let slots = map(LaneSlot.init)
    // A lane that stayed here as well would be copied when it is sorted.
    removeAll(keepingCapacity: true)
    DispatchQueue.concurrentPerform(iterations: slots.count) { index in
      // The calling thread, which is one for loads, and Dispatch's, which are used for nothing else.
      whichset_lower_priority()
      slots[index].lane.withLock { $0.sort() }
    }
    for slot in slots { append(slot.lane.withLock { $0 }) }
  }
}

/// A lane while a core sorts it.
private final class LaneSlot: Sendable {
  let lane: Mutex<StagingLane>

  init(_ lane: StagingLane) { self.lane = Mutex(lane) }
}
