// The index against a model: random loads and removals, after each of which every key, count, overlap and listing
// must be what a dictionary says, in the open index and in one that is reopened.

import TestSupport
import Testing

@testable import Index

/// What the index should hold.
struct Model {
  struct Key: Hashable {
    let space: UInt8
    let key: StoredKey
  }
  var memberships: [Key: [String: Bool]] = [:]
  /// Rows that say more than their key.
  private var listed: [Key: Set<[String]>] = [:]
  /// The datasets with a row that says no more.
  private var bare: [Key: Set<String>] = [:]

  /// The entries of a key. A row that says no more than the key has one beside others of its dataset.
  func entries(of key: Key) -> Set<[String]> {
    let listed = listed[key] ?? []
    let slugs = Set(listed.map { $0[0] })
    return listed.union((bare[key] ?? []).intersection(slugs).map { [$0, ""] })
  }

  mutating func remove(_ slug: String) {
    for key in memberships.keys {
      memberships[key]![slug] = nil
      if memberships[key]!.isEmpty { memberships[key] = nil }
    }
    for key in listed.keys { listed[key] = listed[key]!.filter { $0[0] != slug } }
    for key in bare.keys { bare[key]!.remove(slug) }
  }

  mutating func add(_ slug: String, _ key: Key, isPrimary: Bool, payload: String) {
    let was = memberships[key, default: [:]][slug] ?? false
    memberships[key, default: [:]][slug] = was || isPrimary
    if payload.isEmpty {
      bare[key, default: []].insert(slug)
    } else {
      listed[key, default: []].insert([slug, payload])
    }
  }
}

@Suite("the index agrees with a model")
struct ModelTests {
  @Test("through random loads, appends, replacements and removals", arguments: [1, 2, 3, 4] as [UInt64])
  func randomHistory(seed: UInt64) throws {
    let folder = try TemporaryFolder()
    var random = SeededGenerator(state: seed)
    var limits = IndexLimits.tiny
    if seed.isMultiple(of: 2) { limits.editedBytesMax = 10 << 20 }
    var model = Model()
    let slugs = ["ants", "bees", "cats", "dogs"]
    for round in 0..<2 {
      let index = try Index(
        path: folder.path, spaces: TestSpaces.all, limits: limits, program: "test", texts: nil)
      let writer = IndexWriter(index)
      try check(index, model)
      for step in 0..<6 {
        let slug = slugs.randomElement(using: &random)!
        let exists = index.snapshot.dataset(slug) != nil
        if exists, Int.random(in: 0..<5, using: &random) == 0 {
          _ = try writer.remove(slug, now: 1)
          model.remove(slug)
        } else {
          let mode: LoadMode = !exists ? .create : Bool.random(using: &random) ? .append : .replace
          let count = [1, 30, 800, 4_000].randomElement(using: &random)!
          let rows = (0..<count).map { _ in row(&random, range: count * 2 + 50) }
          if mode == .replace { model.remove(slug) }
          for row in rows {
            model.add(
              slug, Model.Key(space: row.space.id, key: row.key), isPrimary: row.isPrimary,
              payload: row.payload)
          }
          _ = try load(
            rows, into: slug, mode: mode, index: index, writer: writer, sha256: "\(seed).\(round).\(step)")
        }
        while try writer.sweep() {}
        #expect(!writer.hasGarbage)
        // Now and then a young level stays, and is loaded into again, or is folded in part.
        let steps = [0, 1, 1_000].randomElement(using: &random)!
        for _ in 0..<steps where try !writer.fold() { break }
        try check(index, model)
      }
    }
    let index = try Index(
      path: folder.path, spaces: TestSpaces.all, limits: limits, program: "test", texts: nil)
    #expect(index.leftovers.isEmpty)
    try check(index, model)
  }

  private func row(_ random: inout SeededGenerator, range: Int) -> (
    key: StoredKey, space: KeySpace, isPrimary: Bool, payload: String
  ) {
    let value = UInt64.random(in: 1...UInt64(range), using: &random)
    // Few accounts, so that their groups of listings are long.
    switch Int.random(in: 0..<10, using: &random) {
    case 0...6:
      let payload =
        Bool.random(using: &random)
        ? "" : "https://example.org/\(value)_\(Int.random(in: 0..<3, using: &random)).jpg"
      return (StoredKey(integer: value), TestSpaces.photos, true, payload)
    case 7, 8:
      // Some keys share their first half, which a digest nearly never does.
      return (
        StoredKey(high: StoredKey.mix(value % 40), low: value), TestSpaces.texts, Bool.random(using: &random),
        "text \(value)"
      )
    default:
      return (StoredKey(high: StoredKey.mix(value % 5), low: 7), TestSpaces.accounts, false, "photo \(value)")
    }
  }

  private func check(_ index: Index, _ model: Model, sourceLocation: SourceLocation = #_sourceLocation) throws
  {
    let snapshot = index.snapshot
    var images: [String: Int] = [:]
    var accounts: [String: Int] = [:]
    var distinct = 0
    for (key, datasets) in model.memberships {
      let found = try snapshot.datasets(of: key.key, space: key.space).compactMap {
        snapshot.datasets[$0]?.slug
      }
      #expect(Set(found) == Set(datasets.keys), sourceLocation: sourceLocation)
      if key.space == TestSpaces.accounts.id {
        for slug in datasets.keys { accounts[slug, default: 0] += 1 }
      } else {
        for (slug, isPrimary) in datasets where isPrimary { images[slug, default: 0] += 1 }
        if datasets.values.contains(true) { distinct += 1 }
      }
      // Unpacking the block of each key takes long: for most keys the counts and sets are enough.
      guard key.key.high.isMultiple(of: 5) || key.space == TestSpaces.accounts.id else { continue }
      let listings = try snapshot.listings(of: key.key, space: key.space, limit: 1_000_000).map {
        [snapshot.datasets[$0.dataset]!.slug, String(decoding: $0.payload, as: UTF8.self)]
      }
      #expect(Set(listings) == model.entries(of: key), sourceLocation: sourceLocation)
      #expect(Set(listings).count == listings.count, sourceLocation: sourceLocation)
    }
    #expect(snapshot.counts.images == distinct, sourceLocation: sourceLocation)
    #expect(snapshot.counts.memberships == images.values.reduce(0, +), sourceLocation: sourceLocation)
    #expect(snapshot.counts.keys == model.memberships.count, sourceLocation: sourceLocation)
    for dataset in snapshot.datasets.values {
      let counts = snapshot.counts.datasets[dataset.number] ?? IndexCounts.Dataset()
      #expect(counts.images == images[dataset.slug] ?? 0, sourceLocation: sourceLocation)
      #expect(counts.accounts == accounts[dataset.slug] ?? 0, sourceLocation: sourceLocation)
    }
    // Absent keys are absent.
    for value in 1...200 as ClosedRange<UInt64> {
      #expect(
        try snapshot.datasets(of: StoredKey(integer: value + (1 << 40)), space: TestSpaces.photos.id).isEmpty,
        sourceLocation: sourceLocation)
      #expect(
        try snapshot.datasets(
          of: StoredKey(high: StoredKey.mix(value % 40), low: value + (1 << 40)), space: 64
        )
        .isEmpty,
        sourceLocation: sourceLocation)
    }
  }
}
