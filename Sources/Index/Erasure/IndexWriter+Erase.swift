// Erasing keys: they leave their blocks, the sets' counts and all listings, and are suppressed, in one transaction. Which
// keys go with those that are given is `ErasurePlan`'s.

internal import Synchronization

/// What an erasure took away.
package struct ErasureOutcome: Equatable, Sendable {
  /// What a given key led to.
  package struct Found: Equatable, Sendable {
    /// Names of the datasets that had the key, or another one that was erased because of it.
    package var datasets: [String]
    /// Keys that were erased because of it, itself included where the index had it.
    package var keys: Int
    /// Stands for the key in the list of suppressions; nil where nothing was changed and nothing was ever suppressed.
    package var digest: SuppressionDigest?
  }

  /// One for each given key.
  package var found: [Found] = []
  /// Images that the index holds fewer.
  package var images = 0
  /// Memberships that the index holds fewer.
  package var memberships = 0
  /// Keys that are suppressed and were not before.
  package var suppressed = 0
  /// The number of its record; nil where nothing was changed.
  package var receipt: Int?
}

extension IndexWriter {
  /// Erases keys and all that goes with them, and suppresses them. Visible in one step.
  ///
  /// - Parameters:
  ///   - given: distinct; the index need not have them.
  ///   - isRehearsal: changes nothing.
  package func erase(_ given: [IndexKey], _ cause: ErasureRecord.Cause, isRehearsal: Bool = false)
    throws(IndexError) -> ErasureOutcome
  {
    try erase(given, cause, isRehearsal: isRehearsal, limits: limits)
  }

  /// - Parameters:
  ///   - kind: of anything but an erasure, the given keys are suppressed already.
  ///   - keyrings: come with the change, as they are after it.
  func erase(
    _ given: [IndexKey], _ cause: ErasureRecord.Cause, kind: ErasureRecord.Kind = .erasure,
    isRehearsal: Bool = false, limits: IndexLimits, keyrings: (after: Keyrings, change: KeyringChange)? = nil
  ) throws(IndexError) -> ErasureOutcome {
    try checkMayChange()
    let snapshot = index.snapshot
    let plan = try ErasurePlan(given, in: snapshot, listed: listedKeys, limits: limits)
    let before = index.state.withLock { $0 }
    var outcome = ErasureOutcome()
    outcome.found = try plan.found.map { keys throws(IndexError) in try found(keys, in: snapshot) }
    if !isRehearsal { try checkMap() }

    var state = before
    state.version += 1
    var change = PendingChange(state: state, dataset: 0)
    var drafts: [SpaceDraft] = []
    var gone: [(key: IndexKey, origin: Int)] = []
    for (origin, keys) in plan.found.enumerated() { gone += keys.map { ($0, origin) } }
    for space in state.spaces.values {
      guard let touched = plan.touched[space.id], snapshot.directories[space.id]?.count ?? 0 > 0 else {
        continue
      }
      let input = MergeInput(
        SpaceDraft(space, sets: state.sets[Int(space.id)], setsMax: limits.datasetSetsMax),
        snapshot: snapshot, state: state,
        erasure: SpaceErasure(Array(touched.keys), of: space, erased: plan.erased, listed: listedKeys))
      let tally =
        try isRehearsal ? rehearse(input) : carryOut(input, keys: touched.count, change: &change)
      for key in tally.vanished where listedKeys.namesImage(space.id) {
        gone.append((IndexKey(space.id, key), touched[key] ?? 0))
      }
      let draft = input.draft.value
      draft.update(&change.state.counts)
      change.state.sets[Int(space.id)] = draft.sets
      drafts.append(draft)
    }
    outcome.images = before.counts.images - change.state.counts.images
    outcome.memberships = before.counts.memberships - change.state.counts.memberships
    guard before.suppressions.count + gone.count <= limits.suppressionsMax else {
      throw .full("an index suppresses at most \(limits.suppressionsMax) keys")
    }
    var suppression = SuppressionChange()
    if kind != .erasure, !gone.isEmpty { change.state.suppressions.makeSecret() }
    let suppressed = kind == .erasure ? [] : Set(given)
    for (key, origin) in gone where !suppressed.contains(key) {
      let digest = change.state.suppressions.insert(key, because: given[origin], time: cause.time)
      if let digest { suppression.added.append(digest) }
    }
    outcome.suppressed = suppression.added.count
    guard !isRehearsal else { return outcome }
    for (place, key) in given.enumerated() {
      outcome.found[place].digest = change.state.suppressions.digest(of: key)
    }
    change.state.suppressions.settle()
    change.suppression = suppression
    if let keyrings { change.state.keyrings = keyrings.after }
    change.state.keyrings.settle()
    change.keyrings = keyrings?.change ?? KeyringChange()
    // Of what the index never had, a staged load may have something.
    let isStaged = try !index.stagedLoadNames().isEmpty
    if isStaged || !plan.touched.isEmpty { change.state.noteRemains(cause.time, ofErasure: true) }
    var record = ErasureRecord(kind, cause)
    if change.state.remains == nil { record.physical = cause.time }
    (record.images, record.memberships) = (outcome.images, outcome.memberships)
    record.keys = outcome.suppressed + (keyrings?.change.addedCount ?? 0)
    record.digests = outcome.found.compactMap { $0.digest?.hexadecimal }
    if kind != .restoration || !given.isEmpty { change.receipt = change.state.number(record) }
    outcome.receipt = change.receipt?.number
    try finish(change, drafts: drafts, removed: nil)
    return outcome
  }

  /// Erases what an index holds of suppressed keys, if its file was given them by another index, which it took the place of.
  /// For an index that has just been opened, before anybody asks it. O(keys) then.
  ///
  /// - Returns: what was erased; nil where there was nothing to do.
  package static func applySuppressions(of index: Index, listedKeys: any ListedKeys, now: Int)
    throws(IndexError) -> ErasureOutcome?
  {
    let snapshot = index.snapshot
    guard snapshot.suppressions.isCarried || snapshot.keyrings.isCarried else { return nil }
    let writer = IndexWriter(index, listedKeys: listedKeys)
    let suppressed = try snapshot.suppressedKeys(
      SuppressedKeys(snapshot.suppressions, snapshot.keyrings), listed: listedKeys)
    let outcome = try writer.erase(
      suppressed, ErasureRecord.Cause(time: now), kind: .restoration, limits: index.limits.unboundedErasure)
    while try writer.sweep() {}
    return outcome
  }

  /// Lets a key, and those that were suppressed because of it, come back with later loads. Nothing is restored.
  ///
  /// - Parameter text: of a key that is no integer; nil for one that is.
  /// - Returns: how many keys were suppressed.
  package func unsuppress(_ key: IndexKey, text: Span<UInt8>?, _ cause: ErasureRecord.Cause)
    throws(IndexError) -> Int
  {
    try checkMayChange()
    var state = index.state.withLock { $0 }
    state.version += 1
    let digest = state.suppressions.digest(of: key)?.hexadecimal
    let lifted = state.suppressions.remove(key)
    let imported = state.keyrings.remove(key, text: text)
    let count = lifted.count + imported.removedCount
    guard count > 0 else { return 0 }
    var change = PendingChange(state: state, dataset: 0)
    var record = ErasureRecord(.lifting, cause)
    record.keys = count
    change.keyrings = imported
    record.digests = digest.map { [$0] } ?? []
    change.receipt = change.state.number(record)
    change.suppression = SuppressionChange(removed: lifted)
    try finish(change, drafts: [], removed: nil)
    return count
  }

  private func found(_ keys: [IndexKey], in snapshot: Snapshot) throws(IndexError) -> ErasureOutcome.Found {
    var datasets: Set<Int> = []
    var count = 0
    for key in keys {
      let tokens = try snapshot.tokens(of: key.key, space: key.space)
      datasets.formUnion(tokens.map(\.dataset))
      if !tokens.isEmpty { count += 1 }
    }
    return ErasureOutcome.Found(
      datasets: datasets.compactMap { snapshot.datasets[$0]?.slug }.sorted(), keys: count,
      digest: snapshot.suppressions.digest(of: keys[0]))
  }

  /// Goes through the touched blocks and stores nothing.
  private func rehearse(_ input: MergeInput) throws(IndexError) -> MergeTally {
    var merge = try BlockMerge(input, compression: compression)
    while let touched = merge.nextTouchedBlock {
      try merge.begin(touched)
      while try merge.next() {}
    }
    return merge.finish()
  }
}
