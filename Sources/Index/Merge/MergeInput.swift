// What is merged of one namespace: its standing keys in a snapshot, and what a load or an erasure does to them. The same
// for all parts of a merge, and for all threads that merge them.

/// The two sides of a merge, and the draft in which it counts.
struct MergeInput: Sendable {
  let draft: SharedDraft
  let snapshot: Snapshot
  /// The number under which the load is listed.
  let dataset: Int
  /// The datasets that there are after the change.
  let live: Set<Int>
  /// Whether there was ever another one.
  let hasDead: Bool
  private(set) var staged: StagedSources
  /// What is erased; nothing is staged then.
  let erasure: SpaceErasure?

  /// - Parameters:
  ///   - state: the state after the change, which tells which datasets are live.
  ///   - staged: nil for nothing.
  init(
    _ draft: SpaceDraft, snapshot: Snapshot, state: IndexState, dataset: Int = 0,
    staged: StagedSources? = nil,
    erasure: SpaceErasure? = nil
  ) {
    self.draft = SharedDraft(draft)
    self.snapshot = snapshot
    self.dataset = dataset
    live = Set(state.datasets.keys)
    hasDead = live.count < state.nextDataset - 1
    self.staged = staged ?? StagedSources(none: draft.space)
    self.erasure = erasure
  }

  var space: KeySpace { draft.space }

  /// Gets ready to be merged by parts, as many as its size asks for. O(pieces of runs).
  ///
  /// - Parameter standingBytes: of the namespace's generation.
  /// - Returns: the leading bits by which they differ.
  mutating func divide(standingBytes: Int, limits: IndexLimits) throws(IndexError) -> Int {
    let standing = [KeyLevel.blocks, .young].reduce(0) { sum, level in
      sum + (snapshot.directory(of: space, level)?.keyCount ?? 0)
    }
    let bits = KeyPart.bits(
      keys: standing + staged.rowCount, byteCount: standingBytes + staged.byteCount, limits: limits)
    try staged.divide(bits: bits)
    return bits
  }
}

/// What a merge found beside the moves of keys.
struct MergeTally: Sendable {
  /// Images of which a row was left out, since it names a suppressed key.
  var imagesLeftOut = 0
  /// Keys that left the index although their erasure was not asked for, in order.
  var vanished: [StoredKey] = []

  /// Adds what another part of the same merge found.
  mutating func add(_ other: MergeTally) {
    imagesLeftOut += other.imagesLeftOut
    vanished = vanished.isEmpty ? other.vanished : (vanished + other.vanished).sorted()
  }
}
