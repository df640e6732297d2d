// What a block says of itself, from which all places in it follow; and how it is found out for entries that are still to
// be packed, key by key, so that a block can be filled until nothing more fits.

/// The header of a block, byte by byte:
///
///     0  number of keys                            2 bytes
///     2  lower bits of a key (0-56)                1
///     3  bits below a unit of distance (0-63); +128 where keys have a second half   1
///     4  bits of a set's distance from the base (0-32)   1
///     5  parts of the block's listings (`PartCount`)   1
///     6  upper bits of the last key                2
///     8  `low`: the first key's high half          8
///    16  base of the set numbers                   4
///    20  the usual set's distance from the base, where some keys are exceptions   4
///    24  keys that do not have the usual set; 0 where each key's set is stored   2
///    26  checksum of the block's listings (`ListingsMark`)   6
struct BlockHeader: Equatable {
  /// More would not be read by one load of eight bytes that begins at any bit.
  static let lowerBitsMax = 56
  /// Keys of a block: a number of two bytes.
  static let keysMax = Int(UInt16.max)

  let count: Int
  /// Bits of a key that stand as they are.
  let lowerBits: Int
  /// Bits that all keys of the block have alike below their distance from the first one.
  let unitShift: Int
  let hasSecondHalf: Bool
  let setBits: Int
  /// What is above the last key's lower bits.
  let lastUpper: Int
  /// The first key's high half.
  let low: UInt64
  let setBase: UInt32
  /// The set of all keys but the exceptions; the base where there are none.
  let usualSet: UInt32
  /// How many keys do not have the usual set; 0 where each key's set is stored.
  let exceptions: Int
  var listings = ListingsSeal.unknown

  /// What the bytes of a header say, whatever it is.
  init(_ bytes: RawSpan) {
    count = Int(LittleEndian.load(2, from: bytes, at: 0))
    lowerBits = Int(LittleEndian.load(1, from: bytes, at: 2))
    let unit = LittleEndian.load(1, from: bytes, at: 3)
    unitShift = Int(unit & 0x7F)
    hasSecondHalf = unit & 0x80 != 0
    setBits = Int(LittleEndian.load(1, from: bytes, at: 4))
    listings = ListingsSeal(
      parts: PartCount(rawValue: UInt8(LittleEndian.load(1, from: bytes, at: 5))),
      mark: ListingsMark(rawValue: LittleEndian.load(6, from: bytes, at: 26)))
    lastUpper = Int(LittleEndian.load(2, from: bytes, at: 6))
    low = LittleEndian.load(8, from: bytes, at: 8)
    setBase = UInt32(LittleEndian.load(4, from: bytes, at: 16))
    usualSet = setBase &+ UInt32(LittleEndian.load(4, from: bytes, at: 20))
    exceptions = Int(LittleEndian.load(2, from: bytes, at: 24))
  }

  fileprivate init(_ figures: BlockShape.Figures, hasSecondHalf: Bool) {
    let distance = figures.span >> UInt64(figures.unitShift)
    let gap = distance / UInt64(figures.count)
    count = figures.count
    lowerBits = gap == 0 ? 0 : min(Self.lowerBitsMax, 63 - gap.leadingZeroBitCount)
    unitShift = figures.unitShift
    self.hasSecondHalf = hasSecondHalf
    setBits = 32 - (figures.mostSet - figures.leastSet).leadingZeroBitCount
    lastUpper = Int(distance >> UInt64(lowerBits))
    low = figures.low
    setBase = figures.leastSet
    let unusual = figures.count - figures.usualCount
    // Where that takes less than a set for each key.
    let hasExceptions = unusual * (16 + setBits) < figures.count * setBits
    usualSet = hasExceptions ? figures.usualSet : setBase
    exceptions = hasExceptions ? unusual : 0
  }

  /// Writes it to its place in a block, which `fits`.
  func store(in block: inout [UInt8]) {
    let start = KeyBlock.repeatedHeader.lowerBound
    func store(_ value: UInt64, _ bytes: Int, at offset: Int) {
      LittleEndian.store(value, bytes: bytes, at: start + offset, in: &block)
    }
    store(UInt64(count), 2, at: 0)
    store(UInt64(lowerBits), 1, at: 2)
    store(UInt64(unitShift) | (hasSecondHalf ? 0x80 : 0), 1, at: 3)
    store(UInt64(setBits), 1, at: 4)
    store(UInt64(listings.parts.rawValue), 1, at: 5)
    store(UInt64(lastUpper), 2, at: 6)
    store(low, 8, at: 8)
    store(UInt64(setBase), 4, at: 16)
    store(UInt64(usualSet - setBase), 4, at: 20)
    store(UInt64(exceptions), 2, at: 24)
    store(listings.mark.rawValue, 6, at: 26)
  }

  var upperBits: Int { count + lastUpper }
  var upperWords: Int { (upperBits + 63) / 64 }
  var stretches: Int { (upperBits + KeyBlock.stretchBits - 1) / KeyBlock.stretchBits }
  var zerosOffset: Int { KeyBlock.repeatedHeader.upperBound }
  var uppersOffset: Int { zerosOffset + 2 * stretches }
  var lowersOffset: Int { uppersOffset + 8 * upperWords }
  var halvesOffset: Int { lowersOffset + (count * lowerBits + 7) / 8 }
  var setsOffset: Int { halvesOffset + (hasSecondHalf ? 4 * count : 0) }
  /// Bytes of the block, but for what pads a short one.
  var byteCount: Int {
    let stored = exceptions > 0 ? exceptions : count
    return setsOffset + 2 * exceptions + (stored * setBits + 7) / 8 + KeyBlock.paddingBytes
  }

  /// Whether a block of so many bytes can hold what the header says.
  func fits(_ blockBytes: Int) -> Bool {
    (1...Self.keysMax).contains(count) && lastUpper <= UInt16.max && lowerBits <= Self.lowerBitsMax
      && unitShift + lowerBits < 64 && setBits <= 32 && exceptions < count && byteCount <= blockBytes
  }
}

/// What the header of a block tells of its listings: LMDB keeps them elsewhere, and may find others when a page of its own
/// is damaged.
struct ListingsSeal: Equatable {
  let parts: PartCount
  let mark: ListingsMark

  /// Of a block that tells nothing.
  static let unknown = ListingsSeal(parts: .unknown, mark: .unknown)
}

/// A checksum of all that is listed for the keys of a block. The checksum of each part begins with it, so that a part of
/// another block, or one of this block before a change, fails its checksum here.
struct ListingsMark: Equatable {
  /// 48 bits; 0 where nothing is told, as in blocks from before there was a mark, and in those without listings.
  let rawValue: UInt64

  static let unknown = ListingsMark(rawValue: 0)

  init(rawValue: UInt64) { self.rawValue = rawValue }

  /// O(bytes).
  init(_ groups: ListingGroups) {
    guard !groups.isEmpty else {
      self = .unknown
      return
    }
    // Safe: neither bytes nor integers have padding to see.
    let sum = unsafe Checksum.of(groups.ends.span.bytes, seed: Checksum.of(groups.bytes.span.bytes))
    rawValue = max(1, sum & .low(48))
  }

  /// What the checksum of a part begins with. Those of a block's parts differ too.
  func seed(ofPart number: Int) -> UInt64 {
    self == .unknown
      ? Checksum.defaultSeed : Checksum.defaultSeed ^ (rawValue << 16 | UInt64(number & 0xFFFF))
  }
}

/// How many parts the listings of a block have, as its header tells: where LMDB finds fewer, what is listed is lost, and
/// not just missing.
struct PartCount: RawRepresentable, Equatable {
  /// One more than there are, 255 for 254 or more; 0 where nothing is told, as in blocks from before parts were counted.
  let rawValue: UInt8

  static let unknown = PartCount(rawValue: 0)

  init(rawValue: UInt8) { self.rawValue = rawValue }

  init(_ parts: Int) { rawValue = UInt8(min(parts, 254) + 1) }

  /// Whether there may be so many.
  func allows(_ parts: Int) -> Bool { self == .unknown || self == PartCount(parts) }
}

/// What is known of entries that come in order, as far as it decides how they are packed.
struct BlockShape {
  fileprivate struct Figures {
    var count = 0
    var low: UInt64 = 0
    var span: UInt64 = 0
    var leastSet = UInt32.max
    var mostSet: UInt32 = 0
    var usualSet: UInt32 = 0
    var usualCount = 0
    private var distances: UInt64 = 0

    /// Bits that all distances from the first key have as zeros.
    var unitShift: Int { distances == 0 ? 0 : distances.trailingZeroBitCount }

    /// - Parameter sameSet: how many entries have the entry's set, itself included; 0 where that is not known.
    mutating func append(_ entry: BlockEntry, sameSet: Int) {
      if count == 0 { low = entry.key.high }
      count += 1
      span = entry.key.high - low
      distances |= span
      leastSet = min(leastSet, entry.set)
      mostSet = max(mostSet, entry.set)
      if sameSet > usualCount { (usualSet, usualCount) = (entry.set, sameSet) }
    }
  }

  private let hasSecondHalf: Bool
  private var figures = Figures()
  private var tally = SetTally()
  private var leeway = Leeway.none

  init(hasSecondHalf: Bool) { self.hasSecondHalf = hasSecondHalf }

  /// Takes the next entry. O(1).
  @inline(__always)
  mutating func append(_ entry: BlockEntry) { figures.append(entry, sameSet: tally.add(entry.set)) }

  /// Forgets all entries.
  mutating func removeAll() {
    figures = Figures()
    tally.removeAll()
    leeway = .none
  }

  /// The header of the entries so far, of which there is one at least. O(1).
  var header: BlockHeader { BlockHeader(figures, hasSecondHalf: hasSecondHalf) }

  /// The header that there will be with one more entry. O(1).
  func header(adding entry: BlockEntry) -> BlockHeader {
    var figures = figures
    figures.append(entry, sameSet: tally.count(entry.set) + 1)
    return BlockHeader(figures, hasSecondHalf: hasSecondHalf)
  }

  /// Whether a block holds the entries so far, one at least, and one more. O(1); the header, which says so exactly, is worked
  /// out for a few entries of a block alone.
  @inline(__always)
  mutating func fits(adding entry: BlockEntry) -> Bool {
    leeway.covers(entry, count: figures.count + 1, low: figures.low) || fitsExactly(adding: entry)
  }

  @inline(never)
  private mutating func fitsExactly(adding entry: BlockEntry) -> Bool {
    let header = header(adding: entry)
    guard header.fits(IndexLimits.blockBytes) else { return false }
    leeway = Leeway(header)
    return true
  }
}

/// Entries that fit a block without a look at the header that it would have.
///
/// What takes more room than a header says, for `n` entries, with `b` lower bits, is bounded so. A gap between keys, which
/// is the distance of the last one through the number of keys, is less than 2^(b+2) as long as the distance is less than
/// n * 2^(b+2): there are at most b + 1 lower bits then, also for more keys. Any m keys have fewer than 2m upper zeros, unless
/// the lower bits are at their bound. Sets between the least and the most that the bits of a set tell apart need no
/// more bits, and exceptions are stored only where they take less room.
private struct Leeway {
  /// How many entries there may be.
  private let countMax: Int
  /// The greatest distance of a key from the first one.
  private let spanMax: UInt64
  /// Bits that each distance must have as zeros.
  private let unitMask: UInt64
  private let setBase: UInt32
  /// The greatest distance of a set from the base.
  private let setMax: UInt32

  static let none = Leeway()

  private init() { (countMax, spanMax, unitMask, setBase, setMax) = (0, 0, 0, 0, 0) }

  /// What comes behind the entries of a block with this header.
  init(_ header: BlockHeader) {
    guard header.lowerBits + 2 < BlockHeader.lowerBitsMax else {
      self = .none
      return
    }
    // In bits: a one and two zeros, with the counts of zeros in each 128; lower bits; second half; set.
    let keyBits128 =
      3 * 128 + 3 * 16 + 128 * (header.lowerBits + 1 + (header.hasSecondHalf ? 32 : 0) + header.setBits)
    // Parts of words and bytes are rounded up: two of the counts, eight of upper bits, one each of lower bits and of sets.
    let fixed = KeyBlock.repeatedHeader.upperBound + KeyBlock.paddingBytes + 12
    countMax = (IndexLimits.blockBytes - fixed) * 8 * 128 / keyBits128
    let (units, isBeyond) = UInt64(header.count).multipliedReportingOverflow(
      by: 4 << UInt64(header.lowerBits))
    spanMax =
      isBeyond || units > .max >> UInt64(header.unitShift) ? .max : (units - 1) << UInt64(header.unitShift)
    unitMask = .low(header.unitShift)
    setBase = header.setBase
    setMax = UInt32(truncatingIfNeeded: UInt64.low(header.setBits))
  }

  @inline(__always)
  func covers(_ entry: BlockEntry, count: Int, low: UInt64) -> Bool {
    let span = entry.key.high &- low
    return count <= countMax && span <= spanMax && span & unitMask == 0 && entry.set &- setBase <= setMax
  }
}

/// How many keys of a block have each set.
private struct SetTally {
  /// Sets with greater numbers are not counted: among so many, hardly any block has a usual one.
  private static let setsMax = 1 << 16

  private var counts: [Int32] = []
  private var met: [UInt32] = []
  // The set of the last key, and how many keys have it, which `counts` does not have yet.
  private var last: UInt32?
  private var lastCount = 0

  /// Counts a key; returns how many there are of its set, 0 where they are not counted.
  @inline(__always)
  mutating func add(_ set: UInt32) -> Int {
    if set != last {
      keepLast()
      guard set < Self.setsMax else { return 0 }
      (last, lastCount) = (set, count(set))
    }
    lastCount += 1
    return lastCount
  }

  private mutating func keepLast() {
    guard let set = last else { return }
    if Int(set) >= counts.count {
      counts.append(contentsOf: repeatElement(0, count: Int(set) + 1))
    }
    if counts[Int(set)] == 0 { met.append(set) }
    counts[Int(set)] = Int32(lastCount)
    last = nil
  }

  func count(_ set: UInt32) -> Int {
    if set == last { return lastCount }
    return Int(set) < counts.count ? Int(counts[Int(set)]) : 0
  }

  mutating func removeAll() {
    for set in met { counts[Int(set)] = 0 }
    met.removeAll(keepingCapacity: true)
    (last, lastCount) = (nil, 0)
  }
}
