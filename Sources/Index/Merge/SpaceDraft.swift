// One namespace's dataset sets while a change is being made: which set a key moves to, how the counts change,
// which records have to be written. Thrown away as a whole if the change fails.

/// The draft of a namespace's dataset sets.
struct SpaceDraft: Sendable {
  let space: KeySpace
  private(set) var sets: DatasetSets
  private var interner: DatasetSetInterner
  private let base: DatasetSets
  private let setsMax: Int
  private var changed: [Bool]
  private var removed: Int?
  /// The new number of each old set, where all of them get one.
  private(set) var renumbered: [UInt32]?
  // Sets that lost a dataset in place may equal another one: keys that are rewritten go to the first of them.
  private(set) var isReduced = false
  /// Images that the index did not have before.
  private(set) var imagesNew = 0
  /// Memberships that the index did not have before.
  private(set) var membershipsNew = 0

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

  /// The move of keys that are rewritten without being listed again.
  mutating func move(settling old: UInt32) throws(IndexError) -> SetMove {
    try move(old, to: sets.tokens(of: old))
  }

  /// The move of keys that leave some of their datasets.
  mutating func move(losing datasets: [Int], from old: UInt32) throws(IndexError) -> SetMove {
    try move(old, to: sets.tokens(of: old).filter { !datasets.contains($0.dataset) })
  }

  private mutating func move(_ old: UInt32, to tokens: [DatasetToken]) throws(IndexError) -> SetMove {
    SetMove(
      old: old, new: try interner.number(of: tokens, in: &sets), isImageNew: false, isMembershipNew: false)
  }

  /// The move of keys of a set, 0 for new keys, that `dataset` lists.
  mutating func move(
    adding dataset: Int, isPrimary: Bool, to old: UInt32
  ) throws(IndexError) -> SetMove {
    var tokens = sets.tokens(of: old)
    if let place = tokens.firstIndex(where: { $0.dataset == dataset }) {
      tokens[place] = DatasetToken(dataset: dataset, isPrimary: isPrimary || tokens[place].isPrimary)
    } else {
      tokens.append(DatasetToken(dataset: dataset, isPrimary: isPrimary))
      tokens.sort()
    }
    let counts = isPrimary && !space.namesAccounts
    let before = Int(old) < base.count ? base.tokens(of: old).filter(\.isPrimary) : []
    return SetMove(
      old: old, new: try interner.number(of: tokens, in: &sets), isImageNew: counts && before.isEmpty,
      isMembershipNew: counts && !before.contains { $0.dataset == dataset || $0.dataset == removed })
  }

  /// Carries moves into the counts of the sets.
  mutating func apply(_ moves: [SetMove]) {
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
