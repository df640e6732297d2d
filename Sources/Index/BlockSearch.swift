// The hot path: finds the dataset sets of a batch of keys. Each phase asks for the cache lines that the next
// one reads, for all keys of the batch, so that their misses overlap: bucket, fence, block header, key.
//
// The pages were written by this program and are checked when merged and verified, not here; a search never
// reads outside its block as long as the header is sound, and the padding at a block's end lets eight bytes be
// read at any key.

internal import CLinux

@unsafe enum BlockSearch {
  /// Looks up all keys of `batch`; `views` has one entry a namespace number. About 10 ns a key when warm.
  static func run(_ batch: inout LookupBatch, views: UnsafePointer<FenceDirectory.View>) {
    let count = batch.count
    let spaces = unsafe batch.spaces
    let highs = unsafe batch.highs
    let lows = unsafe batch.lows
    let sets = unsafe batch.sets
    let places = unsafe batch.places
    let pages = unsafe batch.pages

    // Bucket of the fence directory.
    for index in 0..<count {
      let view = unsafe views + Int(spaces[index])
      unsafe sets[index] = 0
      let bucket = unsafe Int(truncatingIfNeeded: highs[index] >> view.pointee.shift)
      unsafe places[index] = bucket
      unsafe whichset_prefetch(view.pointee.firstInBucket + bucket)
    }
    // First fence of the bucket.
    for index in 0..<count {
      let view = unsafe views + Int(spaces[index])
      let first = unsafe Int(view.pointee.firstInBucket[places[index]])
      unsafe whichset_prefetch(view.pointee.fences + first)
    }
    // The block.
    for index in 0..<count {
      let view = unsafe views + Int(spaces[index])
      guard unsafe view.pointee.count > 0 else {
        unsafe pages[index] = nil
        continue
      }
      let place = unsafe findBlock(view, high: highs[index], low: lows[index], bucket: places[index])
      let page = unsafe view.pointee.pages[place]
      unsafe pages[index] = page
      unsafe whichset_prefetch(page)
    }
    // Where in the block the key is to be expected.
    for index in 0..<count {
      guard let page = unsafe pages[index] else { continue }
      let header = unsafe Header(page)
      let low = unsafe header.low
      let high = unsafe highs[index]
      guard high >= low else {
        unsafe pages[index] = nil
        continue
      }
      let guess = unsafe min(
        Int(truncatingIfNeeded: (high - low).multipliedFullWidth(by: header.scale).high), header.count - 1)
      unsafe places[index] = guess
      unsafe whichset_prefetch(page + KeyBlock.headerBytes + guess * header.keyBytes)
      if unsafe header.setBytes > 0 {
        unsafe whichset_prefetch(page + header.setsOffset + guess * header.setBytes)
      }
    }
    // The key, and its set.
    for index in 0..<count {
      guard let page = unsafe pages[index] else { continue }
      unsafe sets[index] = find(highs[index], lows[index], in: page, from: places[index])
    }
  }

  /// The first block whose fence is not below the key, from the first of its bucket on. Buckets hold about one
  /// fence each; where keys are crowded, the search doubles its steps.
  @inline(__always)
  private static func findBlock(
    _ view: UnsafePointer<FenceDirectory.View>, high: UInt64, low: UInt64, bucket: Int
  ) -> Int {
    let last = unsafe view.pointee.count - 1
    let fences = unsafe view.pointee.fences
    var place = unsafe Int(view.pointee.firstInBucket[bucket])
    var step = 0
    while unsafe place < last && fences[place] < high {
      place += 1
      step += 1
      if step == 16 {
        // Crowded: halve what is left of the bucket and its upper bound.
        var upper = unsafe min(last, Int(view.pointee.firstInBucket[bucket + 1]))
        while place < upper {
          let middle = (place + upper) / 2
          if unsafe fences[middle] < high { place = middle + 1 } else { upper = middle }
        }
        break
      }
    }
    if let secondHalves = unsafe view.pointee.secondHalves {
      while unsafe place < last && fences[place] == high && secondHalves[place] < low { place += 1 }
    }
    return place
  }

  /// The header of a block, read in place.
  @unsafe private struct Header {
    let page: UnsafeRawPointer
    let words: UInt64

    @inline(__always) init(_ page: UnsafeRawPointer) {
      unsafe self.page = unsafe page
      unsafe words = UInt64(littleEndian: page.load(fromByteOffset: 8, as: UInt64.self))
    }

    @inline(__always) var count: Int { unsafe Int(words & 0xFFFF) }
    @inline(__always) var keyBytes: Int { unsafe Int(words >> 16 & 0x7F) }
    @inline(__always) var hasSecondHalf: Bool { unsafe words >> 23 & 1 == 1 }
    @inline(__always) var setBytes: Int { unsafe Int(words >> 24 & 0xFF) }
    @inline(__always) var setBase: UInt32 { unsafe UInt32(truncatingIfNeeded: words >> 32) }
    @inline(__always) var low: UInt64 {
      unsafe UInt64(littleEndian: page.load(fromByteOffset: 16, as: UInt64.self))
    }
    @inline(__always) var scale: UInt64 {
      unsafe UInt64(littleEndian: page.load(fromByteOffset: 24, as: UInt64.self))
    }
    @inline(__always) var secondHalvesOffset: Int { unsafe KeyBlock.headerBytes + count * keyBytes }
    @inline(__always) var setsOffset: Int {
      unsafe secondHalvesOffset + (hasSecondHalf ? count * 8 : 0)
    }
  }

  @inline(__always)
  private static func find(_ high: UInt64, _ low: UInt64, in page: UnsafeRawPointer, from guess: Int)
    -> UInt32
  {
    let header = unsafe Header(page)
    let count = unsafe header.count
    let keyBytes = unsafe header.keyBytes
    let keys = unsafe page + KeyBlock.headerBytes
    let mask = UInt64.max >> UInt64(64 - 8 * keyBytes)
    let target = unsafe high - header.low
    var place = guess
    var offset = unsafe load(keys + place * keyBytes) & mask
    if offset < target {
      while place + 1 < count && offset < target {
        place += 1
        offset = unsafe load(keys + place * keyBytes) & mask
      }
    } else {
      while place > 0 && offset > target {
        place -= 1
        offset = unsafe load(keys + place * keyBytes) & mask
      }
    }
    guard offset == target else { return 0 }
    if unsafe header.hasSecondHalf {
      guard let exact = unsafe findSecondHalf(low, target, in: header, from: place, mask: mask) else {
        return 0
      }
      place = exact
    }
    let setBytes = unsafe header.setBytes
    var set = unsafe header.setBase
    let stored = unsafe page + header.setsOffset + place * setBytes
    var shift: UInt32 = 0
    for byte in 0..<setBytes {
      set &+= unsafe UInt32(stored.load(fromByteOffset: byte, as: UInt8.self)) << shift
      shift += 8
    }
    return set
  }

  /// Among the keys that share the high half (nearly always one), the one with this second half.
  @inline(__always)
  private static func findSecondHalf(
    _ low: UInt64, _ target: UInt64, in header: Header, from place: Int, mask: UInt64
  ) -> Int? {
    let keyBytes = unsafe header.keyBytes
    let keys = unsafe header.page + KeyBlock.headerBytes
    let halves = unsafe header.page + header.secondHalvesOffset
    var first = place
    while unsafe first > 0 && load(keys + (first - 1) * keyBytes) & mask == target { first -= 1 }
    while unsafe first < header.count && load(keys + first * keyBytes) & mask == target {
      if unsafe load(halves + first * 8) == low { return first }
      first += 1
    }
    return nil
  }

  @inline(__always) private static func load(_ address: UnsafeRawPointer) -> UInt64 {
    unsafe UInt64(littleEndian: address.loadUnaligned(as: UInt64.self))
  }
}
