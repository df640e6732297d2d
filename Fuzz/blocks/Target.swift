// Damaged stored data: what a disk may give back is an error that is thrown, never a trap. Checksums would stop
// nearly every input at once, so most are given the right one, as if whoever damaged the bytes had seen to it.

internal import Glibc

internal import Platform
@testable import Index

/// What the bytes are taken for.
private enum Subject: UInt8, CaseIterable {
  case keyBlock
  case keyBlockWithRightChecksum
  case packedKeyBlockWithOneChange
  case listingPart
  case listingPartWithRightChecksum
  case packedListingPartWithOneChange
  case datasetRecord
  case run
  case runWithAnyEnd
}

nonisolated(unsafe) private let compression = Compression()
/// A file in memory for the run at hand.
private let runPath = "/dev/shm/whichset-fuzz-run.\(getpid())"
/// Has the file removed when the program ends.
private let removesRun: Void = { atexit { _ = unsafe unlink(runPath) } }()  // safe: lent for the call

/// Called by libFuzzer with each input. The bytes are lent for the call. The first one chooses the subject.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard count > 1 else { return 0 }
  removesRun
  // Safe: libFuzzer lends `count` bytes for the call, and runs on one thread.
  let input = unsafe Array(UnsafeBufferPointer(start: bytes, count: count))
  guard let subject = Subject(rawValue: input[0] % UInt8(Subject.allCases.count)) else { return 0 }
  let rest = Array(input[1...])
  do throws(IndexError) {
    switch subject {
    case .keyBlock: try unpackKeys(rest)
    case .keyBlockWithRightChecksum: try unpackKeys(sealed(rest))
    case .packedKeyBlockWithOneChange: try unpackKeys(changed(packedKeys(rest), by: rest))
    case .listingPart: try unpackListings(rest)
    case .listingPartWithRightChecksum: try unpackListings(sealed(rest))
    case .packedListingPartWithOneChange:
      for part in try packedListings(rest) { try unpackListings(changed(part, by: rest)) }
    case .datasetRecord: _ = try DatasetRecord(number: 1, encoded: rest.span)
    case .run: try openRun(rest + rightEnd(of: rest))
    case .runWithAnyEnd: try openRun(rest + RunFile.magic)
    }
  } catch {}
  return 0
}

private func unpackKeys(_ block: [UInt8]) throws(IndexError) {
  var entries: [BlockEntry] = []
  // Safe: bytes have no padding to see.
  try KeyBlock.unpack(unsafe block.span.bytes, into: &entries)
  precondition(entries.count <= 0xFFFF)
}

private func unpackListings(_ bytes: [UInt8]) throws(IndexError) {
  let part = try ListingPart(bytes, number: 0, mark: .unknown)
  try part.unpack(with: unsafe compression) { (_, group) throws(IndexError) in
    for entry in try ListingGroups.entries(of: group) { precondition(entry.payload.count <= group.count) }
  }
}

private func openRun(_ bytes: [UInt8]) throws(IndexError) {
  _ = unsafe unlink(runPath)  // safe: the path is lent for the call
  try Platform.SystemFile<IndexError>(creating: runPath).write(bytes[...])
  _ = try RunFile.open(runPath)
}

/// What ends a run whose footer starts as far from its end as the last byte says.
private func rightEnd(of bytes: [UInt8]) -> [UInt8] {
  let start = bytes.count - min(bytes.count, Int(bytes.last ?? 0))
  var end: [UInt8] = []
  LittleEndian.append(UInt64(start), bytes: 8, to: &end)
  // Safe: bytes have no padding to see.
  LittleEndian.append(Checksum.of(unsafe Array(bytes[start...]).span.bytes), bytes: 8, to: &end)
  return end + RunFile.magic
}

/// The bytes with the right checksum in their first eight.
private func sealed(_ bytes: [UInt8]) -> [UInt8] {
  guard bytes.count >= 8 else { return bytes }
  var bytes = bytes
  // Safe: bytes have no padding to see.
  let checksum = Checksum.of(unsafe bytes.span.bytes, from: 8)
  LittleEndian.store(checksum, bytes: 8, at: 0, in: &bytes)
  return bytes
}

/// A well-formed value with up to eight bytes overwritten, where and by what the input says, and the checksum made
/// right again.
private func changed(_ bytes: [UInt8], by input: [UInt8]) -> [UInt8] {
  var bytes = bytes
  for (offset, byte) in input.suffix(8).enumerated() {
    bytes[min(bytes.count - 1, 8 + Int(input[0]) % 24 + offset)] ^= byte
  }
  return sealed(bytes)
}

/// A block of keys that are as far apart as the input's bytes say.
private func packedKeys(_ input: [UInt8]) -> [UInt8] {
  let shift = UInt64(input[0] % 40)
  var high: UInt64 = 0
  let entries = input.prefix(200).map { byte in
    high += 1 + UInt64(byte) << shift
    return BlockEntry(key: StoredKey(high: high, low: UInt64(byte)), set: UInt32(byte) << UInt32(shift % 24))
  }
  let block = KeyBlock.pack(entries[...], hasSecondHalf: input[0] >= 128)
  var again: [BlockEntry] = []
  // Just packed, so whole; safe: bytes have no padding to see.
  try! KeyBlock.unpack(unsafe block.span.bytes, into: &again)
  precondition(again.map(\.set) == entries.map(\.set) && again.map(\.key.high) == entries.map(\.key.high))
  return block
}

/// Listings whose payloads are pieces of the input.
private func packedListings(_ input: [UInt8]) throws(IndexError) -> [[UInt8]] {
  var groups = ListingGroups()
  for start in stride(from: 0, to: input.count, by: 16) {
    var group: [UInt8] = []
    let payload = input[start..<min(start + 16, input.count)]
    ListingGroups.appendEntry(dataset: Int(input[start]), payload: payload, to: &group)
    groups.append(group.span)
  }
  return try ListingPart.pack(
    groups, mark: .unknown, partBytes: 64 + Int(input[0]), with: unsafe compression)
}
