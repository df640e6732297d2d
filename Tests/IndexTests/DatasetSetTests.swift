// Interned dataset sets: distinct, counted, and as many as promised.

import TestSupport
import Testing

@testable import Index

@Suite("dataset sets")
struct DatasetSetTests {
  private func tokens(_ datasets: [Int]) -> [DatasetToken] {
    datasets.map { DatasetToken(dataset: $0, isPrimary: true) }
  }

  @Test("are interned once")
  func once() throws {
    var sets = DatasetSets()
    var interner = DatasetSetInterner(sets, setsMax: 100)
    let first = try interner.number(of: tokens([1, 2]), in: &sets)
    #expect(try interner.number(of: tokens([1, 2]), in: &sets) == first)
    #expect(try interner.number(of: tokens([1, 3]), in: &sets) != first)
    #expect(try interner.number(of: [], in: &sets) == 0)
    #expect(sets.tokens(of: first) == tokens([1, 2]))
  }

  @Test("number four million, distinct, and are found again")
  func fourMillion() throws {
    var sets = DatasetSets()
    var interner = DatasetSetInterner(sets, setsMax: IndexLimits().datasetSetsMax)
    // The subsets of 22 datasets.
    let count = 1 << 22
    var buffer: [DatasetToken] = []
    func subset(_ mask: Int) -> [DatasetToken] {
      buffer.removeAll(keepingCapacity: true)
      for bit in 0..<22 where mask >> bit & 1 == 1 {
        buffer.append(DatasetToken(dataset: bit + 1, isPrimary: true))
      }
      return buffer
    }
    for mask in 1..<count {
      let number = try interner.number(of: subset(mask), in: &sets)
      if number != UInt32(mask) { Issue.record("set \(mask) has number \(number)") }
    }
    #expect(sets.count == count)
    for mask in stride(from: 1, to: count, by: 9_973) {
      #expect(try interner.number(of: subset(mask), in: &sets) == UInt32(mask))
    }
  }

  @Test("end with a clear error one past their bound")
  func bound() throws {
    var sets = DatasetSets()
    var interner = DatasetSetInterner(sets, setsMax: 10)
    for dataset in 1...10 { _ = try interner.number(of: tokens([dataset]), in: &sets) }
    let error = #expect(throws: IndexError.self) { try interner.number(of: tokens([11]), in: &sets) }
    #expect(error?.description == "full: a namespace distinguishes at most 10 sets of datasets")
    #expect(try interner.number(of: tokens([10]), in: &sets) == 10)
  }

  @Test("that no key has any more give their numbers to others, and never one that was given out since")
  func usedAgain() throws {
    var random = SeededGenerator(state: 12)
    var sets = DatasetSets()
    var before = DatasetSetInterner(sets, setsMax: 5_000)
    for dataset in 1...5_000 {
      sets.adjust(try before.number(of: tokens([dataset]), in: &sets), by: dataset.isMultiple(of: 3) ? 1 : 0)
    }
    let kept = sets
    var interner = DatasetSetInterner(sets, setsMax: 5_000)
    var found: [UInt32: [DatasetToken]] = [:]
    // So many that the table of the interner has to grow, to which no count has been added yet.
    for number in 1...3_334 {
      let some = tokens(
        Set((0..<4).map { _ in Int.random(in: 1...300, using: &random) }).sorted() + [6_000 + number])
      let set = try interner.number(of: some, in: &sets)
      #expect(kept.keyCount(of: set) == 0)
      #expect(found.updateValue(some, forKey: set) == nil)
    }
    #expect(found.allSatisfy { sets.tokens(of: $0.key) == $0.value })
    #expect(sets.count == 5_001)
    for dataset in stride(from: 3, through: 5_000, by: 3) {
      #expect(sets.tokens(of: UInt32(dataset)) == tokens([dataset]))
    }
    #expect(throws: IndexError.self) { try interner.number(of: tokens([7_000, 7_001]), in: &sets) }
  }

  @Test(
    "do not grow in number when datasets are replaced again and again, and a compaction leaves none without keys"
  )
  func replacedAgain() throws {
    let folder = try TemporaryFolder()
    var random = SeededGenerator(state: 6)
    let index = try Index(
      path: folder.path, spaces: TestSpaces.all, limits: .tiny, program: "test", texts: nil)
    let writer = IndexWriter(index)
    var members: [String: Set<UInt64>] = [:]
    var most = 0
    for round in 0..<8 {
      for dataset in 0..<6 {
        let photos = Set((0..<300).map { _ in UInt64.random(in: 1...600, using: &random) })
        members["d\(dataset)"] = photos
        _ = try load(
          photos.sorted().map { (StoredKey(integer: $0), TestSpaces.photos, true, "") }, into: "d\(dataset)",
          mode: round == 0 ? .create : .replace, index: index, writer: writer, sha256: "\(round).\(dataset)")
        while try writer.sweep() {}
      }
      let count = index.snapshot.sets[Int(TestSpaces.photos.id)].count
      if round == 1 { most = count }
      if round > 1 { #expect(count <= most * 2, "\(round)") }
    }
    func check() throws {
      for photo in 1...600 as ClosedRange<UInt64> {
        let found = try index.snapshot.datasets(of: StoredKey(integer: photo), space: TestSpaces.photos.id)
          .compactMap { index.snapshot.datasets[$0]?.slug }
        #expect(Set(found) == Set(members.filter { $0.value.contains(photo) }.keys))
      }
    }
    try check()
    let counts = index.snapshot.counts
    try writer.dropRemains(of: TestSpaces.photos)
    let sets = index.snapshot.sets[Int(TestSpaces.photos.id)]
    #expect((1..<UInt32(sets.count)).allSatisfy { sets.keyCount(of: $0) > 0 && sets.size(of: $0) > 0 })
    #expect(index.snapshot.counts == counts)
    try check()
    var verification = try Verification(index, texts: nil)
    while try verification.step() {}
    #expect(verification.counts.damages == 0)
    #expect(verification.counts.sets == sets.count - 1)
    #expect(verification.counts.remains == 0)
  }

  @Test("that lose a dataset keep their number, and a copy does not see it")
  func removal() throws {
    var sets = DatasetSets()
    var interner = DatasetSetInterner(sets, setsMax: 100)
    let both = try interner.number(of: tokens([1, 2]), in: &sets)
    let other = try interner.number(of: tokens([3]), in: &sets)
    let copy = sets
    #expect(sets.remove(dataset: 2) == [both])
    #expect(sets.tokens(of: both) == tokens([1]))
    #expect(sets.tokens(of: other) == tokens([3]))
    #expect(copy.tokens(of: both) == tokens([1, 2]))
  }
}
