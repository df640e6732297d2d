// The parts of a merge by themselves: staged rows as one stream, that stream against standing blocks, and the counts that
// come of it. What they make of whole loads together is ModelTests' business.

import Synchronization
import TestSupport
import Testing

@testable import Index

@Suite("a staged merge")
struct StagedMergeTests {
  private struct Row {
    let key: StoredKey
    let isPrimary: Bool
    let payload: String
  }

  /// What a merge of these rows, spread over lanes and runs, gives.
  private static func merged(
    _ rows: [Row], in space: KeySpace, lanes laneCount: Int, spillingEvery spill: Int
  ) throws -> [(key: StoredKey, isPrimary: Bool, hasBareRow: Bool, payloads: [String])] {
    let folder = try TemporaryFolder()
    let spaces = [space.id: space]
    var lanes = [StagingLane](repeating: StagingLane(spaces: spaces), count: laneCount)
    var runs: [StagedRun] = []
    for (index, row) in rows.enumerated() {
      lanes[index % laneCount].append(
        row.key, space: space.id, isPrimary: row.isPrimary, payload: Array(row.payload.utf8).span)
      guard index % spill == spill - 1 else { continue }
      for lane in lanes.indices { lanes[lane].sort() }
      let name = "\(runs.count).run"
      let written = try RunFile.write(
        lanes.map { (space.id, $0.rows(space.id)) }, progress: LoadProgress(), folder: folder.path, name: name
      )
      runs.append(StagedRun(path: "\(folder.path)/\(name)", sections: written.sections))
      for lane in lanes.indices { lanes[lane].removeAll() }
    }
    var merge = try StagedSources(space, runs: runs, lanes: &lanes).merge()
    var groups: [(StoredKey, Bool, Bool, [String])] = []
    while try merge.advance() {
      groups.append(
        (
          merge.group.key, merge.group.isPrimary, merge.group.hasBareRow,
          (0..<merge.group.payloadCount).map { String(decoding: merge.group.payload($0), as: UTF8.self) }
        ))
    }
    return groups
  }

  @Test(
    "gives each key once, in order, with its distinct payloads, however its rows are spread",
    arguments: 1...8 as ClosedRange<UInt64>)
  func distinct(_ seed: UInt64) throws {
    var random = SeededGenerator(state: seed)
    let space = seed.isMultiple(of: 2) ? TestSpaces.photos : TestSpaces.texts
    let rows = (0..<400).map { _ in
      let value = UInt64.random(in: 0..<60, using: &random)
      return Row(
        key: space.isInteger
          ? StoredKey(integer: value) : StoredKey(high: StoredKey.mix(value / 2), low: value),
        isPrimary: Bool.random(using: &random), payload: ["", "a", "b", "cc"].randomElement(using: &random)!)
    }
    let groups = try Self.merged(
      rows, in: space, lanes: Int.random(in: 1...3, using: &random),
      spillingEvery: [7, 100, 1_000].randomElement(using: &random)!)
    let expected = Dictionary(grouping: rows, by: \.key).sorted { $0.key < $1.key }
    #expect(groups.map(\.key) == expected.map(\.key))
    for (group, (_, rows)) in zip(groups, expected) {
      #expect(group.isPrimary == rows.contains(where: \.isPrimary))
      #expect(group.hasBareRow == rows.contains { $0.payload.isEmpty })
      #expect(group.payloads == Set(rows.map(\.payload)).subtracting([""]).sorted())
    }
  }

  @Test("takes rows that came after others were sorted", arguments: [true, false])
  func sortedAgain(isBare: Bool) throws {
    let payload = isBare ? [] : [UInt8(1)]
    var lanes = [StagingLane(spaces: [1: TestSpaces.photos])]
    var keys: [StoredKey] = []
    for _ in 0..<3 {
      let values = UInt64(keys.count)..<UInt64(keys.count + 700)
      for value in values {
        keys.append(StoredKey(integer: value))
        lanes[0].append(keys[keys.count - 1], space: 1, isPrimary: true, payload: payload.span)
      }
      var merge = try StagedSources(TestSpaces.photos, runs: [], lanes: &lanes).merge()
      var found: [StoredKey] = []
      while try merge.advance() { found.append(merge.group.key) }
      #expect(found == keys.sorted())
    }
  }

  @Test("of nothing ends at once")
  func nothing() throws {
    #expect(try Self.merged([], in: TestSpaces.photos, lanes: 2, spillingEvery: 5).isEmpty)
  }
}

@Suite("a draft of dataset sets")
struct SpaceDraftTests {
  /// A draft is that of one load, into one dataset.
  private static func draft(_ sets: DatasetSets = DatasetSets(), setsMax: Int = 100) -> SpaceDraft {
    SpaceDraft(TestSpaces.photos, sets: sets, setsMax: setsMax)
  }

  /// What `body` makes of a draft.
  private static func moved(
    _ draft: SpaceDraft, _ body: (inout SetMoves) throws -> Void
  ) throws -> SpaceDraft {
    let shared = SharedDraft(draft)
    var moves = SetMoves(shared)
    try body(&moves)
    moves.finish()
    return shared.value
  }

  /// The sets after a load into a dataset that lists one key of each of the sets `old`; and where these keys went.
  private static func load(
    _ dataset: Int, onto old: [UInt32], _ sets: DatasetSets
  ) throws -> (sets: DatasetSets, new: [UInt32]) {
    var new: [UInt32] = []
    let draft = try moved(draft(sets)) { moves in
      for set in old { new.append(try moves.add(dataset, isPrimary: true, to: set)) }
    }
    return (draft.sets, new)
  }

  private static func tokens(_ datasets: [Int]) -> [DatasetToken] {
    datasets.map { DatasetToken(dataset: $0, isPrimary: true) }
  }

  @Test("counts each key in the set that it moves to, and what is new")
  func moves() throws {
    let first = try Self.moved(Self.draft()) { moves in
      for _ in 0..<5 {
        let set = try moves.add(1, isPrimary: true, to: 0)
        #expect(set == 1)
      }
    }
    #expect(first.sets.keyCount(of: 1) == 5)
    #expect((first.imagesNew, first.membershipsNew) == (5, 5))

    var (both, alone) = (UInt32(0), UInt32(0))
    let second = try Self.moved(Self.draft(first.sets)) { moves in
      both = try moves.add(2, isPrimary: true, to: 1)
      alone = try moves.add(2, isPrimary: true, to: 0)
    }
    #expect(second.sets.tokens(of: both) == Self.tokens([1, 2]))
    #expect([1, both, alone].map { second.sets.keyCount(of: $0) } == [4, 1, 1])
    #expect((second.imagesNew, second.membershipsNew) == (1, 2))
    #expect(second.changedSets == [1, both, alone].sorted())
    // What the dataset lists again stays where it is, and is not new.
    let third = try Self.moved(Self.draft(second.sets)) { moves in
      let set = try moves.add(2, isPrimary: true, to: both)
      #expect(set == both)
    }
    #expect((third.imagesNew, third.membershipsNew) == (0, 0))
    #expect(third.changedSets == [])
  }

  @Test("counts what several threads move together, under the same numbers")
  func shared() throws {
    let shared = SharedDraft(Self.draft())
    var (one, other) = (SetMoves(shared), SetMoves(shared))
    #expect(try one.add(1, isPrimary: true, to: 0) == 1)
    #expect(try other.add(1, isPrimary: false, to: 0) == 2)
    #expect(try other.add(1, isPrimary: true, to: 0) == 1)
    #expect(try one.add(1, isPrimary: false, to: 0) == 2)
    #expect(shared.value.sets.keyCount == 0)
    one.finish()
    other.finish()
    #expect([1, 2].map { shared.value.sets.keyCount(of: $0) } == [2, 2])
    #expect((shared.value.imagesNew, shared.value.membershipsNew) == (2, 2))
  }

  @Test("drops keys that are in no dataset any more, and joins sets that have become equal")
  func removal() throws {
    let first = try Self.load(1, onto: [0, 0], DatasetSets())
    let second = try Self.load(2, onto: [first.new[0], 0], first.sets)
    let (one, both, other) = (first.new[1], second.new[0], second.new[1])
    var draft = Self.draft(second.sets)
    draft.remove(dataset: 1)
    var kept: UInt32?
    draft = try Self.moved(draft) { moves in
      let gone = try moves.settle(one)
      #expect(gone == nil)
      kept = try moves.settle(both)
      let same = try moves.settle(other)
      #expect(same == kept)
    }
    let set = try #require(kept)
    #expect(draft.sets.tokens(of: set) == Self.tokens([2]))
    #expect(draft.sets.keyCount(of: set) == 2)
    #expect(draft.sets.keyCount == 2)
  }

  @Test("takes as many sets as its bound, and refuses one more")
  func bound() throws {
    var sets = DatasetSets()
    for dataset in 1...3 { sets = try Self.load(dataset, onto: [0], sets).sets }
    var full = SetMoves(SharedDraft(Self.draft(sets, setsMax: 3)))
    let error = #expect(throws: IndexError.self) { try full.add(4, isPrimary: true, to: 0) }
    #expect(error?.description.contains("at most 3 sets") == true)
    var roomy = SetMoves(SharedDraft(Self.draft(sets, setsMax: 4)))
    #expect(try roomy.add(4, isPrimary: true, to: 0) == 4)
  }
}

@Suite("a merge with standing blocks")
struct BlockMergeTests {
  @Test(
    "gives standing and staged keys in order, names the blocks that are touched, and keeps what was listed")
  func merge() throws {
    let folder = try TemporaryFolder()
    let index = try Index(
      path: folder.path, spaces: TestSpaces.all, limits: .tiny, program: "test", texts: nil)
    let writer = IndexWriter(index)
    let standing = (1...3_000 as ClosedRange<UInt64>).map {
      (key: StoredKey(integer: $0), space: TestSpaces.photos, isPrimary: true, payload: "was \($0)")
    }
    _ = try load(standing, into: "ants", mode: .create, index: index, writer: writer)
    let snapshot = index.snapshot
    var state = index.state.withLock { $0 }
    state.datasets[2] = DatasetRecord(number: 2, slug: "bees")
    state.nextDataset = 3
    var lanes = [StagingLane(spaces: snapshot.spaces)]
    let staged = [StoredKey(integer: 7), StoredKey(integer: 5_000_000)]
    for key in staged {
      lanes[0].append(key, space: TestSpaces.photos.id, isPrimary: true, payload: Array("is".utf8).span)
    }
    let input = MergeInput(
      SpaceDraft(TestSpaces.photos, sets: state.sets[1], setsMax: 100), snapshot: snapshot, state: state,
      dataset: 2, staged: try StagedSources(TestSpaces.photos, runs: [], lanes: &lanes))
    var merge = try BlockMerge(input, compression: Compression())
    let directory = try #require(snapshot.directories[1])
    #expect(merge.blockCount == directory.count)
    #expect(merge.blockCount > 2)
    #expect(merge.nextTouchedBlock == staged.map(directory.blockIndex(for:)).min())
    var keys: [StoredKey] = []
    var listed: [StoredKey: [String]] = [:]
    for block in 0..<merge.blockCount {
      try merge.begin(block)
      while try merge.next() {
        keys.append(merge.entry.key)
        var group: [UInt8] = []
        for place in merge.listing.span.indices { group.append(merge.listing.span[place]) }
        listed[merge.entry.key] = try ListingGroups.entries(of: group[...]).map {
          "\($0.dataset) \(String(decoding: $0.payload, as: UTF8.self))"
        }
      }
    }
    #expect(merge.nextTouchedBlock == nil)
    #expect(keys == (standing.map(\.key) + [staged[1]]).sorted())
    #expect(listed[staged[0]] == ["1 was 7", "2 is"])
    #expect(listed[staged[1]] == ["2 is"])
    #expect(listed[StoredKey(integer: 8)] == ["1 was 8"])
    _ = merge.finish()
    let draft = input.draft.value
    #expect((draft.imagesNew, draft.membershipsNew) == (1, 2))
  }
}
