// Where the keys of one merge go, or of one part of it: from the dataset set that a key has to the one that it gets, and
// how many keys went that way. The sets themselves are the draft's, which the parts of a merge share: it is asked once
// for each way, so threads hardly ever meet there.

internal import Synchronization

/// A way of keys from one set to another.
struct SetMove: Sendable {
  let old: UInt32
  let new: UInt32
  let isImageNew: Bool
  let isMembershipNew: Bool
  var keys = 0
}

/// The draft of a namespace's sets, as the parts of a merge share it.
final class SharedDraft: Sendable {
  let space: KeySpace
  private let draft: Mutex<SpaceDraft>

  init(_ draft: SpaceDraft) {
    space = draft.space
    self.draft = Mutex(draft)
  }

  /// The draft as it is now.
  var value: SpaceDraft { draft.withLock { $0 } }

  fileprivate func move(
    _ work: (inout SpaceDraft) throws(IndexError) -> SetMove
  ) throws(IndexError) -> SetMove {
    try draft.withLock { (draft: inout SpaceDraft) throws(IndexError) in try work(&draft) }
  }

  fileprivate func apply(_ moves: [SetMove]) { draft.withLock { $0.apply(moves) } }
}

/// The moves of keys. Used by one thread; they are counted in the draft when it has ended (`finish`).
struct SetMoves {
  /// The sets that keys have.
  let sets: DatasetSets
  private let draft: SharedDraft
  private let keepsSets: Bool
  private let renumbered: [UInt32]?
  // Where keys of a set go, and how many went there. The set's old number leads to the move: when the load's dataset
  // is added, as a primary key or not, and when it is not.
  private var moves: [SetMove] = []
  private var placesOfMoves: [Kind: [UInt32: Int]] = [:]
  private var lastMove: (kind: Kind, old: UInt32, place: Int)?
  private var placesOfLosses: [Loss: Int] = [:]

  private enum Kind {
    case primary
    case secondary
    case settled
  }

  private struct Loss: Hashable {
    let old: UInt32
    let datasets: [Int]
  }

  /// No moves.
  init(_ draft: SharedDraft) {
    self.draft = draft
    let value = draft.value
    (sets, keepsSets, renumbered) = (value.sets, !value.isReduced, value.renumbered)
  }

  /// The set to which a key with set `old` (0 for a new key) moves when `dataset` lists it; counts the move. O(1) but
  /// for the first key of each set.
  @inline(__always)
  mutating func add(_ dataset: Int, isPrimary: Bool, to old: UInt32) throws(IndexError) -> UInt32 {
    let kind = isPrimary ? Kind.primary : .secondary
    let place =
      if let lastMove, lastMove.old == old, lastMove.kind == kind {
        lastMove.place
      } else {
        try place(kind, old) { (draft) throws(IndexError) in
          try draft.move(adding: dataset, isPrimary: isPrimary, to: old)
        }
      }
    moves[place].keys += 1
    return moves[place].new
  }

  /// The set of a key that is rewritten without being listed again; nil if it is in no dataset any more.
  ///
  /// - Parameter keepsEmpty: such a key keeps its set, which has none, and is counted there.
  mutating func settle(_ old: UInt32, keepsEmpty: Bool = false) throws(IndexError) -> UInt32? {
    if let renumbered { return renumbered[Int(old)] == 0 ? nil : renumbered[Int(old)] }
    let isEmpty = sets.size(of: old) == 0
    if keepsEmpty, isEmpty { return old }
    guard isEmpty || !keepsSets else { return old }
    let place = try place(.settled, old) { (draft) throws(IndexError) in try draft.move(settling: old) }
    return count(place)
  }

  /// The set of a key that leaves some of its datasets; nil if it is in none any more.
  mutating func lose(_ datasets: [Int], from old: UInt32) throws(IndexError) -> UInt32? {
    guard !datasets.isEmpty else { return try settle(old) }
    let loss = Loss(old: old, datasets: datasets)
    if let place = placesOfLosses[loss] { return count(place) }
    moves.append(
      try draft.move { (draft) throws(IndexError) in try draft.move(losing: datasets, from: old) })
    placesOfLosses[loss] = moves.count - 1
    return count(moves.count - 1)
  }

  /// Counts a key that goes this way; nil where it leaves the index.
  private mutating func count(_ place: Int) -> UInt32? {
    moves[place].keys += 1
    return moves[place].new == 0 ? nil : moves[place].new
  }

  /// The place of a move, which is worked out when it is first needed.
  private mutating func place(
    _ kind: Kind, _ old: UInt32, _ work: (inout SpaceDraft) throws(IndexError) -> SetMove
  ) throws(IndexError) -> Int {
    let place: Int
    if let known = placesOfMoves[kind]?[old] {
      place = known
    } else {
      place = moves.count
      moves.append(try draft.move(work))
      placesOfMoves[kind, default: [:]][old] = place
    }
    lastMove = (kind, old, place)
    return place
  }

  /// Has the draft count all that moved. Once.
  consuming func finish() { draft.apply(moves) }
}
