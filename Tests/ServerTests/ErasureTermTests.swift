// When the daemon begins to purge its files, and what it says of that.

import Index
import Testing

@testable import Server

@Suite("the term of an erasure")
struct ErasureTermTests {
  private static func term(_ within: Int, since: Int) -> ErasureTerm {
    ErasureTerm(withinSeconds: within, remains: Remains(since: since, lastErasure: since))
  }

  @Test("counts from the first change; nothing to purge and no term have no end")
  func left() {
    #expect(Self.term(3_600, since: 1_000).secondsLeft(at: 1_000) == 3_600)
    #expect(Self.term(3_600, since: 1_000).secondsLeft(at: 4_600) == 0)
    #expect(Self.term(3_600, since: 1_000).secondsLeft(at: 4_601) == -1)
    #expect(Self.term(0, since: 1_000).secondsLeft(at: 9_999) == nil)
    #expect(ErasureTerm(withinSeconds: 3_600).secondsLeft(at: 9_999) == nil)
    // A damaged record.
    #expect(Self.term(3_600, since: 0).secondsLeft(at: 1_700_000_000)! < 0)
  }

  @Test("has ended at once where the change seems to come from a later time than the clock can explain")
  func clock() {
    #expect(Self.term(3_600, since: 5_000).secondsLeft(at: 4_990) == 3_610)
    #expect(Self.term(3_600, since: 1_000_000).secondsLeft(at: 4_990) == 0)
  }

  @Test("is used up but for what a compaction takes, and by half at most")
  func begin() {
    let rest = ErasureTerm.restSeconds
    let term = Self.term(3_600, since: 0)
    #expect(!term.begins(at: 3_600 - rest - 1, fileBytes: 0))
    #expect(term.begins(at: 3_600 - rest, fileBytes: 0))
    let tenSeconds = 10 * ErasureTerm.bytesPerSecond
    #expect(!term.begins(at: 3_600 - rest - 11, fileBytes: tenSeconds))
    #expect(term.begins(at: 3_600 - rest - 10, fileBytes: tenSeconds))
    #expect(!term.begins(at: 1_799, fileBytes: 1 << 50))
    #expect(term.begins(at: 1_800, fileBytes: 1 << 50))
    #expect(!Self.term(10, since: 0).begins(at: 4, fileBytes: 0))
    #expect(Self.term(10, since: 0).begins(at: 5, fileBytes: 0))
    #expect(!Self.term(0, since: 0).begins(at: 1 << 40, fileBytes: 0))
  }

  @Test("sees one try at a time, and a pause after one that failed")
  func tries() {
    var term = Self.term(3_600, since: 0)
    term.isUnderWay = true
    #expect(!term.begins(at: 9_999, fileBytes: 0))
    term.isUnderWay = false
    term.failure = ErasureTerm.Failure(time: 9_999, text: "no space")
    #expect(!term.begins(at: 9_999 + ErasureTerm.pauseSeconds - 1, fileBytes: 0))
    #expect(term.begins(at: 9_999 + ErasureTerm.pauseSeconds, fileBytes: 0))
    // The clock was set back.
    #expect(term.begins(at: 9_998, fileBytes: 0))
  }

  @Test("is reported with the seconds that are left, or by how many it is late, and why")
  func verdicts() {
    #expect(ErasureTerm(withinSeconds: 60).verdict(at: 7) == (false, "nothing is left in the files"))
    var term = Self.term(3_600, since: 0)
    #expect(term.verdict(at: 3_600).text.hasPrefix("0 s left") && !term.verdict(at: 3_600).isLate)
    term.failure = ErasureTerm.Failure(time: 0, text: "no space")
    let late = term.verdict(at: 3_601)
    #expect(late.isLate && late.text.hasPrefix("late by 1 s") && late.text.hasSuffix(": no space"))
    let unbounded = Self.term(0, since: 0).verdict(at: 30)
    #expect(!unbounded.isLate && unbounded.text.hasPrefix("files may hold for 30 s"))
  }
}
