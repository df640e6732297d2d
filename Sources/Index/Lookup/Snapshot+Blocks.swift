// The blocks of a namespace's two levels, and what is listed for their keys. For cold paths: whole blocks are unpacked.

extension Snapshot {
  /// Where a key is: its block, and its place there. The young level goes before the blocks. Reads a block of each.
  func place(of key: StoredKey, in space: KeySpace) throws(IndexError) -> (
    level: KeyLevel, block: Int, ordinal: Int
  )? {
    var entries: [BlockEntry] = []
    for level in [KeyLevel.young, .blocks] {
      guard let directory = directory(of: space, level), directory.count > 0 else { continue }
      let block = directory.blockIndex(for: key)
      entries.removeAll(keepingCapacity: true)
      try unpackBlock(block, of: space, level, into: &entries)
      if let ordinal = entries.firstIndex(where: { $0.key == key }) { return (level, block, ordinal) }
    }
    return nil
  }

  func directory(of space: KeySpace, _ level: KeyLevel) -> FenceDirectory? {
    switch level {
    case .blocks: directories[space.id]
    case .young: young[space.id]?.directory
    }
  }

  /// Unpacks the block at `index` of a level. Entries that the young level shadows have sets that mean nothing.
  func unpackBlock(
    _ index: Int, of space: KeySpace, _ level: KeyLevel = .blocks, into entries: inout [BlockEntry]
  ) throws(IndexError) {
    guard let place = directory(of: space, level)?.place(index) else { return }
    // Safe: the page is good while the snapshot is, and `self` is alive through this call.
    try KeyBlock.unpack(unsafe RawSpan(_unsafeBytes: place.page), into: &entries)
  }

  /// Throws `corrupt` where an entry has an unknown set, those `shadowed` apart, whose places are in order.
  func check(setsOf entries: [BlockEntry], in space: KeySpace, but shadowed: [Int] = []) throws(IndexError) {
    let sets = sets[Int(space.id)].count
    var shadowed = shadowed[...]
    for (place, entry) in entries.enumerated() where Int(entry.set) >= sets || entry.set == 0 {
      while let first = shadowed.first, first < place { shadowed.removeFirst() }
      guard shadowed.first == place else { throw .corrupt("a block of keys has an unknown dataset set") }
    }
  }

  /// The keys that belong to a block: those behind the fence before it, up to its own, or all of them in the last block.
  func range(ofBlock index: Int, of space: KeySpace) -> KeyRange {
    guard let directory = directories[space.id] else { return KeyRange(low: nil, high: nil) }
    return KeyRange(
      low: index > 0 ? directory.place(index - 1).fence : nil,
      high: index < directory.count - 1 ? directory.place(index).fence : nil)
  }

  /// What is listed for each of the `keys` of the block at `index` of a level.
  func groups(
    ofBlock index: Int, of space: KeySpace, _ level: KeyLevel, keys: Int, with compression: Compression
  ) throws(IndexError) -> ListingGroups {
    var groups = ListingGroups()
    for part in try listingParts(ofBlock: index, of: space, level) {
      try part.unpack(with: compression) {
        (ordinal, group) throws(IndexError) in
        guard ordinal < keys, ordinal == groups.count || ordinal == groups.count - 1 else {
          throw .corrupt("listings do not fit their block of keys")
        }
        if ordinal == groups.count { groups.append(group.span) } else { groups.extendLast(group) }
      }
    }
    groups.appendEmpty(keys - groups.count)
    return groups
  }
}
