// A block of rows into staged keys, on several cores: each lane of the load takes a run of whole rows. The block is
// done when all lanes are, so blocks stay in their order whatever the number of cores.

internal import ByteText
internal import CLinux
internal import Dispatch
internal import Identifiers
internal import Index
internal import WireProtocol
internal import Synchronization

/// Reads the rows of blocks. Used by one thread at a time.
final class BlockReaders {
  private let slots: [LaneSlot]

  /// - Parameters:
  ///   - lanes: how many lanes the loads have.
  ///   - ruleVersion: of the rules of URLs.
  init(secret: IndexSecret, lanes: Int, ruleVersion: Int) {
    slots = (0..<lanes).map { _ in LaneSlot(secret: secret, ruleVersion: ruleVersion) }
  }

  /// Adds all rows of `body`, each of which ends with an LF, to the lanes.
  ///
  /// - Returns: the rows that were not taken, by their numbers from 1, in order.
  func read(_ body: [UInt8], into lanes: inout [StagingLane]) -> [(row: Int, rejection: RowRejection)] {
    let pieces = Self.split(body, count: lanes.count)
    each(&lanes) { $0.read(body, in: pieces[$1]) }
    var rejections: [(row: Int, rejection: RowRejection)] = []
    var rowsBefore = 0
    for slot in slots {
      let (rows, rejected) = slot.takeOutcome()
      rejections += rejected.map { (rowsBefore + $0.row, $0.rejection) }
      rowsBefore += rows
    }
    return rejections
  }

  /// Lends each lane to a core; returns when all are done.
  private func each(_ lanes: inout [StagingLane], _ body: @Sendable (inout LaneWork, Int) -> Void) {
    for (slot, lane) in zip(slots, lanes) { slot.work.withLock { $0.lane = lane } }
    // A lane that stayed here as well would be copied when it is changed.
    lanes.removeAll(keepingCapacity: true)
    let slots = slots
    DispatchQueue.concurrentPerform(iterations: slots.count) { index in
      // The calling thread, and Dispatch's, which are used for nothing else.
      whichset_lower_priority()
      slots[index].work.withLock { body(&$0, index) }
    }
    for slot in slots { lanes.append(slot.takeLane()) }
  }

  /// Cuts whole rows into `count` runs of about the same size, some of which may be empty.
  static func split(_ body: [UInt8], count: Int) -> [Range<Int>] {
    var start = 0
    return (1...count).map { piece in
      var end = max(start, body.count * piece / count)
      if end > start, end < body.count {
        end = (body.span.firstIndex(of: UInt8(ascii: "\n"), from: end - 1) ?? body.count - 1) + 1
      }
      defer { start = end }
      return start..<end
    }
  }
}

private struct LaneWork: ~Copyable {
  var lane: StagingLane?
  var reader: RowReader
  var rows = 0
  var rejected: [(row: Int, rejection: RowRejection)] = []
  /// The usual rows of the run.
  private var photos: [UInt64] = []

  init(_ reader: consuming RowReader) { self.reader = reader }

  /// Adds the rows in a run of `body` to the lane.
  mutating func read(_ body: [UInt8], in run: Range<Int>) {
    guard var lane = lane.take() else { return }
    let bytes = body.span
    var start = run.lowerBound
    while start < run.upperBound {
      rows += 1
      if let photo = PhotoRow(bytes, from: start) {
        photos.append(photo.key.high)
        start = photo.end + 1
        continue
      }
      // The run ends with an LF.
      let end = bytes.firstIndex(of: UInt8(ascii: "\n"), from: start)!
      if let rejection = reader.read(bytes.extracting(start..<end), into: &lane) {
        rejected.append((rows, rejection))
      }
      start = end + 1
    }
    lane.append(bareKeys: photos, space: PhotoRow.namespace.rawValue)
    photos.removeAll(keepingCapacity: true)
    self.lane = lane
  }
}

private final class LaneSlot: Sendable {
  let work: Mutex<LaneWork>

  init(secret: IndexSecret, ruleVersion: Int) {
    work = Mutex(LaneWork(RowReader(secret: secret, ruleVersion: ruleVersion)))
  }

  /// The lane, which is in the slot while it is worked on.
  func takeLane() -> StagingLane { work.withLock { $0.lane.take()! } }

  /// How many rows were read, and which were not taken, since the last time.
  func takeOutcome() -> (rows: Int, rejected: [(row: Int, rejection: RowRejection)]) {
    work.withLock { work in
      let outcome = (work.rows, work.rejected)
      work.rows = 0
      work.rejected = []
      return outcome
    }
  }
}
