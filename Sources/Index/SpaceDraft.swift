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
  // Where a key of a set goes when the load's dataset is added to it, by the old set; primary and secondary.
  private var moves: [[UInt32: Move]] = [[:], [:]]
  private var removed: Int?
  /// Images that the index did not have before.
  private(set) var imagesNew = 0
  /// Memberships that the index did not have before.
  private(set) var membershipsNew = 0

  private struct Move {
    let set: UInt32
    let isImageNew: Bool
    let isMembershipNew: Bool
  }
  // Sets that lost a dataset in place may equal another one: keys that are rewritten go to the first of them.
  private var settled: [UInt32: UInt32] = [:]
  private var isReduced = false

  init(_ space: KeySpace, sets: DatasetSets, setsMax: Int) {
    self.space = space
    self.sets = sets
    base = sets
    self.setsMax = setsMax
    interner = DatasetSetInterner(sets, setsMax: setsMax)
    changed = [Bool](repeating: false, count: sets.count)
  }

  /// Takes a dataset out of all sets.
  mutating func remove(dataset: Int) {
    for set in sets.remove(dataset: dataset) { mark(set) }
    interner = DatasetSetInterner(sets, setsMax: setsMax)
    isReduced = true
    removed = dataset
  }

  /// The set to which a key with set `old` (0 for a new key) moves when `dataset` lists it; counts the move.
  mutating func add(_ dataset: Int, isPrimary: Bool, to old: UInt32) throws(IndexError) -> UInt32 {
    let move: Move
    if let known = moves[isPrimary ? 1 : 0][old] {
      move = known
    } else {
      var tokens = sets.tokens(of: old)
      if let place = tokens.firstIndex(where: { $0.dataset == dataset }) {
        tokens[place] = DatasetToken(dataset: dataset, isPrimary: isPrimary || tokens[place].isPrimary)
      } else {
        tokens.append(DatasetToken(dataset: dataset, isPrimary: isPrimary))
        tokens.sort()
      }
      let counts = isPrimary && !space.namesAccounts
      let before = Int(old) < base.count ? base.tokens(of: old).filter(\.isPrimary) : []
      move = Move(
        set: try interner.number(of: tokens, in: &sets), isImageNew: counts && before.isEmpty,
        isMembershipNew: counts && !before.contains { $0.dataset == dataset || $0.dataset == removed })
      moves[isPrimary ? 1 : 0][old] = move
    }
    if move.isImageNew { imagesNew += 1 }
    if move.isMembershipNew { membershipsNew += 1 }
    count(from: old, to: move.set)
    return move.set
  }

  /// The set of a key that is rewritten without being listed anew; nil if it is in no dataset any more.
  mutating func settle(_ old: UInt32) throws(IndexError) -> UInt32? {
    guard isReduced || sets.size(of: old) == 0 else { return old }
    var new: UInt32
    if let known = settled[old] {
      new = known
    } else {
      new = try interner.number(of: sets.tokens(of: old), in: &sets)
      settled[old] = new
    }
    count(from: old, to: new)
    return new == 0 ? nil : new
  }

  private mutating func count(from old: UInt32, to new: UInt32) {
    guard old != new else { return }
    if old != 0 {
      sets.adjust(old, by: -1)
      mark(old)
    }
    if new != 0 {
      sets.adjust(new, by: 1)
      mark(new)
    }
  }

  private mutating func mark(_ set: UInt32) {
    while changed.count < sets.count { changed.append(false) }
    changed[Int(set)] = true
  }

  /// The numbers of the sets whose record has to be written.
  var changedSets: [UInt32] {
    changed.indices.filter { changed[$0] }.map(UInt32.init)
  }

  /// Carries the changes into the counts of the index.
  func update(_ counts: inout IndexCounts) {
    for set in changedSets {
      if Int(set) < base.count {
        counts.add(-base.keyCount(of: set), tokens: base.tokens(of: set).map(\.rawValue), space: space)
      }
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
