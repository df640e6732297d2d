// Interned dataset sets: distinct, counted, and as many as promised.

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
