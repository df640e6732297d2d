// When a load is given up for its rejected rows.

import Client
import Testing

@Suite struct RejectLimitTests {
  @Test("a number of rows, or a share with up to two decimals, is a limit; anything else is none")
  func arguments() {
    for text in ["0", "100", "5%", "0%", "100%", "0.25%", "12.5%"] {
      #expect(RejectLimit(argument: text) != nil, "\(text)")
    }
    for text in ["", "%", "-1", "x", "5 %", "101%", "100.01%", "1.234%", ".5%", "5.%", "1e3", "5%%"] {
      #expect(RejectLimit(argument: text) == nil, "\(text)")
    }
    #expect(RejectLimit(argument: "1200")?.description == "1,200 rows")
    #expect(RejectLimit(argument: "5%")?.description == "5 %")
    #expect(RejectLimit(argument: "0.25%")?.description == "0.25 %")
  }

  @Test("a number of rows holds at once, at the number and not one before")
  func rows() throws {
    let limit = try #require(RejectLimit(argument: "2"))
    #expect(!limit.isExceeded(rows: 3, rejected: 2, isWhole: true))
    #expect(limit.isExceeded(rows: 3, rejected: 3, isWhole: false))
  }

  @Test("a share is looked at from the thousandth row on, and at the end")
  func share() throws {
    let limit = try #require(RejectLimit(argument: "5%"))
    #expect(!limit.isExceeded(rows: 999, rejected: 999, isWhole: false))
    #expect(limit.isExceeded(rows: 999, rejected: 999, isWhole: true))
    #expect(!limit.isExceeded(rows: 1_000, rejected: 50, isWhole: false))
    #expect(limit.isExceeded(rows: 1_000, rejected: 51, isWhole: false))
    let all = try #require(RejectLimit(argument: "100%"))
    #expect(!all.isExceeded(rows: 5_000, rejected: 5_000, isWhole: true))
  }

  @Test("the usual limit is half of the rows, and leaves short lists alone")
  func usual() {
    #expect(!RejectLimit.usual.isExceeded(rows: 999, rejected: 999, isWhole: true))
    #expect(!RejectLimit.usual.isExceeded(rows: 1_000, rejected: 500, isWhole: true))
    #expect(RejectLimit.usual.isExceeded(rows: 1_000, rejected: 501, isWhole: false))
  }

  @Test("a tally names its reasons, the most frequent first")
  func tally() {
    var tally = RejectTally()
    for code in ["columns", "identifier", "identifier"] { tally.add(code) }
    tally.add("earlier", rows: 0)
    #expect(tally.text == "2 identifier, 1 columns")
    #expect(tally.total == 3)
  }
}
