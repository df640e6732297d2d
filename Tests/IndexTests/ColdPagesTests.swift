import Testing

@testable import Index

@Suite("pages are asked for ahead") struct ColdPagesTests {
  private let slow = ColdPages.slowNanoseconds + 1

  @Test("once a batch was slow because of the disk, and not because of others on the machine")
  func begins() {
    var pages = ColdPages()
    pages.note(nanoseconds: ColdPages.slowNanoseconds, faults: 5)
    #expect(!pages.isCold, "as slow as a batch may be")
    pages.note(nanoseconds: slow, faults: 0)
    #expect(!pages.isCold, "slow, but no page came from the disk")
    pages.note(nanoseconds: slow, faults: 3)
    #expect(pages.isCold)
  }

  @Test("until so many batches in a row were quick")
  func ends() {
    var pages = ColdPages()
    pages.note(nanoseconds: slow, faults: 1)
    for _ in 1..<ColdPages.quickBatchesMax { pages.note(nanoseconds: 1_000, faults: 1) }
    #expect(pages.isCold)
    // A slow one among them: they count again.
    pages.note(nanoseconds: slow, faults: 1)
    for _ in 1..<ColdPages.quickBatchesMax { pages.note(nanoseconds: 1_000, faults: 1) }
    #expect(pages.isCold)
    pages.note(nanoseconds: 1_000, faults: 1)
    #expect(!pages.isCold)
  }
}
