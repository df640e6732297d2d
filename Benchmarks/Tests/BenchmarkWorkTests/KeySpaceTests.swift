// What the answers' check stands on: a list holds exactly the members that the arithmetic says.

internal import BenchmarkWork
internal import Testing

@Suite struct KeySpaceTests {
  @Test(
    "a permutation visits every number once", arguments: [1, 2, 3, 4, 5, 1_000, 4_096, 4_097] as [UInt64])
  func bijection(count: UInt64) {
    let permutation = Permutation(count: count)
    #expect(Set((0..<count).map { permutation($0) }) == Set(0..<count))
  }

  @Test("members are members and absent ids are not", arguments: [5_000, 24_000_001, 1 << 32] as [UInt64])
  func membership(count: UInt64) {
    let space = KeySpace(count: count)
    #expect((0..<5_000).allSatisfy { space.contains(space.member($0)) })
    #expect((0..<5_000).allSatisfy { space.member($0) < 54_000_000_000 })
    #expect((0..<5_000).allSatisfy { !space.contains(space.absent($0)) })
    let asked = Set((0..<5_000).flatMap { [space.member($0), space.absent($0)] })
    #expect((0..<5_000).allSatisfy { !asked.contains(space.other($0)) })
    #expect(!space.contains(0))
  }

  @Test("questions hold the share of hits that was asked for", arguments: KeyPattern.allCases)
  func hitShare(pattern: KeyPattern) {
    let space = KeySpace(count: 100_000)
    var choice = KeyChoice(space: space, hitShare: 0.25, pattern: pattern, seed: 7)
    var hits = 0
    for _ in 0..<20_000 {
      let question = choice.next()
      #expect(space.contains(question.identifier) == question.isMember)
      hits += question.isMember ? 1 : 0
    }
    #expect(4_500...5_500 ~= hits)
  }

  @Test("a skewed choice asks for the first member in proportion to its rank")
  func skew() {
    var choice = KeyChoice(space: KeySpace(count: 1_000_000), hitShare: 1, pattern: .skewed, seed: 7)
    let first = KeySpace(count: 1_000_000).member(0)
    let asked = (0..<100_000).count { _ in choice.next().identifier == first }
    // Rank 1 takes the logarithms from 1 to 2: log2(2) / log2(1,000,001) is 5.0 %.
    #expect(4_700...5_300 ~= asked)
  }

  @Test("numbers are written as people write them")
  func text() {
    var bytes: [UInt8] = []
    bytes.append(decimal: 0)
    bytes.append(":")
    bytes.append(decimal: 32_812_033_543)
    bytes.append(":")
    bytes.append(hexadecimal: 0x0ab1, digits: 6)
    #expect(String(decoding: bytes, as: UTF8.self) == "0:32812033543:000ab1")
  }

  @Test("a generic URL is as long as listed ones are")
  func urlLength() {
    var bytes: [UInt8] = []
    Notation.genericURL.append(32_812_033_543, to: &bytes)
    #expect(80...90 ~= bytes.count)
  }
}
