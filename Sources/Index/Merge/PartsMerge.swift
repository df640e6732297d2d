// A merge by parts: threads take one part after the other, merge it and pack its blocks, while the writer, to which this
// belongs, stores what is finished. One thread takes the same way, so there is only one.

internal import CLinux
internal import Dispatch
internal import Platform
internal import Synchronization

/// The threads that merge the parts of a namespace. Used by one thread, the writer's.
struct PartsMerge: ~Copyable {
  private let work: PartsWork
  private let threads: [NamedThread]

  /// Starts the threads. Where the system has too few, fewer than wished do the work.
  ///
  /// - Parameter bits: those that the input is divided by.
  init(_ input: MergeInput, bits: Int, limits: IndexLimits) throws(IndexError) {
    let work = PartsWork(input, bits: bits, limits: limits)
    // The threads' steps are the writer's, which waits for them.
    let mark = WorkMark.current
    var threads: [NamedThread] = []
    for number in 0..<Self.threadCount(input, bits: bits, limits: limits) {
      do throws(SystemFailure) {
        threads.append(
          try NamedThread("merge-\(number)") {
            whichset_lower_priority()
            mark?.listen()
            work.run()
          })
      } catch {
        guard threads.isEmpty else { break }
        throw .system(error)
      }
    }
    (self.work, self.threads) = (work, threads)
  }

  /// Not more than the pieces of runs that they read at a time leave memory for.
  static func threadCount(_ input: MergeInput, bits: Int, limits: IndexLimits) -> Int {
    let pieces = max(1, input.staged.count) * RunFile.pieceBytes
    return max(1, min(limits.mergeThreads, KeyPart.count(bits: bits), limits.mergedPiecesBytes / pieces))
  }

  deinit {
    work.stop()
    for thread in threads { thread.join() }
  }

  /// The blocks that come next in order, waiting for them; nil at the end.
  func next() throws(IndexError) -> [AssembledBlock]? { try work.next() }

  /// What all parts found, when they have ended.
  var tally: MergeTally { work.tally }
}

/// What the threads of a merge share.
private final class PartsWork: Sendable {
  private let input: MergeInput
  private let bits: Int
  private let limits: IndexLimits
  private let parts: Mutex<PartsUnderWay>
  /// Waited for by the writer.
  private let isNew = DispatchSemaphore(value: 0)
  /// What the threads without room wait for, each of them for its own.
  private let waiting = Mutex<[DispatchSemaphore]>([])

  /// Blocks, or bytes, that are handed over together.
  private static let batchBlocks = 64
  private static let batchBytes = 256 << 10

  init(_ input: MergeInput, bits: Int, limits: IndexLimits) {
    self.input = input
    self.bits = bits
    self.limits = limits
    parts = Mutex(PartsUnderWay(count: KeyPart.count(bits: bits), bytesMax: limits.mergedAheadBytes))
  }

  var tally: MergeTally { parts.withLock { $0.tally } }

  // MARK: - The writer's side

  func next() throws(IndexError) -> [AssembledBlock]? {
    while true {
      let next = try parts.withLock { (parts: inout PartsUnderWay) throws(IndexError) in try parts.next() }
      switch next {
      case .blocks(let blocks):
        wake()
        return blocks
      case .end: return nil
      case .wait:
        // Another part may be the first by now.
        wake()
        isNew.wait()
      }
    }
  }

  func stop() {
    parts.withLock { $0.stop() }
    wake()
  }

  /// Has all threads that wait for room look again.
  private func wake() {
    let all = waiting.withLock { waiting in
      defer { waiting = [] }
      return waiting
    }
    for one in all { one.signal() }
  }

  // MARK: - The threads' side

  func run() {
    let compression = Compression()
    let hasRoom = DispatchSemaphore(value: 0)
    do throws(IndexError) {
      while let number = parts.withLock({ $0.take() }) {
        let part = KeyPart(number: number, bits: bits)
        guard let tally = try merge(part, with: compression, hasRoom) else { return }
        parts.withLock { $0.end(number, tally) }
        isNew.signal()
      }
    } catch {
      parts.withLock { $0.fail(error) }
      isNew.signal()
    }
  }

  /// Merges a part and hands its blocks over; nil where the merge was stopped.
  ///
  /// - Parameter hasRoom: the thread's own.
  private func merge(
    _ part: KeyPart, with compression: Compression, _ hasRoom: DispatchSemaphore
  ) throws(IndexError) -> MergeTally? {
    var merge = try BlockMerge(input, part: part, compression: compression)
    var assembler = BlockAssembler(hasSecondHalf: !input.space.isInteger, limits: limits)
    var batch: [AssembledBlock] = []
    var batchBytes = 0
    for block in merge.blocks {
      WorkMark.step()
      guard !parts.withLock({ $0.isStopped }) else { return nil }
      try merge.begin(block)
      while try merge.next() {
        if let finished = try assembler.add(merge.entry, group: merge.listing.span, with: compression) {
          batchBytes += finished.byteCount
          batch.append(finished)
          if batch.count >= Self.batchBlocks || batchBytes >= Self.batchBytes {
            guard handOver(batch, of: part.number, hasRoom) else { return nil }
            (batch, batchBytes) = ([], 0)
          }
        }
      }
    }
    if let last = try assembler.end(with: compression) { batch.append(last) }
    guard batch.isEmpty || handOver(batch, of: part.number, hasRoom) else { return nil }
    return merge.finish()
  }

  /// Waits for room for the blocks; false where the merge was stopped.
  private func handOver(_ blocks: [AssembledBlock], of part: Int, _ hasRoom: DispatchSemaphore) -> Bool {
    while true {
      WorkMark.step()
      let isAdded: Bool? = parts.withLock { parts in
        if parts.isStopped { return nil }
        let isAdded = parts.add(blocks, of: part)
        // Within the lock, so that it is signalled when room is made next.
        if !isAdded { waiting.withLock { $0.append(hasRoom) } }
        return isAdded
      }
      guard let isAdded else { return false }
      if isAdded {
        isNew.signal()
        return true
      }
      hasRoom.wait()
    }
  }
}
