// The one writer: every change of the index goes through it, on one thread, one after the other. A change ends
// with one LMDB transaction that makes all of it visible; before that nothing of it can be seen, and if it fails
// nothing of it stays but blocks of unfinished generations, which are swept.
//
// Invariant: from before its first commit until the change's last one has returned, a new generation is in `garbage`,
// and noted in `meta` as unfinished; so whatever fails in between, it is swept and never added to.
//
// How a load is merged is in `IndexWriter+Merge.swift`, folding in `IndexWriter+Fold.swift`, sweeping in
// `IndexWriter+Sweep.swift`.

internal import LMDB
internal import Synchronization

/// What a load changed.
package struct LoadOutcome: Equatable, Sendable {
  /// Whether the dataset had this list already, so that nothing changed.
  package var isUnchanged = false
  /// The record of the list.
  package var list: ListRecord
  /// Images of which a row was left out, since it names a suppressed key.
  package var imagesLeftOut = 0
}

/// What a removal took away.
package struct RemovalOutcome: Equatable, Sendable {
  /// Images that the index holds fewer.
  package var images: Int
  /// Memberships that the index holds fewer.
  package var memberships: Int
}

/// The writer of an index. It stays on one thread; there is one an index.
package final class IndexWriter {
  let index: Index
  let compression = Compression()
  /// What payloads say of other keys.
  let listedKeys: any ListedKeys
  /// Sub-databases to be swept.
  var garbage: [String]
  /// How far the young levels that are being folded are: the key up to which, nil for none yet.
  var folding: [UInt8: StoredKey?] = [:]
  /// How far the blocks of each namespace are mapped.
  var warmed: [UInt8: (generation: Int, nextBlock: Int)] = [:]

  /// The writer of `index`; make only one.
  package init(_ index: Index, listedKeys: any ListedKeys) {
    self.index = index
    self.listedKeys = listedKeys
    garbage = index.leftovers
  }

  var environment: Environment { index.environment }
  var limits: IndexLimits { index.limits }

  /// Makes a load visible: all of it, in one step.
  ///
  /// If the dataset has a list with this digest already that was read alike, nothing changes.
  /// - Parameters:
  ///   - sha256: the list's digest in hex, empty where unknown.
  ///   - ruleVersion: of the rules by which the keys were made.
  ///   - now: seconds since 1970, UTC.
  ///   - record: what the dataset's record has for the load's own list.
  package func commit(
    _ load: inout StagedLoad, sha256: String, ruleVersion: Int, now: Int,
    record: (ListRecord) -> [ListRecord] = { [$0] }
  ) throws(IndexError) -> LoadOutcome {
    try checkMayChange()
    let manifest = load.manifest
    let before = index.state.withLock { $0 }
    let standing = before.datasets.values.first { $0.slug == manifest.slug }
    if let list = Self.unchangedList(of: standing, manifest, sha256: sha256, ruleVersion: ruleVersion) {
      return LoadOutcome(isUnchanged: true, list: list)
    }
    if manifest.mode == .create, standing?.lists.isEmpty == false { throw .hasList(manifest.slug) }
    try index.checkRoom(toMerge: load)
    try checkMap()

    var state = before
    state.version += 1
    var dataset = try target(of: manifest, standing: standing, in: &state)
    var drafts: [UInt8: SpaceDraft] = [:]
    if manifest.mode == .replace, let standing {
      // To rebuild a dataset's keys takes nothing away.
      if manifest.source != LoadManifest.reindexSource { state.noteRemains(now, ofErasure: false) }
      state.datasets[standing.number] = nil
      for space in state.spaces.values {
        var draft = SpaceDraft(space, sets: state.sets[Int(space.id)], setsMax: limits.datasetSetsMax)
        draft.remove(dataset: standing.number)
        drafts[space.id] = draft
      }
    }
    state.datasets[dataset.number] = dataset

    var change = PendingChange(state: state, dataset: dataset.number)
    let filter = try SuppressionFilter(
      SuppressedKeys(state.suppressions, state.keyrings), for: &load, listed: listedKeys)
    for space in load.stagedSpaces {
      let draft =
        drafts[space.id]
        ?? SpaceDraft(space, sets: state.sets[Int(space.id)], setsMax: limits.datasetSetsMax)
      drafts[space.id] = try prepare(draft, &load, filter, change: &change)
    }
    for draft in drafts.values {
      draft.update(&change.state.counts)
      change.state.sets[Int(draft.space.id)] = draft.sets
    }

    var list = ListRecord()
    list.name = manifest.name
    list.format = manifest.format
    list.sha256 = sha256
    list.source = manifest.source
    list.byteCount = manifest.byteCount
    list.rows = load.accepted
    list.rejected = load.rejected
    list.imagesNew = drafts.values.reduce(0) { $0 + $1.imagesNew }
    list.membershipsNew = drafts.values.reduce(0) { $0 + $1.membershipsNew }
    list.loadedAt = now
    list.ruleVersion = ruleVersion
    dataset.lists += record(list)
    // A rebuilt dataset keeps its lists as they are.
    if manifest.source != LoadManifest.reindexSource, let last = dataset.lists.indices.last {
      dataset.lists[last].token = manifest.token
    }
    change.state.datasets[dataset.number] = dataset
    try finish(
      change, drafts: Array(drafts.values), removed: manifest.mode == .replace ? standing?.number : nil)
    return LoadOutcome(list: list, imagesLeftOut: change.imagesLeftOut)
  }

  /// Puts the keys of a load in the place of a dataset's own, and keeps the records of its lists.
  ///
  /// - Parameters:
  ///   - dataset: as it was when the load's rows were taken from it.
  ///   - load: replaces.
  /// - Returns: false, and nothing is changed, where the dataset has got or lost a list since, or is gone.
  package func rebuild(_ dataset: DatasetRecord, from load: inout StagedLoad, ruleVersion: Int)
    throws(IndexError) -> Bool
  {
    let standing = index.snapshot.datasets[dataset.number]
    guard standing?.slug == dataset.slug, standing?.lists == dataset.lists else { return false }
    _ = try commit(&load, sha256: "", ruleVersion: ruleVersion, now: 0) { _ in
      dataset.lists.map { list in
        var list = list
        list.ruleVersion = ruleVersion
        return list
      }
    }
    return true
  }

  /// The list that makes a load superfluous, if there is one: of the same bytes, read in the same way, by the same rules.
  package static func unchangedList(
    of dataset: DatasetRecord?, _ load: LoadManifest, sha256: String, ruleVersion: Int
  ) -> ListRecord? {
    guard let dataset, !sha256.isEmpty, load.mode != .replace else { return nil }
    return dataset.lists.first { list in
      list.sha256 == sha256 && list.ruleVersion == ruleVersion
        && (load.format.isEmpty || load.format == list.format)
    }
  }

  /// The dataset that a load's rows get.
  private func target(
    of manifest: LoadManifest, standing: DatasetRecord?, in state: inout IndexState
  ) throws(IndexError) -> DatasetRecord {
    if let standing, manifest.mode != .replace { return standing }
    let isNew = standing == nil
    var dataset = DatasetRecord(
      number: try takeNumber(in: &state, isNew: isNew), slug: manifest.slug)
    // What is known of the dataset outlives its list.
    dataset.fields = standing?.fields ?? [:]
    return dataset
  }

  private func takeNumber(in state: inout IndexState, isNew: Bool) throws(IndexError) -> Int {
    guard !isNew || state.datasets.count < limits.datasetsMax else {
      throw .full("an index holds at most \(limits.datasetsMax) datasets")
    }
    guard state.nextDataset < IndexLimits.datasetNumbers else {
      throw .full(
        "all \(IndexLimits.datasetNumbers - 1) dataset numbers have been used; load the lists into a new index"
      )
    }
    state.nextDataset += 1
    return state.nextDataset - 1
  }

  /// Removes a dataset: its memberships vanish at once, its keys and listings when their blocks are next rewritten.
  ///
  /// - Parameter now: seconds since 1970, UTC.
  package func remove(_ slug: String, now: Int) throws(IndexError) -> RemovalOutcome {
    try checkMayChange()
    let before = index.state.withLock { $0 }
    guard let dataset = before.datasets.values.first(where: { $0.slug == slug }) else {
      throw .noDataset(slug)
    }
    var state = before
    state.version += 1
    state.noteRemains(now, ofErasure: false)
    state.datasets[dataset.number] = nil
    var drafts: [SpaceDraft] = []
    for space in state.spaces.values {
      var draft = SpaceDraft(space, sets: state.sets[Int(space.id)], setsMax: limits.datasetSetsMax)
      draft.remove(dataset: dataset.number)
      draft.update(&state.counts)
      state.sets[Int(space.id)] = draft.sets
      drafts.append(draft)
    }
    try finish(PendingChange(state: state, dataset: 0), drafts: drafts, removed: dataset.number)
    return RemovalOutcome(
      images: before.counts.images - state.counts.images,
      memberships: before.counts.memberships - state.counts.memberships)
  }

  /// Sets catalogue fields of a dataset, making it if there is none; an empty value clears a field.
  package func describe(_ slug: String, _ fields: [String: String]) throws(IndexError) {
    try checkMayChange()
    var state = index.state.withLock { $0 }
    state.version += 1
    var dataset: DatasetRecord
    if let standing = state.datasets.values.first(where: { $0.slug == slug }) {
      dataset = standing
    } else {
      dataset = DatasetRecord(number: try takeNumber(in: &state, isNew: true), slug: slug)
    }
    for (name, value) in fields { dataset.fields[name] = value.isEmpty ? nil : value }
    state.datasets[dataset.number] = dataset
    try finish(PendingChange(state: state, dataset: dataset.number), drafts: [], removed: nil)
  }

  /// Refuses to go on where the map has no room for one more transaction beside what sweeping needs: to free pages
  /// takes pages.
  func checkMap() throws(IndexError) {
    let map = try index.mapUse()
    // Twice, since the pages of the tree above the blocks come on top.
    guard map.usedBytes + 2 * limits.transactionBytes <= map.sizeBytes - map.sizeBytes / 32 else {
      throw .full("the map of \(map.sizeBytes) bytes is used up; start whichsetd with a larger --map-size")
    }
  }

  /// The transaction that makes a change visible: blocks edited in place, sets, datasets, generations; then the
  /// new snapshot.
  func finish(_ change: PendingChange, drafts: [SpaceDraft], removed: Int?) throws(IndexError) {
    do throws(LMDBError) {
      try OpeningDatabases.retrying { () throws(LMDBError) in
        try store(change, drafts: drafts, removed: removed)
      }
    } catch { throw failure(error) }
    // From here on the change is there for good, whatever fails.
    garbage.removeAll { change.newDatabases.contains($0) }
    garbage += change.replacedDatabases
    do throws(IndexError) {
      try index.publish(
        change.state, edits: change.edits.mapValues(\.directory), young: Set(change.young.keys))
    } catch { throw .dead("a change was committed but cannot be shown: \(error)") }
    try index.checkInPlace()
  }

  private func store(_ change: PendingChange, drafts: [SpaceDraft], removed: Int?) throws(LMDBError) {
    var transaction = try environment.write()
    let meta = try transaction.create(IndexFormat.meta)
    for (space, edit) in change.edits {
      guard let generation = change.state.generations[space] else { continue }
      try store(
        edit, keys: IndexFormat.keys(edit.space, generation),
        listings: IndexFormat.listings(edit.space, generation), &transaction)
    }
    for (space, young) in change.young {
      // The state's young levels are of its own namespaces.
      try store(young, of: change.state.spaces[space]!, &transaction)
    }
    var sets = try SummedRecords(IndexFormat.sets, &transaction)
    for draft in drafts {
      for set in draft.changedSets {
        try sets.put(IndexFormat.setKey(draft.space, set), draft.record(of: set), &transaction)
      }
      for set in draft.droppedSets { try sets.delete(IndexFormat.setKey(draft.space, set), &transaction) }
    }
    try sets.finish(&transaction)
    var datasets = try SummedRecords(IndexFormat.datasets, &transaction)
    if let dataset = change.state.datasets[change.dataset] {
      try datasets.put(IndexFormat.datasetKey(dataset.number), dataset.encoded(), &transaction)
    }
    if let removed { try datasets.delete(IndexFormat.datasetKey(removed), &transaction) }
    try datasets.finish(&transaction)
    for (space, generation) in change.state.generations {
      // The state's generations are of its own namespaces.
      try transaction.put(
        IndexFormat.generationKey(change.state.spaces[space]!), Self.word(generation), in: meta)
    }
    for (space, shadowed) in change.state.young {
      try transaction.put(IndexFormat.youngKey(change.state.spaces[space]!), Self.word(shadowed), in: meta)
    }
    for name in change.newDatabases {
      try transaction.delete(IndexFormat.unfinishedKey(name).rawSpan, in: meta)
    }
    try transaction.put(IndexFormat.nextDatasetKey, Self.word(change.state.nextDataset), in: meta)
    if let remains = change.state.remains {
      try transaction.put(IndexFormat.remainsKey, remains.stored, in: meta)
    }
    if let suppression = change.suppression {
      try change.state.suppressions.store(suppression, &transaction)
    }
    if let keyrings = change.keyrings { try change.state.keyrings.store(keyrings, &transaction) }
    if let receipt = change.receipt {
      try ErasureRecords.store(receipt, &transaction, most: limits.receiptsMax)
    }
    try transaction.commit()
  }

  private func store(_ change: YoungChange, of space: KeySpace, _ transaction: inout WriteTransaction)
    throws(LMDBError)
  {
    switch change {
    case .edited(let edit):
      try store(
        edit, keys: IndexFormat.youngKeys(space), listings: IndexFormat.youngListings(space), &transaction)
    case .emptied:
      for name in IndexFormat.youngDatabases(space) {
        try transaction.drop(try transaction.create(name), delete: false)
      }
    }
  }

  /// What an error of a change means: where LMDB takes no change any more, none can be answered for.
  func failure(_ error: LMDBError) -> IndexError {
    guard environment.isDead else { return .lmdb(error) }
    return .dead(
      "a commit failed in its last step, and whether it is there shows at the next start: \(error)")
  }

  private static func word(_ value: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    LittleEndian.append(UInt64(value), bytes: 8, to: &bytes)
    return bytes
  }
}

/// A change that is worked out but not yet visible.
struct PendingChange {
  var state: IndexState
  /// The dataset whose record is written.
  let dataset: Int
  /// Blocks to be edited in place, by namespace.
  var edits: [UInt8: BlockEdit] = [:]
  /// What becomes of young levels, by namespace.
  var young: [UInt8: YoungChange] = [:]
  /// Sub-databases of generations that the change makes current.
  var newDatabases: [String] = []
  /// Sub-databases that the change makes superfluous.
  var replacedDatabases: [String] = []
  var suppression: SuppressionChange?
  var keyrings: KeyringChange?
  var receipt: ErasureRecord?
  /// Images of which a row was left out.
  var imagesLeftOut = 0

  init(state: IndexState, dataset: Int) {
    self.state = state
    self.dataset = dataset
  }
}

/// What a change does to a young level.
enum YoungChange {
  case edited(BlockEdit)
  /// All of its keys are in the blocks of a new generation.
  case emptied
}

/// Blocks of one level of a namespace that leave and blocks that come.
struct BlockEdit {
  let space: KeySpace
  private(set) var directory = DirectoryEdit()
  /// LMDB keys of the blocks that leave.
  private(set) var removedKeys: [[UInt8]] = []
  private(set) var blocks: [(fence: StoredKey, block: AssembledBlock)] = []
  /// The most bytes that are listed in one of the blocks that come, uncompressed.
  private(set) var listedBytesMax = 0

  init(of space: KeySpace) { self.space = space }

  mutating func remove(_ place: FenceDirectory.Place) {
    directory.removed.insert(place.fence)
    removedKeys.append(place.key(hasSecondHalf: !space.isInteger))
  }

  mutating func add(_ block: AssembledBlock) {
    // A key that has left the index stays no fence: the file would still have it.
    blocks.append((block.lastKey, block))
    listedBytesMax = max(listedBytesMax, block.listedBytes)
  }

  /// No more blocks come.
  mutating func finish() {
    directory.added = blocks.map { fence, block in
      (fence, KeyBlock.storageKey(fence, block.bytes.rawSpan, hasSecondHalf: !space.isInteger))
    }
  }
}
