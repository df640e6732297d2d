// One namespace's dataset sets while a change is being made: which set a key moves to, how the counts change,
// which records have to be written. Thrown away as a whole if the change fails.

/// The draft of a namespace's dataset sets.
struct SpaceDraft {
  let space: KeySpace
  private(set) var sets: DatasetSets
  private var interner: DatasetSetInterner
  private let base: DatasetSets
  private let setsMax: Int
  private var changed: [Bool]
  // Where keys of a set go, and how many went there. The set's old number leads to the move: when the load's dataset
  // is added, as a primary key or not, and when it is not.
  private var moves: [Move] = []
  private var placesOfMoves: [MoveKind: [UInt32: Int]] = [:]
  private var lastMove: (kind: MoveKind, old: UInt32, place: Int)?
  private var placesOfLosses: [Loss: Int] = [:]
  private var removed: Int?
  /// The new number of each old set, where all of them get one.
  private var renumbered: [UInt32]?
  // Sets that lost a dataset in place may equal another one: keys that are rewritten go to the first of them.
  private var isReduced = false
  /// Images that the index did not have before.
  private(set) var imagesNew = 0
  /// Memberships that the index did not have before.
  private(set) var membershipsNew = 0

  private enum MoveKind {
    case primary
    case secondary
    case settled
  }

  private struct Loss: Hashable {
    let old: UInt32
    let datasets: [Int]
  }

  private struct Move {
    let old: UInt32
    let new: UInt32
    let isImageNew: Bool
    let isMembershipNew: Bool
    var keys = 0
  }

  init(_ space: KeySpace, sets: DatasetSets, setsMax: Int) {
    self.space = space
    self.sets = sets
    base = sets
    self.setsMax = setsMax
    interner = DatasetSetInterner(sets, setsMax: setsMax)
    changed = [Bool](repeating: false, count: sets.count)
  }

  /// A draft whose sets are those that some key has, numbered without gaps; all keys are to be settled in it.
  init(renumbering sets: DatasetSets, of space: KeySpace, setsMax: Int) throws(IndexError) {
    self.init(space, sets: sets, setsMax: setsMax)
    self.sets = DatasetSets()
    interner = DatasetSetInterner(self.sets, setsMax: setsMax)
    var numbers = [UInt32](repeating: 0, count: sets.count)
    for old in 1..<UInt32(max(1, sets.count)) where sets.keyCount(of: old) > 0 {
      let new = try interner.number(of: sets.tokens(of: old), in: &self.sets)
      numbers[Int(old)] = new
      if new > 0 { self.sets.adjust(new, by: sets.keyCount(of: old)) }
    }
    renumbered = numbers
    changed = [Bool](repeating: true, count: self.sets.count)
    changed[0] = false
  }

  /// Takes a dataset out of all sets.
  mutating func remove(dataset: Int) {
    for set in sets.remove(dataset: dataset) { mark(set) }
    interner = DatasetSetInterner(sets, setsMax: setsMax)
    isReduced = true
    removed = dataset
  }

  /// The set to which a key with set `old` (0 for a new key) moves when `dataset` lists it; counts the move. O(1) but
  /// for the first key of each set.
  @inline(__always)
  mutating func add(_ dataset: Int, isPrimary: Bool, to old: UInt32) throws(IndexError) -> UInt32 {
    let kind = isPrimary ? MoveKind.primary : .secondary
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
    if keepsEmpty, sets.size(of: old) == 0 { return old }
    if let renumbered { return renumbered[Int(old)] == 0 ? nil : renumbered[Int(old)] }
    guard isReduced || sets.size(of: old) == 0 else { return old }
    let place = try place(.settled, old) { (draft) throws(IndexError) in
      let new = try draft.interner.number(of: draft.sets.tokens(of: old), in: &draft.sets)
      return Move(old: old, new: new, isImageNew: false, isMembershipNew: false)
    }
    moves[place].keys += 1
    return moves[place].new == 0 ? nil : moves[place].new
  }

  /// The set of a key that leaves some of its datasets; nil if it is in none any more.
  mutating func lose(_ datasets: [Int], from old: UInt32) throws(IndexError) -> UInt32? {
    guard !datasets.isEmpty else { return try settle(old) }
    let loss = Loss(old: old, datasets: datasets)
    let place: Int
    if let known = placesOfLosses[loss] {
      place = known
    } else {
      let tokens = sets.tokens(of: old).filter { !datasets.contains($0.dataset) }
      place = moves.count
      moves.append(
        Move(
          old: old, new: try interner.number(of: tokens, in: &sets), isImageNew: false, isMembershipNew: false
        ))
      placesOfLosses[loss] = place
    }
    moves[place].keys += 1
    return moves[place].new == 0 ? nil : moves[place].new
  }

  /// The place of a move, which is worked out when it is first needed.
  private mutating func place(
    _ kind: MoveKind, _ old: UInt32, _ work: (inout SpaceDraft) throws(IndexError) -> Move
  ) throws(IndexError) -> Int {
    let place: Int
    if let known = placesOfMoves[kind]?[old] {
      place = known
    } else {
      place = moves.count
      moves.append(try work(&self))
      placesOfMoves[kind, default: [:]][old] = place
    }
    lastMove = (kind, old, place)
    return place
  }

  private mutating func move(
    adding dataset: Int, isPrimary: Bool, to old: UInt32
  ) throws(IndexError) -> Move {
    var tokens = sets.tokens(of: old)
    if let place = tokens.firstIndex(where: { $0.dataset == dataset }) {
      tokens[place] = DatasetToken(dataset: dataset, isPrimary: isPrimary || tokens[place].isPrimary)
    } else {
      tokens.append(DatasetToken(dataset: dataset, isPrimary: isPrimary))
      tokens.sort()
    }
    let counts = isPrimary && !space.namesAccounts
    let before = Int(old) < base.count ? base.tokens(of: old).filter(\.isPrimary) : []
    return Move(
      old: old, new: try interner.number(of: tokens, in: &sets), isImageNew: counts && before.isEmpty,
      isMembershipNew: counts && !before.contains { $0.dataset == dataset || $0.dataset == removed })
  }

  /// Carries the moves into the counts of the sets. Called once, when all keys have moved.
  mutating func applyMoves() {
    for move in moves {
      if move.isImageNew { imagesNew += move.keys }
      if move.isMembershipNew { membershipsNew += move.keys }
      guard move.old != move.new else { continue }
      if move.old != 0 {
        sets.adjust(move.old, by: -move.keys)
        mark(move.old)
      }
      if move.new != 0 {
        sets.adjust(move.new, by: move.keys)
        mark(move.new)
      }
    }
    moves = []
    placesOfMoves = [:]
    placesOfLosses = [:]
    lastMove = nil
  }

  private mutating func mark(_ set: UInt32) {
    while changed.count < sets.count { changed.append(false) }
    changed[Int(set)] = true
  }

  /// The numbers of the sets whose record has to be written.
  var changedSets: [UInt32] {
    changed.indices.filter { changed[$0] }.map(UInt32.init)
  }

  /// The numbers of the sets whose record is to be deleted: they are behind those that there are.
  var droppedSets: Range<UInt32> { UInt32(sets.count)..<UInt32(max(sets.count, base.count)) }

  /// Carries the changes into the counts of the index.
  func update(_ counts: inout IndexCounts) {
    for set in changedSets + Array(droppedSets) {
      if Int(set) < base.count {
        counts.add(-base.keyCount(of: set), tokens: base.tokens(of: set).map(\.rawValue), space: space)
      }
      guard Int(set) < sets.count else { continue }
      counts.add(sets.keyCount(of: set), tokens: sets.tokens(of: set).map(\.rawValue), space: space)
    }
  }

  /// The record of a set, as the sub-database `sets` has it.
  func record(of set: UInt32) -> [UInt8] {
    var record: [UInt8] = []
    LittleEndian.append(UInt64(sets.keyCount(of: set)), bytes: 8, to: &record)
    for token in sets.tokens(of: set) { LittleEndian.append(UInt64(token.rawValue), bytes: 2, to: &record) }
    return record
  }
}
