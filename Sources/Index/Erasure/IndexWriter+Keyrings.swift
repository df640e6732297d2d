// What another index suppresses comes into this one: in one transaction it is kept, and what the index has of it is erased.
// So there is no moment at which a key is suppressed and still answered, whatever ends the daemon. It takes the writer's
// thread for as long as all rows take to be read, as the merge of a large load does; nobody who asks waits.

internal import Synchronization

/// What an import of suppressions changed.
package struct ImportOutcome: Equatable, Sendable {
  /// Keys that were not suppressed by that index before.
  package var added = 0
  /// What was erased.
  package var erasure = ErasureOutcome()
}

extension IndexWriter {
  /// Keeps out what another index suppresses, and erases what the index has of it.
  ///
  /// Throws `unfit` where the keyring is the index's own, or older than what it has of that index.
  /// - Parameter isRehearsal: changes nothing.
  package func take(_ ring: Keyring, _ cause: ErasureRecord.Cause, isRehearsal: Bool = false)
    throws(IndexError) -> ImportOutcome
  {
    try checkMayChange()
    let snapshot = index.snapshot
    guard ring.textSecret != snapshot.secret else {
      throw .unfit(
        "the file was exported by this index, or by one with a backup of it: it suppresses this already")
    }
    var keyrings = snapshot.keyrings
    if let standing = keyrings.rings[ring.id], standing.exported > ring.exported {
      throw .unfit("a later export of the same index was imported already")
    }
    let change = keyrings.add(ring)
    guard keyrings.ringCount <= limits.keyringsMax else {
      throw .full("an index takes suppressions of at most \(limits.keyringsMax) others")
    }
    guard keyrings.count <= limits.importedSuppressionsMax else {
      throw .full("an index takes at most \(limits.importedSuppressionsMax) suppressions of others")
    }
    var outcome = ImportOutcome(added: change.addedCount)
    guard outcome.added > 0 else {
      if !isRehearsal, snapshot.keyrings.rings[ring.id]?.exported != ring.exported {
        try keep(keyrings, change)
      }
      return outcome
    }
    let found = try snapshot.suppressedKeys(SuppressedKeys(Suppressions(), keyrings), listed: listedKeys)
    outcome.erasure = try erase(
      found, cause, kind: .importation, isRehearsal: isRehearsal, limits: limits.unboundedErasure,
      keyrings: (keyrings, change))
    return outcome
  }

  private func keep(_ keyrings: Keyrings, _ keyringChange: KeyringChange) throws(IndexError) {
    var state = index.state.withLock { $0 }
    state.version += 1
    state.keyrings = keyrings
    var change = PendingChange(state: state, dataset: 0)
    change.keyrings = keyringChange
    try finish(change, drafts: [], removed: nil)
  }
}

extension IndexLimits {
  /// What was asked for and done once is done again, however much it is.
  var unboundedErasure: IndexLimits {
    var limits = self
    (limits.erasedKeysMax, limits.erasedNamesMax, limits.suppressionsMax) = (.max, .max, .max)
    return limits
  }
}

extension Snapshot {
  /// The suppressed keys that the index has. O(keys), and all rows are read where other indexes suppress any.
  func suppressedKeys(_ suppressed: SuppressedKeys, listed: any ListedKeys) throws(IndexError) -> [IndexKey] {
    var suppressed = suppressed
    var found: Set<IndexKey> = []
    var entries: [BlockEntry] = []
    let compression = Compression()
    for space in spaces.values {
      for level in [KeyLevel.young, .blocks] {
        for block in 0..<(directory(of: space, level)?.count ?? 0) {
          WorkMark.step()
          entries.removeAll(keepingCapacity: true)
          try unpackBlock(block, of: space, level, into: &entries)
          for entry in entries {
            let key = IndexKey(space.id, entry.key)
            if suppressed.contains(key) { found.insert(key) }
          }
          guard suppressed.needsRows else { continue }
          let wanted = Dictionary(uniqueKeysWithValues: entries.enumerated().map { ($0, $1.key) })
          try forEachEntry(of: wanted, inBlock: block, of: space, level, with: compression) {
            (key, payload) throws(IndexError) in
            try suppressed.read(payload, under: IndexKey(space.id, key), listed: listed)
          }
        }
      }
    }
    return Array(found.union(suppressed.found))
  }
}
