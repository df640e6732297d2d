// Measures of the index that cost more than a look at a counter: the map, whose free pages LMDB lists, the disk, the
// staged loads. They are kept for a second, so that no number of clients that ask makes them dear.

internal import Index
internal import Synchronization

/// What the index takes and has left.
struct IndexMeasures: Sendable {
  /// Bytes of the map: reserved, in the file, used.
  var map: (sizeBytes: Int, fileBytes: Int, usedBytes: Int)?
  var diskFreeBytes: Int?
  var stagedLoads: Int?
  /// Bytes that they have on the disk.
  var stagedBytes: Int?
}

/// Measures the index, at most once a second.
final class IndexGauges: Sendable {
  private let index: Index
  private let lastMeasured = Mutex<(moment: ContinuousClock.Instant, measures: IndexMeasures)?>(nil)

  private static let age = Duration.seconds(1)

  init(_ index: Index) { self.index = index }

  /// The measures of this second. O(free pages) and a look at each staged load, once a second.
  var measures: IndexMeasures {
    let now = ContinuousClock.now
    if let last = lastMeasured.withLock({ $0 }), now - last.moment < Self.age { return last.measures }
    // Not under the lock: whoever wants what was measured last need not wait for the disk.
    let measures = measure()
    lastMeasured.withLock { $0 = (now, measures) }
    return measures
  }

  /// What was measured last; nothing is measured for it.
  var last: IndexMeasures { lastMeasured.withLock { $0?.measures } ?? IndexMeasures() }

  /// What the system does not give is left out.
  private func measure() -> IndexMeasures {
    var measures = IndexMeasures()
    measures.map = try? index.mapUse()
    measures.diskFreeBytes = try? index.freeDiskBytes()
    guard let names = try? index.stagedLoadNames() else { return measures }
    measures.stagedLoads = names.count
    measures.stagedBytes = names.reduce(0) { sum, name in
      sum + ((try? index.peekLoad(named: name))?.stagedBytes ?? 0)
    }
    return measures
  }
}
