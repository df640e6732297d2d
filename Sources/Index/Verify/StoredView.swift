// One commit of an environment and the sub-databases that it names as current, for who reads all of it himself.

internal import LMDB

/// A read transaction and its sub-databases. Used by one thread at a time.
final class StoredView: Sendable {
  let transaction: ReadTransaction
  let meta: Database?
  let datasets: Database?
  let sets: Database?
  let suppressed: Database?
  let keyrings: Database?
  /// By namespace number; none where the commit names none.
  let generations: [UInt8: Int]
  /// By namespace number: how many keys of its young level the blocks have too, as is stored; none without such a level.
  let shadowed: [UInt8: Int]
  private let databases: [KeyLevel: [UInt8: LevelDatabases]]
  // What keeps the sub-databases open.
  private let holder: any AnyObject & Sendable

  /// - Parameter holder: kept as long as this.
  init(
    _ environment: Environment, spaces: [KeySpace], holding holder: any AnyObject & Sendable
  ) throws(IndexError) {
    self.holder = holder
    transaction = try Self.begin(environment, spaces)
    let opened = try Self.open(transaction, spaces)
    meta = opened.meta
    datasets = opened.datasets
    sets = opened.sets
    suppressed = opened.suppressed
    keyrings = opened.keyrings
    generations = opened.generations
    shadowed = opened.shadowed
    databases = opened.databases
  }

  /// The keys of a level of a namespace.
  func blocks(of space: KeySpace, _ level: KeyLevel) -> Database? { databases[level]?[space.id]?.blocks }

  /// What is listed for the keys of a level of a namespace.
  func listings(of space: KeySpace, _ level: KeyLevel) -> Database? { databases[level]?[space.id]?.listings }

  private struct LevelDatabases {
    let blocks: Database?
    let listings: Database?
  }

  /// A transaction that may use all of its sub-databases without opening one: a transaction that opens one keeps all
  /// others from it until it ends.
  private static func begin(_ environment: Environment, _ spaces: [KeySpace]) throws(IndexError)
    -> ReadTransaction
  {
    do throws(LMDBError) {
      return try OpeningDatabases.retrying { () throws(LMDBError) in
        do {
          // What is opened here stays open when this transaction ends, at once.
          let first = try environment.read()
          _ = try Opened(first, spaces)
        }
        let transaction = try environment.read()
        _ = try Opened(transaction, spaces)
        return transaction
      }
    } catch { throw IndexError(reading: error) }
  }

  private static func open(_ transaction: borrowing ReadTransaction, _ spaces: [KeySpace]) throws(IndexError)
    -> Opened
  {
    do throws(LMDBError) { return try Opened(transaction, spaces) } catch {
      throw IndexError(reading: error)
    }
  }

  private struct Opened {
    let meta: Database?
    let datasets: Database?
    let sets: Database?
    let suppressed: Database?
    let keyrings: Database?
    var generations: [UInt8: Int] = [:]
    var shadowed: [UInt8: Int] = [:]
    var databases: [KeyLevel: [UInt8: LevelDatabases]] = [:]

    init(_ transaction: borrowing ReadTransaction, _ spaces: [KeySpace]) throws(LMDBError) {
      meta = try transaction.open(IndexFormat.meta)
      datasets = try transaction.open(IndexFormat.datasets)
      sets = try transaction.open(IndexFormat.sets)
      suppressed = try transaction.open(IndexFormat.suppressed)
      keyrings = try transaction.open(IndexFormat.keyrings)
      guard let meta else { return }
      func word(_ key: [UInt8]) throws(LMDBError) -> Int? {
        guard let value = try transaction.record(key, in: meta), value.count == 8 else { return nil }
        return Int(truncatingIfNeeded: LittleEndian.load(8, from: value.rawSpan, at: 0))
      }
      for space in spaces {
        if let generation = try word(IndexFormat.generationKey(space)) {
          generations[space.id] = generation
          databases[.blocks, default: [:]][space.id] = LevelDatabases(
            blocks: try transaction.open(IndexFormat.keys(space, generation)),
            listings: try transaction.open(IndexFormat.listings(space, generation)))
        }
        if let count = try word(IndexFormat.youngKey(space)) {
          shadowed[space.id] = count
          databases[.young, default: [:]][space.id] = LevelDatabases(
            blocks: try transaction.open(IndexFormat.youngKeys(space)),
            listings: try transaction.open(IndexFormat.youngListings(space)))
        }
      }
    }
  }
}
