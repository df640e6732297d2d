// How many identifiers one core turns into keys in a second, and how often that asks for memory. Every key is
// compared with the one that it must be.

internal import BenchmarkWork
internal import CAllocations

@testable import Identifiers

/// Kinds of identifiers that are measured, and the text key that each must give: none where it is the photo's number.
private let kinds: [(name: String, notation: Notation, prefixBytes: Int?)] = [
  ("flickr:ID", .flickr, nil), ("static Flickr URL", .staticURL, nil),
  // The canonical form leaves out `https://`.
  ("generic URL", .genericURL, 8),
]

/// Prints a line a kind: `name TAB figure TAB value`, the figures being `M/s`, `ns` and `allocations` each.
func measureIdentifiers(count: Int) throws {
  var choice = KeyChoice(
    space: KeySpace(count: 24_000_000), hitShare: 0.5, pattern: .uniform, seed: 1)
  let identifiers = (0..<min(count, 1_000_000)).map { _ in choice.next().identifier }
  for kind in kinds {
    var bytes: [UInt8] = []
    var bounds = [0]
    for identifier in identifiers {
      kind.notation.append(identifier, to: &bytes)
      bounds.append(bytes.count)
    }
    var parser = IdentifierParser()
    // The parser's memory grows with the first few.
    try parse(bytes, bounds, identifiers, count: 1_000, prefixBytes: kind.prefixBytes, with: &parser)
    let allocationsBefore = whichset_allocation_count()
    let start = ContinuousClock.now
    try parse(bytes, bounds, identifiers, count: count, prefixBytes: kind.prefixBytes, with: &parser)
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    let allocations = whichset_allocation_count() - allocationsBefore
    print("\(kind.name)\tM/s\t\(fixed(Double(count) / seconds / 1e6, 3))")
    print("\(kind.name)\tns\t\(fixed(seconds / Double(count) * 1e9, 1))")
    print("\(kind.name)\tallocations\t\(fixed(Double(allocations) / Double(count), 6))")
  }
}

private func parse(
  _ bytes: [UInt8], _ bounds: [Int], _ identifiers: [UInt64], count: Int, prefixBytes: Int?,
  with parser: inout IdentifierParser
) throws {
  let span = bytes.span
  var next = 0
  for _ in 0..<count {
    let range = bounds[next]..<bounds[next + 1]
    switch parser.parse(span.extracting(range)) {
    case .integer(.flickr, identifiers[next]) where prefixBytes == nil: break
    case .text(.url) where isSuffix(parser.text, of: span.extracting(range), from: prefixBytes): break
    default: throw UsageError("a wrong key of \(String(decoding: bytes[range], as: UTF8.self))")
    }
    next = next + 1 == identifiers.count ? 0 : next + 1
  }
}

private func isSuffix(_ text: Span<UInt8>, of whole: Span<UInt8>, from start: Int?) -> Bool {
  guard let start, whole.count == start + text.count else { return false }
  for index in text.indices where text[index] != whole[start + index] { return false }
  return true
}
