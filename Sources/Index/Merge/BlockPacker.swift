// Packing blocks, and compressing their listings, is half the work where an index is written from one stream of entries, and
// needs nothing but the block: it is done on other cores, while the stream goes on.

internal import CLinux
internal import Dispatch
internal import Glibc
internal import Synchronization

/// Packs blocks on other cores and gives them back in order. Used by one thread.
struct BlockPacker: ~Copyable {
  /// Blocks that go to a core together.
  static let batchBlocks = 64

  private let limits: IndexLimits
  private var batch: [UnpackedBlock] = []
  private var underWay: [PackedBatch] = []
  private let batchesMax = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
  private let compression = Compression()

  /// A packer that has as many batches under way as there are cores.
  init(limits: IndexLimits) { self.limits = limits }

  /// Takes a block.
  ///
  /// - Returns: earlier blocks that are done, in order; usually none.
  mutating func add(_ block: UnpackedBlock) throws(IndexError) -> [AssembledBlock] {
    if block.groups.isEmpty, batch.isEmpty, underWay.isEmpty {
      // Keys alone are packed faster than they are handed over.
      return [try block.packed(limits: limits, with: compression)]
    }
    batch.append(block)
    guard batch.count >= Self.batchBlocks else { return [] }
    let finished = underWay.count == batchesMax ? try underWay.removeFirst().wait() : []
    start()
    return finished
  }

  /// The next blocks that are left, in order; nil at the end.
  mutating func finish() throws(IndexError) -> [AssembledBlock]? {
    if !batch.isEmpty {
      let finished = underWay.count == batchesMax ? try underWay.removeFirst().wait() : []
      start()
      return finished
    }
    return underWay.isEmpty ? nil : try underWay.removeFirst().wait()
  }

  private mutating func start() {
    underWay.append(PackedBatch(batch, limits: limits))
    batch.removeAll(keepingCapacity: true)
  }
}

/// Some blocks that are being packed.
private final class PackedBatch: Sendable {
  private let isDone = DispatchSemaphore(value: 0)
  private let result = Mutex<Result<[AssembledBlock], IndexError>>(.success([]))

  init(_ blocks: [UnpackedBlock], limits: IndexLimits) {
    DispatchQueue.global().async { [self] in
      whichset_lower_priority()
      let compression = Compression()
      let packed = Result { () throws(IndexError) in
        var packed: [AssembledBlock] = []
        for block in blocks { packed.append(try block.packed(limits: limits, with: compression)) }
        return packed
      }
      result.withLock { $0 = packed }
      isDone.signal()
    }
  }

  /// Waits for the blocks.
  func wait() throws(IndexError) -> [AssembledBlock] {
    isDone.wait()
    return try result.withLock { $0 }.get()
  }
}
