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
  /// By namespace number.
  let blocks: [UInt8: Database]
  /// By namespace number.
  let listings: [UInt8: Database]
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
    blocks = opened.blocks
    listings = opened.listings
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
    var blocks: [UInt8: Database] = [:]
    var listings: [UInt8: Database] = [:]

    init(_ transaction: borrowing ReadTransaction, _ spaces: [KeySpace]) throws(LMDBError) {
      meta = try transaction.open(IndexFormat.meta)
      datasets = try transaction.open(IndexFormat.datasets)
      sets = try transaction.open(IndexFormat.sets)
      suppressed = try transaction.open(IndexFormat.suppressed)
      keyrings = try transaction.open(IndexFormat.keyrings)
      guard let meta else { return }
      for space in spaces {
        guard let value = try transaction.record(IndexFormat.generationKey(space), in: meta), value.count == 8
        else { continue }
        let generation = Int(truncatingIfNeeded: LittleEndian.load(8, from: value.rawSpan, at: 0))
        generations[space.id] = generation
        blocks[space.id] = try transaction.open(IndexFormat.keys(space, generation))
        listings[space.id] = try transaction.open(IndexFormat.listings(space, generation))
      }
    }
  }
}
