// What datasets listed for one key, part by part: an account with a million photos has a million links, which no step
// should read at once.

/// The entries of a key. Used by one thread at a time.
package struct KeyListings {
  private let snapshot: Snapshot
  private let space: KeySpace
  private let compression = Compression()
  private var level = KeyLevel.blocks
  private var block = 0
  private var ordinal = 0
  private var part: Int?

  /// The entries of `key`; none where no block has it. Reads its block.
  package init(_ snapshot: Snapshot, of key: StoredKey, space id: UInt8) throws(IndexError) {
    self.snapshot = snapshot
    space = snapshot.spaces[id] ?? KeySpace(id: id, name: "", isInteger: true)
    guard let place = try snapshot.place(of: key, in: space) else { return }
    (level, block, ordinal) = place
    part = 0
  }

  /// Reads the next part and calls `body` with the dataset and the payload of each of the key's entries in it; entries of
  /// removed datasets are left out.
  ///
  /// - Returns: false once there are no more parts.
  package mutating func next(_ body: (Int, ArraySlice<UInt8>) throws(IndexError) -> Void) throws(IndexError)
    -> Bool
  {
    guard let number = part else { return false }
    part = nil
    guard let read = try snapshot.listingPart(number, ofBlock: block, of: space, level) else { return false }
    if read.ordinals.lowerBound > ordinal { return false }
    part = number + 1
    guard read.ordinals.contains(ordinal) else { return true }
    let (snapshot, ordinal) = (snapshot, ordinal)
    try read.unpack(with: compression) { (index, group) throws(IndexError) in
      guard index == ordinal else { return }
      var offset = group.startIndex
      while let entry = try ListingGroups.nextEntry(of: group, at: &offset) {
        if snapshot.datasets[entry.dataset] != nil { try body(entry.dataset, entry.payload) }
      }
    }
    return true
  }
}
