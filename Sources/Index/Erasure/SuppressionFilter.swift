// Leaves out of a load what is suppressed: every row that names a suppressed key, with all of its keys. Loads, imports and
// rebuilt keys all come through it, and so do rows that were staged before the suppression.
//
// Rows are staged under their primary key, with a link from each other key to that one. A row of a suppressed primary key is
// recognised by it, and so are links to it. A suppressed key of another kind is found by its own links: they lead to the
// primary keys of its rows, of which each row is then read. These are looked for before the merge (`survey`).

/// What is left out of one load, the same for all threads that merge it.
final class SuppressionFilter: Sendable {
  private let suppressed: SuppressedKeys
  private let listed: any ListedKeys
  /// Primary keys, not suppressed themselves, of which some row is left out, and the other keys that their other rows name.
  private let mixed: [IndexKey: Set<IndexKey>]

  /// Nil where nothing is suppressed. Reads the load's rows, those apart that say no more than their key.
  init?(_ suppressed: SuppressedKeys, for load: inout StagedLoad, listed: any ListedKeys) throws(IndexError) {
    guard !suppressed.isEmpty else { return nil }
    var suppressed = suppressed
    mixed = try Self.survey(&load, &suppressed, listed)
    self.suppressed = suppressed
    self.listed = listed
  }

  private static func survey(
    _ load: inout StagedLoad, _ suppressed: inout SuppressedKeys, _ listed: any ListedKeys
  ) throws(IndexError) -> [IndexKey: Set<IndexKey>] {
    for space in load.stagedSpaces where suppressed.needsRows {
      try load.forEachListed(of: space) { (key, payload) throws(IndexError) in
        try suppressed.read(payload, under: IndexKey(space.id, key), listed: listed)
      }
    }
    var mixed: [IndexKey: Set<IndexKey>] = [:]
    for space in load.stagedSpaces {
      try load.forEachListed(of: space) { (key, payload) throws(IndexError) in
        guard suppressed.contains(IndexKey(space.id, key)), let primary = try listed.primary(of: payload),
          !suppressed.contains(primary)
        else { return }
        mixed[primary] = []
      }
    }
    guard !mixed.isEmpty else { return [:] }
    let spaces = Set(mixed.keys.map(\.space))
    for space in load.stagedSpaces where spaces.contains(space.id) {
      try load.forEachListed(of: space) { (key, payload) throws(IndexError) in
        let key = IndexKey(space.id, key)
        guard mixed[key] != nil else { return }
        let others = try listed.keys(of: payload)
        if !others.contains(where: suppressed.contains) { mixed[key]?.formUnion(others) }
      }
    }
    return mixed
  }

  /// Takes out of a group what is suppressed.
  ///
  /// - Parameter leftOut: counts distinct primary keys of which a row was left out.
  /// - Returns: whether anything is left.
  func strip(
    _ group: inout StagedGroup, of space: UInt8, leftOut: inout Int
  ) throws(IndexError) -> Bool {
    let key = IndexKey(space, group.key)
    guard !suppressed.contains(key) else {
      if group.isPrimary { leftOut += 1 }
      return false
    }
    guard group.payloadCount > 0 else { return true }
    let isMixed = mixed[key] != nil
    var rowsLeftOut = 0
    var hasRow = group.hasBareRow
    try group.removePayloads { (payload) throws(IndexError) in
      if let primary = try listed.primary(of: payload) {
        return suppressed.contains(primary) || mixed[primary].map { !$0.contains(key) } ?? false
      }
      if isMixed, try listed.keys(of: payload).contains(where: suppressed.contains) {
        rowsLeftOut += 1
        return true
      }
      hasRow = true
      return false
    }
    if rowsLeftOut > 0 {
      if group.isPrimary { leftOut += 1 }
      group.isPrimary = group.isPrimary && hasRow
    }
    return group.hasBareRow || group.payloadCount > 0
  }
}

extension StagedLoad {
  /// Calls `body` with each staged payload of a namespace and its key; rows that say no more than their key have none.
  fileprivate mutating func forEachListed(
    of space: KeySpace, _ body: (StoredKey, ArraySlice<UInt8>) throws(IndexError) -> Void
  ) throws(IndexError) {
    var rows = try sources(space, forms: [.records]).merge()
    while try rows.advance() {
      for place in 0..<rows.group.payloadCount { try body(rows.group.key, rows.group.payload(place)) }
    }
  }
}
