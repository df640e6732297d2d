// Stored bytes that were damaged in a way that their checksums do not cover, or that their writer made fit: an
// error, and neither a trap nor gigabytes of memory. Found by Fuzz/.

import Platform
import TestSupport
import Testing

@testable import Index

@Suite("damaged bytes")
struct DamagedBytesTests {
  @Test("of a run whose end points beyond all numbers are refused")
  func runEnd() throws {
    let folder = try TemporaryFolder()
    var bytes = [UInt8](repeating: 0, count: 16)
    LittleEndian.append(UInt64.max, bytes: 8, to: &bytes)
    LittleEndian.append(0, bytes: 8, to: &bytes)
    try Platform.Folder<SystemFailure>.replaceFile("\(folder.path)/run", with: bytes + RunFile.magic)
    #expect(throws: IndexError.self) { try RunFile.open("\(folder.path)/run") }
  }

  @Test("of listings that promise gigabytes are refused before memory is taken")
  func listingSize() throws {
    var groups = ListingGroups()
    var group: [UInt8] = []
    ListingGroups.appendEntry(dataset: 1, payload: [1, 2, 3], to: &group)
    groups.append(group.span)
    let compression = Compression()
    var part = try ListingPart.pack(groups, mark: .unknown, partBytes: 1 << 10, with: compression)[0]
    LittleEndian.store(UInt64(UInt32.max), bytes: 4, at: 12, in: &part)
    LittleEndian.store(Checksum.of(part.rawSpan, from: 8), bytes: 8, at: 0, in: &part)
    let error = #expect(throws: IndexError.self) {
      try ListingPart(part, number: 0, mark: .unknown).unpack(with: compression) {
        (_, _) throws(IndexError) in
      }
    }
    if case .corrupt(let what) = error { #expect(what.contains("size")) } else { Issue.record("no damage") }
  }
}
