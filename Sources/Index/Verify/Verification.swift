// Whether all that an index has stored is sound: one commit is read from end to end, every checksum, every order, every
// number that stands for something else. The same check serves a daemon's index while it is asked and loaded into, and
// a file that nobody has open. A damage does not end the check: what is behind it is checked as well.
//
// Records of datasets and sets are checked in `Verification+Records.swift`, blocks and listings in
// `Verification+Blocks.swift`. What is in a listing's payload is the business of whoever wrote it; its checksum covers it.

internal import LMDB

/// Recomputes text keys from their listings. The index does not look into payloads; the
/// layer that wrote them does.
package protocol TextKeyCheck: AnyObject {
  /// The rules by which it reads a listing. What datasets of other rules list may rightly give other keys.
  var ruleVersion: Int { get }
  /// Whether a dataset that lists `payload` lists `key`; nil where that can't be told from the payload.
  func isListing(_ payload: ArraySlice<UInt8>, of key: StoredKey, in space: KeySpace) -> Bool?
  /// Tells which keys a payload names.
  var listedKeys: any ListedKeys { get }
}

/// A check of all stored data of an index, in bounded steps. Used by one thread at a time.
package struct Verification {
  /// What was found so far.
  package internal(set) var counts = VerifiedCounts()
  /// The damages that were found, up to `damagesMax`.
  package internal(set) var damages: [Damage] = []
  /// Damages that are told one by one; the others are only counted.
  package static let damagesMax = 1_000
  /// Blocks that have been checked.
  package var blocksDone: Int { counts.blocks }
  /// Blocks that there are.
  package private(set) var blocksTotal = 0

  let view: StoredView
  /// Nil where text keys are not recomputed.
  var texts: (any TextKeyCheck)?
  let spaces: [KeySpace]
  let compression = Compression()
  /// None where the file was not searched for them yet.
  var suppressed = SuppressedKeys(Suppressions(), Keyrings())
  var nextDataset = 1
  /// Numbers of the datasets that have a record.
  var datasets: Set<Int> = []
  /// Those of them whose listings give their keys.
  var recomputed: Set<Int> = []
  var slugs: Set<String> = []
  /// By namespace number: the sets as they are stored.
  var sets = [DatasetSets](repeating: DatasetSets(), count: 256)
  /// Of the records of sets that were read so far.
  var setSum = RecordSum()
  /// By namespace number: how many keys of each set the blocks have.
  var walked = [[Int]](repeating: [0], count: 256)
  /// The key behind which a sub-database is to be read on; nil at its beginning.
  var resume: [UInt8]?
  /// Where in its namespace the check of the blocks is.
  var progress = BlockProgress()
  private var phases: ArraySlice<Phase> = [.meta, .suppressed, .datasets, .sets]

  private enum Phase {
    case meta
    case suppressed
    case datasets
    case sets
    case keys(KeySpace, KeyLevel)
    case counts(KeySpace)
  }

  /// A check of an open index, as its newest commit is. As long as it lasts, LMDB cannot reuse the pages that only it needs.
  ///
  /// - Parameter texts: recomputes text keys; nil to leave that out.
  package init(_ index: Index, texts: (any TextKeyCheck)?) throws(IndexError) {
    self.texts = texts
    // A snapshot keeps the writer from closing sub-databases that the check reads.
    let snapshot = index.snapshot
    spaces = snapshot.spaces.values.sorted { $0.id < $1.id }
    view = try StoredView(index.environment, spaces: spaces, holding: snapshot)
  }

  /// A check of a file.
  ///
  /// - Parameters:
  ///   - spaces: all namespaces that the program knows.
  ///   - texts: recomputes text keys; nil to leave that out.
  package init(_ file: IndexFile, spaces: [KeySpace], texts: (any TextKeyCheck)?) throws(IndexError) {
    guard file.format == IndexFormat.version else {
      throw .olderFormat(path: file.path, format: file.format)
    }
    self.texts = texts
    self.spaces = spaces.sorted { $0.id < $1.id }
    view = try StoredView(file.environment, spaces: spaces, holding: file)
  }

  /// Does one step, some milliseconds' work from memory.
  ///
  /// - Returns: false once all is checked.
  package mutating func step() throws(IndexError) -> Bool {
    guard let phase = phases.first else { return false }
    let view = view
    let hasMore: Bool
    do throws(LMDBError) {
      switch phase {
      case .meta: hasMore = try checkMeta()
      case .suppressed: hasMore = try checkSuppressed(view.transaction)
      case .datasets: hasMore = try checkDatasets(view.transaction)
      case .sets: hasMore = try checkSets(view.transaction)
      case .keys(let space, let level): hasMore = try checkBlocks(of: space, level, view.transaction)
      case .counts(let space):
        checkCounts(of: space)
        hasMore = false
      }
    } catch {
      // LMDB finds its own pages damaged, or the disk cannot be read: the rest of this sub-database is out of reach.
      guard error.isDamage else { throw .lmdb(error) }
      report(
        name(of: phase), resume.map { Damage.place($0.rawSpan) } ?? "", "LMDB cannot read on: \(error)",
        effect: "what is behind cannot be read")
      endPhase(phase)
      return !phases.isEmpty
    }
    if !hasMore { endPhase(phase) }
    return !phases.isEmpty
  }

  private mutating func endPhase(_ phase: Phase) {
    phases = phases.dropFirst()
    resume = nil
    progress = BlockProgress()
    guard case .sets = phase else { return }
    for space in spaces where view.generations[space.id] != nil || sets[Int(space.id)].count > 1 {
      walked[Int(space.id)] = Array(repeating: 0, count: sets[Int(space.id)].count)
      phases += [.keys(space, .blocks), .keys(space, .young), .counts(space)]
      for level in [KeyLevel.blocks, .young] {
        guard let database = view.blocks(of: space, level) else { continue }
        blocksTotal += (try? view.transaction.stat(database).entries) ?? 0
      }
    }
  }

  private func name(of phase: Phase) -> String {
    switch phase {
    case .meta: IndexFormat.meta
    case .suppressed: IndexFormat.suppressed
    case .datasets: IndexFormat.datasets
    case .sets, .counts: IndexFormat.sets
    case .keys(let space, let level): keysName(of: space, level)
    }
  }

  /// The sub-database of the keys of a level.
  func keysName(of space: KeySpace, _ level: KeyLevel) -> String {
    level == .young ? IndexFormat.youngKeys(space) : IndexFormat.keys(space, view.generations[space.id] ?? 0)
  }

  /// The sub-database of what is listed for them.
  func listingsName(of space: KeySpace, _ level: KeyLevel) -> String {
    level == .young
      ? IndexFormat.youngListings(space) : IndexFormat.listings(space, view.generations[space.id] ?? 0)
  }

  /// Notes a damage.
  mutating func report(_ database: String, _ place: String, _ what: String, effect: String) {
    counts.damages += 1
    guard damages.count < Self.damagesMax else { return }
    damages.append(Damage(database, place, what, effect: effect))
  }

  /// Compares the counts of a namespace's sets with what the blocks have.
  private mutating func checkCounts(of space: KeySpace) {
    let sets = sets[Int(space.id)]
    for set in 1..<UInt32(max(1, sets.count)) {
      let (stored, found) = (sets.keyCount(of: set), walked[Int(space.id)][Int(set)])
      guard stored != found else { continue }
      report(
        IndexFormat.sets, Damage.place(IndexFormat.setKey(space, set).rawSpan),
        "set \(set) of namespace \(space.name) counts \(stored) keys; the blocks have \(found)",
        effect: "the counts of its datasets are wrong")
    }
  }
}
