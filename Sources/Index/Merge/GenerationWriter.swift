// A new generation of a namespace: all of its blocks, in order, in several transactions. Nothing refers to it until another
// transaction names it; until then `meta` notes it as unfinished.

internal import LMDB

/// The sub-databases of a new generation while they are written, and the transaction under way.
struct GenerationWriter: ~Copyable {
  /// The generation's number: neither of its sub-databases was there before.
  let number: Int
  /// Bytes put into the transaction under way.
  private var byteCount = 0
  private let environment: Environment
  private let space: KeySpace
  private let limits: IndexLimits
  private var open: OpenGeneration?

  private struct OpenGeneration: ~Copyable {
    var transaction: WriteTransaction
    let number: Int
    let keys: Database
    let listings: Database
  }

  /// Begins a generation of `space` whose number is greater than `standing`.
  init(
    _ environment: Environment, _ space: KeySpace, after standing: Int, limits: IndexLimits
  ) throws(IndexError) {
    self.environment = environment
    self.space = space
    self.limits = limits
    do throws(LMDBError) {
      let first = try OpeningDatabases.retrying { () throws(LMDBError) in
        try Self.beginNew(environment, space, after: standing)
      }
      number = first.number
      open = consume first
    } catch { throw .lmdb(error) }
  }

  /// Creates both sub-databases and notes them as unfinished.
  private static func beginNew(
    _ environment: Environment, _ space: KeySpace, after standing: Int
  ) throws(LMDBError) -> OpenGeneration {
    var transaction = try environment.write()
    var number = standing + 1
    while true {
      let keys = try transaction.open(IndexFormat.keys(space, number))
      let listings = try transaction.open(IndexFormat.listings(space, number))
      if keys == nil, listings == nil { break }
      number += 1
    }
    let meta = try transaction.create(IndexFormat.meta)
    for name in IndexFormat.databases(space, number) {
      try transaction.put(IndexFormat.unfinishedKey(name), [1], in: meta)
    }
    let keys = try transaction.create(IndexFormat.keys(space, number))
    let listings = try transaction.create(IndexFormat.listings(space, number))
    return OpenGeneration(transaction: transaction, number: number, keys: keys, listings: listings)
  }

  /// Commits what is left.
  mutating func finish() throws(IndexError) { try commit() }

  /// Stores blocks, in order, all of whose keys are greater than those before.
  ///
  /// - Parameter pause: called between two transactions.
  mutating func store(
    _ blocks: [AssembledBlock], between pause: () throws(IndexError) -> Void
  ) throws(IndexError) {
    for block in blocks {
      WorkMark.step()
      let space = space
      try write { (transaction, keys, listings) throws(LMDBError) in
        try transaction.store(
          block, fence: block.lastKey, of: space, keys: keys, listings: listings, flags: .append)
      }
      byteCount += block.byteCount
      guard byteCount >= limits.transactionBytes else { continue }
      try commit()
      WorkMark.step()
      try pause()
      try begin()
    }
  }

  /// Begins a transaction; none may be under way.
  private mutating func begin() throws(IndexError) {
    do throws(LMDBError) {
      open = try OpeningDatabases.retrying { [environment, space, number] () throws(LMDBError) in
        var transaction = try environment.write()
        let keys = try transaction.create(IndexFormat.keys(space, number))
        let listings = try transaction.create(IndexFormat.listings(space, number))
        return OpenGeneration(transaction: transaction, number: number, keys: keys, listings: listings)
      }
    } catch { throw .lmdb(error) }
    byteCount = 0
  }

  /// Commits the transaction under way.
  private mutating func commit() throws(IndexError) {
    guard let generation = open.take() else { return }
    do throws(LMDBError) { try generation.transaction.commit() } catch { throw .lmdb(error) }
  }

  /// Writes within the transaction under way.
  private mutating func write(
    _ body: (inout WriteTransaction, Database, Database) throws(LMDBError) -> Void
  ) throws(IndexError) {
    guard var generation = open.take() else { preconditionFailure("no transaction is under way") }
    do throws(LMDBError) {
      try body(&generation.transaction, generation.keys, generation.listings)
    } catch { throw .lmdb(error) }
    open = consume generation
  }
}

extension WriteTransaction {
  /// Stores a block and its listings.
  mutating func store(
    _ block: AssembledBlock, fence: StoredKey, of space: KeySpace, keys: Database, listings: Database,
    flags: PutFlags = []
  ) throws(LMDBError) {
    let hasSecondHalf = !space.isInteger
    let key = BigEndian.key(fence, hasSecondHalf: hasSecondHalf)
    try put(
      KeyBlock.storageKey(fence, block.bytes.rawSpan, hasSecondHalf: hasSecondHalf), block.bytes, in: keys,
      flags: flags)
    for (part, bytes) in block.listingParts.enumerated() {
      try put(ListingPart.key(key, part), bytes, in: listings, flags: flags)
    }
  }
}
