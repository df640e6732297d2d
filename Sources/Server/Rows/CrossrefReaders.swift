// The rows of a block into keys in a spool, on several cores: each lane takes pieces of the block, and looks their keys
// up where the reply has to tell which rows match. The block is done when all pieces are.

internal import ByteText
internal import Dispatch
internal import Identifiers
internal import Index
internal import IndexKeys
internal import Synchronization
internal import WireProtocol

/// What came of a block.
struct CrossrefBlock {
  var invalid = 0
  var unresolvable = 0
  /// Both by label.
  var rejected = LabelCounts()
  var reply = ItemsRequest.Reply(count: 0, lines: [])
  /// In a gateway, where the reply has to tell which rows match: the keys, and their rows in the block, from 1.
  var images: [(row: Int, key: NamespacedKey)] = []
}

/// Reads the rows of one cross-reference. Used by one thread at a time.
final class CrossrefReaders: Sendable {
  private let snapshot: Snapshot
  private let isDistant: Bool
  private let slots: [CrossrefLane]

  init(
    labels: CrossrefLabels, snapshot: Snapshot, distant: (any DistantIndex)? = nil, lanes: Int,
    ruleVersion: Int
  ) {
    self.snapshot = snapshot
    isDistant = distant != nil
    slots = (0..<lanes).map { _ in
      CrossrefLane(
        CrossrefReader(
          labels: labels, secret: snapshot.secret, distant: distant, ruleVersion: ruleVersion))
    }
  }

  /// Adds the keys of all rows of `body` to the lanes.
  ///
  /// - Parameter count: how many rows it has to have.
  func read(
    _ body: [UInt8], rows count: Int, into lanes: inout [StagingLane], givesMatches: Bool
  ) throws(ProtocolError) -> CrossrefBlock {
    let pieces = try BlockPieces(body, rows: count, cores: slots.count)
    for (slot, lane) in zip(slots, lanes) { slot.work.withLock { $0.lane = lane } }
    // A lane that stayed here as well would be copied when it is changed.
    lanes.removeAll(keepingCapacity: true)
    let slots = slots
    let matching: Matching = !givesMatches ? .none : isDistant ? .kept : .found(in: snapshot)
    DispatchQueue.concurrentPerform(iterations: slots.count) { index in
      slots[index].work.withLock { $0.read(body, pieces, matching) }
    }
    var block = CrossrefBlock()
    var found: [CrossrefPiece] = []
    var refusal: ProtocolError?
    for slot in slots {
      slot.work.withLock { work in
        lanes.append(work.lane.take()!)
        block.invalid += work.invalid
        block.unresolvable += work.unresolvable
        block.rejected.add(work.rejected)
        found += work.pieces
        refusal = refusal ?? work.refusal
        work.reset()
      }
    }
    if let refusal { throw refusal }
    var matches: [UInt8] = []
    var (rowsBefore, matchCount) = (0, 0)
    for piece in found.sorted(by: { $0.number < $1.number }) {
      for match in piece.matches { Self.append(match, rowsBefore, snapshot, to: &matches) }
      block.images += piece.images.map { (rowsBefore + $0.row, $0.key) }
      rowsBefore += piece.rows
      matchCount += piece.matches.count
    }
    block.reply = ItemsRequest.Reply(count: matchCount, lines: matches)
    return block
  }

  private static func append(
    _ match: CrossrefMatch, _ rowsBefore: Int, _ snapshot: Snapshot, to output: inout [UInt8]
  ) {
    output.append(contentsOf: "\(rowsBefore + match.row)\t".utf8)
    snapshot.appendSlugs(of: match.set, space: match.space, to: &output)
    output.append(UInt8(ascii: "\n"))
  }
}

/// How it is told which rows match.
private enum Matching {
  case none
  case found(in: Snapshot)
  /// The keys are kept, for a lookup elsewhere.
  case kept
}

/// A row whose key is in some dataset.
private struct CrossrefMatch {
  /// Its number in the piece, from 1.
  let row: Int
  let set: UInt32
  let space: UInt8
}

/// What was found in a piece of a block.
private struct CrossrefPiece {
  let number: Int
  var rows = 0
  var matches: [CrossrefMatch] = []
  /// By their rows in the piece, from 1.
  var images: [(row: Int, key: NamespacedKey)] = []
}

private final class CrossrefLane: Sendable {
  let work: Mutex<CrossrefWork>

  init(_ reader: consuming sending CrossrefReader) { work = Mutex(CrossrefWork(reader)) }
}

private struct CrossrefWork: ~Copyable {
  var lane: StagingLane?
  private var reader: CrossrefReader
  private var batch = LookupBatch()
  private var batchRows: [Int] = []
  var invalid = 0
  var unresolvable = 0
  var rejected = LabelCounts()
  var pieces: [CrossrefPiece] = []
  private var piece = CrossrefPiece(number: 0)
  /// Why the block cannot be taken.
  var refusal: ProtocolError?

  init(_ reader: consuming CrossrefReader) { self.reader = reader }

  /// Forgets the last block.
  mutating func reset() {
    (invalid, unresolvable) = (0, 0)
    rejected = LabelCounts()
    pieces = []
  }

  /// Adds the keys of the rows of pieces to the lane, as long as there are any.
  mutating func read(_ body: [UInt8], _ pieces: BlockPieces, _ matching: Matching) {
    guard var lane = lane.take() else { return }
    while let number = pieces.take() {
      piece = CrossrefPiece(number: number)
      do throws(ProtocolError) {
        try read(body.span, in: pieces.ranges[number], matching, into: &lane)
      } catch {
        refusal = error
      }
      if case .found(let snapshot) = matching { flush(snapshot) }
      self.pieces.append(piece)
    }
    self.lane = lane
  }

  private mutating func read(
    _ bytes: Span<UInt8>, in run: Range<Int>, _ matching: Matching, into lane: inout StagingLane
  ) throws(ProtocolError) {
    var start = run.lowerBound
    while start < run.upperBound {
      piece.rows += 1
      if let photo = PhotoRow(bytes, from: start) {
        take(NamespacedKey(namespace: PhotoRow.namespace, key: photo.key), label: 0, matching, into: &lane)
        start = photo.end + 1
        continue
      }
      if reader.takesPhotoFiles, let file = PhotoFileRow(bytes, from: start) {
        take(NamespacedKey(namespace: PhotoRow.namespace, key: file.key), label: 0, matching, into: &lane)
        start = file.end + 1
        continue
      }
      // The run ends with an LF.
      let end = bytes.firstIndex(of: UInt8(ascii: "\n"), from: start)!
      switch try reader.read(bytes.extracting(start..<end)) {
      case .image(let key, let label): take(key, label: label, matching, into: &lane)
      case .invalid(let label):
        invalid += 1
        rejected.add(1, to: label)
      case .unresolvable(let label):
        unresolvable += 1
        rejected.add(1, to: label)
      }
      start = end + 1
    }
  }

  @inline(__always)
  private mutating func take(
    _ key: NamespacedKey, label: UInt16, _ matching: Matching, into lane: inout StagingLane
  ) {
    KeySpool.append(key.key, space: key.namespace.rawValue, label: label, to: &lane)
    switch matching {
    case .none: break
    case .found(let snapshot): look(up: key, in: snapshot)
    case .kept: piece.images.append((piece.rows, key))
    }
  }

  private mutating func look(up key: NamespacedKey, in snapshot: Snapshot) {
    batch.append(key.key, space: key.namespace.rawValue)
    batchRows.append(piece.rows)
    if batch.count == LookupBatch.capacity { flush(snapshot) }
  }

  private mutating func flush(_ snapshot: Snapshot) {
    guard batch.count > 0 else { return }
    snapshot.look(up: &batch)
    for index in 0..<batch.count {
      let (set, space) = (batch.set(at: index), batch.space(at: index))
      if snapshot.isDamaged(set, space: space) { refusal = .damagedKey }
      if snapshot.isHit(set, space: space) {
        piece.matches.append(CrossrefMatch(row: batchRows[index], set: set, space: space))
      }
    }
    batch.removeAll()
    batchRows.removeAll(keepingCapacity: true)
  }
}

/// A count for each label that has one.
struct LabelCounts: Equatable {
  private var counts: [Int] = []

  subscript(label: Int) -> Int { label < counts.count ? counts[label] : 0 }

  mutating func add(_ count: Int, to label: UInt16) {
    let label = Int(label)
    if label >= counts.count { counts += [Int](repeating: 0, count: label + 1 - counts.count) }
    counts[label] += count
  }

  mutating func add(_ other: LabelCounts) {
    for (label, count) in other.counts.enumerated() where count > 0 { add(count, to: UInt16(label)) }
  }
}
