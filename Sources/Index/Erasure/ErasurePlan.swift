// What goes with the keys that are to be erased, found in a snapshot.
//
// Invariant of an index with suppressions: no row names a suppressed key. So a row that names an erased key goes as a whole,
// and its primary key, which is the same image, with all that is listed for it. The other keys of those rows are touched:
// they lose their links to erased keys. Of an account, the images go, and its other names.

/// The keys that an erasure takes away and those that it touches.
struct ErasurePlan {
  /// For each given key, the keys that are erased because of it, itself included; the index need not have them.
  private(set) var found: [[IndexKey]]
  /// All of those.
  private(set) var erased: Set<IndexKey>
  /// Keys of the index that are erased, or that rows of erased keys name, with the place of the given key that leads to
  /// each; by namespace number.
  private(set) var touched: [UInt8: [StoredKey: Int]] = [:]
  private let snapshot: Snapshot
  private let listed: any ListedKeys
  private let limits: IndexLimits
  private let compression = Compression()
  /// Keys that are not read yet, and the place of the given key that led to each.
  private var pending: [(key: IndexKey, origin: Int)]
  private let isAccount: [Bool]

  /// Throws `tooMany` where a given key leads to more images than one identifier should. O(blocks touched).
  ///
  /// - Parameter given: distinct.
  init(_ given: [IndexKey], in snapshot: Snapshot, listed: any ListedKeys, limits: IndexLimits)
    throws(IndexError)
  {
    self.snapshot = snapshot
    self.listed = listed
    self.limits = limits
    erased = Set(given)
    found = given.map { [$0] }
    pending = given.enumerated().map { ($1, $0) }
    isAccount = given.map { listed.namesAccount($0.space) }
    while !pending.isEmpty {
      let batch = Dictionary(grouping: pending, by: \.key.space)
      pending = []
      for (space, keys) in batch { try read(keys, of: space) }
    }
  }

  private mutating func read(_ keys: [(key: IndexKey, origin: Int)], of space: UInt8) throws(IndexError) {
    guard let space = snapshot.spaces[space] else { return }
    let origins = Dictionary(uniqueKeysWithValues: keys.map { ($0.key.key, $0.origin) })
    let present = try snapshot.forEachEntry(of: origins.keys.sorted(), in: space, with: compression) {
      (key, payload) throws(IndexError) in
      // Every key that is visited was asked for.
      try take(payload, of: IndexKey(space.id, key), origin: origins[key]!)
    }
    for key in present { touched[space.id, default: [:]][key] = origins[key] }
  }

  private mutating func take(_ payload: ArraySlice<UInt8>, of key: IndexKey, origin: Int) throws(IndexError) {
    if let primary = try listed.primary(of: payload) { return try erase(primary, because: origin) }
    let others = try listed.keys(of: payload)
    for other in others { touched[other.space, default: [:]][other.key] = origin }
    guard isAccount[origin] else { return }
    let accounts = ([key] + others).filter { listed.namesAccount($0.space) }
    guard accounts.contains(where: erased.contains) else { return }
    for account in accounts { try erase(account, because: origin) }
  }

  private mutating func erase(_ key: IndexKey, because origin: Int) throws(IndexError) {
    guard erased.insert(key).inserted else { return }
    found[origin].append(key)
    pending.append((key, origin))
    guard isAccount[origin] else {
      guard found[origin].count <= limits.erasedKeysMax else {
        throw .tooMany(
          "a key names more than \(limits.erasedKeysMax - 1) images: erase them by their own ids")
      }
      return
    }
    guard !listed.namesAccount(key.space) || names(of: origin) <= limits.erasedNamesMax else {
      throw .tooMany("an account has more than \(limits.erasedNamesMax) names: erase its images by their ids")
    }
  }

  private func names(of origin: Int) -> Int { found[origin].count { listed.namesAccount($0.space) } }
}

extension Snapshot {
  /// Calls `body` with each key of a namespace and what some dataset listed for it, entry by entry. Each block is read once.
  ///
  /// - Parameter keys: in order.
  /// - Returns: those that some block has.
  func forEachEntry(
    of keys: [StoredKey], in space: KeySpace, with compression: Compression,
    _ body: (StoredKey, ArraySlice<UInt8>) throws(IndexError) -> Void
  ) throws(IndexError) -> [StoredKey] {
    var present: [StoredKey] = []
    for key in keys where try set(of: key, space: space.id) != 0 { present.append(key) }
    var rest = present
    for level in [KeyLevel.young, .blocks] {
      rest = try forEachEntry(of: rest, in: space, level, with: compression, body)
    }
    return present
  }

  /// Returns the keys that the level does not have.
  private func forEachEntry(
    of keys: [StoredKey], in space: KeySpace, _ level: KeyLevel, with compression: Compression,
    _ body: (StoredKey, ArraySlice<UInt8>) throws(IndexError) -> Void
  ) throws(IndexError) -> [StoredKey] {
    guard let directory = directory(of: space, level), directory.count > 0 else { return keys }
    var missing: [StoredKey] = []
    var entries: [BlockEntry] = []
    var next = 0
    while next < keys.count {
      let block = directory.blockIndex(for: keys[next])
      let first = next
      while next < keys.count, directory.blockIndex(for: keys[next]) == block { next += 1 }
      // Most blocks of bare ids have no listings: then nothing of the last level has to be unpacked.
      if level == .blocks, try listingPart(0, ofBlock: block, of: space, level) == nil { continue }
      entries.removeAll(keepingCapacity: true)
      try unpackBlock(block, of: space, level, into: &entries)
      var wanted: [Int: StoredKey] = [:]
      var ordinal = 0
      for key in keys[first..<next] {
        while ordinal < entries.count, entries[ordinal].key < key { ordinal += 1 }
        if ordinal < entries.count, entries[ordinal].key == key {
          wanted[ordinal] = key
        } else {
          missing.append(key)
        }
      }
      try forEachEntry(of: wanted, inBlock: block, of: space, level, with: compression, body)
    }
    return missing
  }

  /// The same for keys of one block, by their places in it.
  func forEachEntry(
    of wanted: [Int: StoredKey], inBlock block: Int, of space: KeySpace, _ level: KeyLevel,
    with compression: Compression, _ body: (StoredKey, ArraySlice<UInt8>) throws(IndexError) -> Void
  ) throws(IndexError) {
    var number = 0
    while let part = try listingPart(number, ofBlock: block, of: space, level) {
      number += 1
      let ordinals = part.ordinals
      guard wanted.keys.contains(where: ordinals.contains) else { continue }
      try part.unpack(with: compression) { (ordinal, group) throws(IndexError) in
        guard let key = wanted[ordinal] else { return }
        for entry in try ListingGroups.entries(of: group) where datasets[entry.dataset] != nil {
          try body(key, entry.payload)
        }
      }
    }
  }
}
