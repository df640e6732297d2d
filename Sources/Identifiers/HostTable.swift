// Finds the rule of a host. Most hosts have none: the last six bytes of a host, as one integer, pick a bucket that
// is empty for nearly all of them; in a bucket the last eight bytes are compared before anything else is looked at.

import ByteText

/// A rule that a host has: its place in `FamilyRule.all`, and what it does, so that a parse need not touch
/// the rule's texts.
struct HostRule {
  let index: Int
  let transformation: FamilyRule.Transformation

  /// The whole rule; for cold paths.
  var rule: FamilyRule { FamilyRule.all[index] }
}

/// The hosts of `FamilyRule.all`, in a form that is fast to search.
struct HostTable {
  private enum Shape {
    case exact, numbered, under
  }

  private struct Entry {
    /// The last bytes of the pattern's fixed end, at most eight, and which bytes of a host they cover.
    var tail: UInt64
    var mask: UInt64
    var shape: Shape
    var prefix: Range<Int>
    var suffix: Range<Int>
    var rule: HostRule
  }

  /// The table of all rules, made once.
  static let all = HostTable(FamilyRule.all, version: ruleVersion)

  /// The bytes that pick a bucket: each pattern's fixed end has as many at least.
  private static let bucketBytes = 6
  private static let bucketBits = 9

  private var entries: [Entry] = []
  private var literals: [UInt8] = []
  /// Where in `entries` each bucket begins; one more for the end of the last.
  private var bucketStarts: [UInt16] = []

  /// A table of those rules that are not newer than `version`.
  init(_ rules: [FamilyRule], version: Int) {
    for (index, family) in rules.enumerated() where family.version <= version {
      let rule = HostRule(index: index, transformation: family.transformation)
      for host in family.hosts {
        switch host {
        case .exact(let name): add(.exact, prefix: "", suffix: name, rule: rule)
        case .numbered(let prefix, let suffix): add(.numbered, prefix: prefix, suffix: suffix, rule: rule)
        case .under(let name): add(.under, prefix: "", suffix: "." + name, rule: rule)
        }
      }
    }
    entries.sort { Self.bucket($0.tail) < Self.bucket($1.tail) }
    for (place, entry) in entries.enumerated() {
      while bucketStarts.count <= Self.bucket(entry.tail) { bucketStarts.append(UInt16(place)) }
    }
    while bucketStarts.count <= 1 << Self.bucketBits { bucketStarts.append(UInt16(entries.count)) }
  }

  private mutating func add(_ shape: Shape, prefix: String, suffix: String, rule: HostRule) {
    let start = literals.count
    literals.append(contentsOf: prefix.utf8)
    let middle = literals.count
    literals.append(contentsOf: suffix.utf8)
    precondition(suffix.utf8.count >= Self.bucketBytes, "a pattern's end picks its bucket")
    let covered = min(8, literals.count - middle)
    entries.append(
      Entry(
        tail: Self.tail(literals.span.extracting(middle..<literals.count)),
        mask: covered == 8 ? .max : (1 << UInt64(8 * covered)) - 1,
        shape: shape, prefix: start..<middle, suffix: middle..<literals.count, rule: rule))
  }

  /// The rule for a URL's host, or nil.
  func rule(for url: borrowing CanonicalURL) -> HostRule? {
    rule(for: url.bytes.span.extracting(url.host))
  }

  /// The rule for a canonical host, or nil.
  func rule(for host: Span<UInt8>) -> HostRule? {
    let tail = Self.tail(host)
    let bucket = Self.bucket(tail)
    let range = Int(bucketStarts[bucket])..<Int(bucketStarts[bucket + 1])
    for entry in entries[range] where tail & entry.mask == entry.tail && matches(entry, host) {
      return entry.rule
    }
    return nil
  }

  private func matches(_ entry: Entry, _ host: Span<UInt8>) -> Bool {
    let suffixStart = host.count - entry.suffix.count
    let fixed = literals.span
    guard suffixStart >= 0,
      host.extracting(suffixStart..<host.count).equals(fixed.extracting(entry.suffix))
    else { return false }
    switch entry.shape {
    case .exact: return suffixStart == 0
    case .under: return suffixStart > 0
    case .numbered:
      let digits = entry.prefix.count..<max(suffixStart, entry.prefix.count)
      return host.isDecimal(in: digits)
        && host.extracting(0..<entry.prefix.count).equals(fixed.extracting(entry.prefix))
    }
  }

  /// The bucket of a tail, by its last six bytes and a multiplicative hash (Knuth, TAOCP 3, 6.4).
  private static func bucket(_ tail: UInt64) -> Int {
    let picking = tail & ((1 << UInt64(8 * bucketBytes)) - 1)
    return Int((picking &* 0x9e37_79b9_7f4a_7c15) >> UInt64(64 - bucketBits))
  }

  /// The last eight bytes, the last one lowest; zeros in place of bytes that are not there.
  private static func tail(_ text: Span<UInt8>) -> UInt64 {
    if text.count >= 8 {
      // Safe: eight bytes are there.
      return unsafe UInt64(
        bigEndian: text.bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: text.count - 8, as: UInt64.self))
    }
    var tail: UInt64 = 0
    var shift: UInt64 = 0
    var index = text.count
    while index > 0, shift < 64 {
      index -= 1
      tail |= UInt64(text[index]) << shift
      shift += 8
    }
    return tail
  }
}
