// A block of rows into staged keys, on several cores: each lane of the load takes pieces of the block. The block is done
// when all pieces are, so blocks stay in their order whatever the number of cores.

internal import ByteText
internal import CLinux
internal import Dispatch
internal import Identifiers
internal import Index
internal import Synchronization
internal import WireProtocol

/// Reads the rows of blocks. Used by one thread at a time.
final class BlockReaders {
  private let slots: [LaneSlot]

  /// - Parameters:
  ///   - lanes: how many lanes the loads have.
  ///   - ruleVersion: of the rules of URLs.
  init(secret: IndexSecret, lanes: Int, ruleVersion: Int) {
    slots = (0..<lanes).map { _ in LaneSlot(secret: secret, ruleVersion: ruleVersion) }
  }

  /// Adds all rows of `body` to the lanes.
  ///
  /// - Parameter pieces: of `body`.
  /// - Returns: the rows that were not taken, by their numbers from 1, in order.
  func read(
    _ body: [UInt8], _ pieces: BlockPieces, into lanes: inout [StagingLane]
  ) -> [(row: Int, rejection: RowRejection)] {
    each(&lanes) { $0.read(body, pieces) }
    var outcomes: [PieceOutcome] = []
    for slot in slots { outcomes += slot.takeOutcomes() }
    outcomes.sort { $0.piece < $1.piece }
    var rejections: [(row: Int, rejection: RowRejection)] = []
    var rowsBefore = 0
    for outcome in outcomes {
      rejections += outcome.rejected.map { (rowsBefore + $0.row, $0.rejection) }
      rowsBefore += outcome.rows
    }
    return rejections
  }

  /// Lends each lane to a core; returns when all are done.
  private func each(_ lanes: inout [StagingLane], _ body: @Sendable (inout LaneWork) -> Void) {
    for (slot, lane) in zip(slots, lanes) { slot.work.withLock { $0.lane = lane } }
    // A lane that stayed here as well would be copied when it is changed.
    lanes.removeAll(keepingCapacity: true)
    let slots = slots
    DispatchQueue.concurrentPerform(iterations: slots.count) { index in
      // The calling thread, and Dispatch's, which are used for nothing else.
      whichset_lower_priority()
      slots[index].work.withLock { body(&$0) }
    }
    for slot in slots { lanes.append(slot.takeLane()) }
  }
}

/// What came of a piece of a block.
private struct PieceOutcome {
  let piece: Int
  var rows = 0
  /// By their numbers in the piece, from 1.
  var rejected: [(row: Int, rejection: RowRejection)] = []
}

private struct LaneWork: ~Copyable {
  var lane: StagingLane?
  var reader: RowReader
  var outcomes: [PieceOutcome] = []
  /// The usual rows of a piece.
  private var photos: [UInt64] = []

  init(_ reader: consuming RowReader) { self.reader = reader }

  /// Adds the rows of pieces to the lane, as long as there are any.
  mutating func read(_ body: [UInt8], _ pieces: BlockPieces) {
    guard var lane = lane.take() else { return }
    while let piece = pieces.take() {
      outcomes.append(read(body.span, in: pieces.ranges[piece], piece, into: &lane))
    }
    self.lane = lane
  }

  private mutating func read(
    _ bytes: Span<UInt8>, in run: Range<Int>, _ piece: Int, into lane: inout StagingLane
  ) -> PieceOutcome {
    var outcome = PieceOutcome(piece: piece)
    var start = run.lowerBound
    while start < run.upperBound {
      outcome.rows += 1
      if let photo = PhotoRow(bytes, from: start) {
        photos.append(photo.key.high)
        start = photo.end + 1
        continue
      }
      if reader.takesPhotoFiles, let file = PhotoFileRow(bytes, from: start) {
        file.stage(bytes, into: &lane)
        start = file.end + 1
        continue
      }
      // The run ends with an LF.
      let end = bytes.firstIndex(of: UInt8(ascii: "\n"), from: start)!
      if let rejection = reader.read(bytes.extracting(start..<end), into: &lane) {
        outcome.rejected.append((outcome.rows, rejection))
      }
      start = end + 1
    }
    lane.append(bareKeys: photos, space: PhotoRow.namespace.rawValue)
    photos.removeAll(keepingCapacity: true)
    return outcome
  }
}

private final class LaneSlot: Sendable {
  let work: Mutex<LaneWork>

  init(secret: IndexSecret, ruleVersion: Int) {
    work = Mutex(LaneWork(RowReader(secret: secret, ruleVersion: ruleVersion)))
  }

  /// The lane, which is in the slot while it is worked on.
  func takeLane() -> StagingLane { work.withLock { $0.lane.take()! } }

  /// What came of the pieces that were read since the last time.
  func takeOutcomes() -> [PieceOutcome] {
    work.withLock { work in
      defer { work.outcomes = [] }
      return work.outcomes
    }
  }
}
