// The counts of a spool's keys, made by several cores: the keys are cut into parts, as for a merge, and each core sweeps over
// parts of its own. One core takes the same way.

internal import CLinux
internal import Dispatch
internal import Synchronization

/// Counts the keys of a spool, each once. Used by one thread at a time.
package struct SpoolCount: ~Copyable {
  private var spool: KeySpool
  private var spaces: ArraySlice<KeySpace>
  private let lanes: [CountingLane]

  /// Distinct keys that were counted.
  package private(set) var keysDone = 0
  /// Keys that came, the same one several times included.
  package let keysTotal: Int

  /// Each core has some parts, so that all have about as much to do.
  private static let partBitsOfCore = 3

  /// Counts of all keys of `spool`, by as many cores as filled it.
  package init(_ spool: consuming KeySpool, in snapshot: Snapshot, labelCount: Int) {
    spaces = spool.spooledSpaces[...]
    keysTotal = spool.count
    lanes = spool.lanes.map { _ in CountingLane(CrossCounts(snapshot, labelCount: labelCount), snapshot) }
    self.spool = spool
  }

  /// Does one step, of some milliseconds; false once all keys are counted.
  package mutating func step() throws(IndexError) -> Bool {
    if !lanes.contains(where: \.hasParts) {
      guard let space = spaces.popFirst() else { return false }
      try begin(space)
    }
    let lanes = lanes
    DispatchQueue.concurrentPerform(iterations: lanes.count) { lane in
      // The calling thread, and Dispatch's, which are used for nothing else.
      whichset_lower_priority()
      lanes[lane].step()
    }
    for lane in lanes { keysDone += try lane.takeOutcome() }
    return !spaces.isEmpty || lanes.contains(where: \.hasParts)
  }

  /// What was counted so far.
  package var counts: CrossCounts {
    var sum = lanes[0].counts
    for lane in lanes.dropFirst() { sum.add(lane.counts) }
    return sum
  }

  private mutating func begin(_ space: KeySpace) throws(IndexError) {
    let isSmall = spool.count(space) <= SweepBatch.stepKeys
    let bits = isSmall ? 0 : Self.partBitsOfCore + (Int.bitWidth - (lanes.count - 1).leadingZeroBitCount)
    var sources = try spool.sources(space)
    try sources.divide(bits: bits)
    let parts = (0..<KeyPart.count(bits: bits)).map { KeyPart(number: $0, bits: bits) }
    for (number, lane) in lanes.enumerated() {
      lane.take(parts.indices.filter { $0 % lanes.count == number }.map { parts[$0] }, of: sources)
    }
  }
}

private final class CountingLane: Sendable {
  private let work: Mutex<CountingWork>

  init(_ counts: consuming sending CrossCounts, _ snapshot: Snapshot) {
    work = Mutex(CountingWork(counts, snapshot))
  }

  var hasParts: Bool { work.withLock { $0.hasParts } }
  var counts: CrossCounts { work.withLock { $0.counts } }

  func take(_ parts: [KeyPart], of sources: StagedSources) { work.withLock { $0.take(parts, of: sources) } }

  func step() { work.withLock { $0.step() } }

  /// How many keys the last step counted.
  func takeOutcome() throws(IndexError) -> Int {
    try work.withLock { work throws(IndexError) in try work.outcome.get() }
  }
}

private struct CountingWork: ~Copyable {
  private(set) var counts: CrossCounts
  private(set) var outcome = Result<Int, IndexError>.success(0)
  private let snapshot: Snapshot
  private var sources: StagedSources?
  private var parts: ArraySlice<KeyPart> = []
  private var merge: StagedMerge?
  private var batch = SweepBatch()

  init(_ counts: CrossCounts, _ snapshot: Snapshot) {
    self.counts = counts
    self.snapshot = snapshot
  }

  var hasParts: Bool { merge != nil || !parts.isEmpty }

  mutating func take(_ parts: [KeyPart], of sources: StagedSources) {
    self.parts = parts[...]
    self.sources = sources
  }

  mutating func step() {
    do throws(IndexError) {
      outcome = .success(try count(SweepBatch.stepKeys))
    } catch {
      outcome = .failure(error)
    }
  }

  /// Counts about so many keys; returns how many they were.
  private mutating func count(_ keys: Int) throws(IndexError) -> Int {
    var done = 0
    while done < keys, var merge = try takeMerge(), let space = sources?.space {
      var shown = 1
      while done < keys, shown > 0 {
        shown = try batch.show(&merge, of: space, in: snapshot, to: &counts)
        done += shown
      }
      if shown > 0 { self.merge = merge }
    }
    return done
  }

  /// The stream at hand, or that of the next part. Out of the optional, in which each look at the group would copy it.
  private mutating func takeMerge() throws(IndexError) -> StagedMerge? {
    if let merge = merge.take() { return merge }
    guard let part = parts.popFirst() else { return nil }
    return try sources?.merge(part)
  }
}
