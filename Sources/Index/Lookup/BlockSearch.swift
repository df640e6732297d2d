// The hot path: finds the dataset sets of a batch of keys. Each phase asks for the cache lines that the next
// one reads, for all keys of the batch, so that their misses overlap: bucket, fence, block, key.
//
// A block is checked by the first search in it; after that a search never reads outside it, and the padding at its end
// lets eight bytes be read at any key. A key whose block, or place among the blocks, is damaged has the set `damaged`.

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
    let blocks = unsafe batch.blocks

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
        unsafe blocks[index] = nil
        continue
      }
      let place = unsafe findBlock(view, high: highs[index], low: lows[index], bucket: places[index])
      let block = unsafe view.pointee.blocks + place
      unsafe blocks[index] = block
      unsafe places[index] = place
      unsafe whichset_prefetch(block)
    }
    if batch.coldPages.isCold {
      for index in 0..<count {
        guard let block = unsafe blocks[index] else { continue }
        unsafe whichset_fetch_page(block.pointee.page)
      }
    }
    // Where in the block the key is to be expected.
    for index in 0..<count {
      guard let block = unsafe blocks[index] else { continue }
      let view = unsafe views + Int(spaces[index])
      let place = unsafe places[index]
      let low = unsafe block.pointee.low
      let high = unsafe highs[index]
      guard unsafe view.pointee.isSound(place), high >= low else {
        unsafe blocks[index] = nil
        // In front of its block a key is in none, if the fence of the one before can be trusted.
        if unsafe !view.pointee.isSound(place) || place > 0 && !view.pointee.isSound(place - 1) {
          unsafe sets[index] = damaged
        }
        continue
      }
      let guess = unsafe FenceDirectory.Block.guess(high - low, in: block)
      unsafe places[index] = guess
      let page = unsafe block.pointee.page
      let key = unsafe page + KeyBlock.headerBytes + guess * block.pointee.keyBytes
      // The guess is off by a few keys, which may lie in the next line or in the one before.
      unsafe whichset_prefetch(key - nearbyBytes)
      unsafe whichset_prefetch(key + nearbyBytes)
      if unsafe block.pointee.setBytes > 0 {
        unsafe whichset_prefetch(page + block.pointee.setsOffset + guess * block.pointee.setBytes)
      }
    }
    // The key, and its set.
    for index in 0..<count {
      guard let block = unsafe blocks[index] else { continue }
      unsafe sets[index] = find(highs[index], lows[index], in: block, from: places[index])
    }
  }

  /// The set of a key whose block is damaged: no namespace has so many.
  static let damaged = UInt32.max

  /// Keys around the likely place that are compared at once.
  private static let windowKeys = 8

  /// How far from its likely place a key is asked for ahead, to both sides.
  private static let nearbyBytes = 32

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

  @inline(__always)
  private static func find(
    _ high: UInt64, _ low: UInt64, in block: UnsafePointer<FenceDirectory.Block>, from guess: Int
  ) -> UInt32 {
    let header = unsafe block.pointee
    let page = unsafe header.page
    let count = unsafe header.count
    let keyBytes = unsafe header.keyBytes
    let keys = unsafe page + KeyBlock.headerBytes
    let mask = UInt64.max >> UInt64(64 - 8 * keyBytes)
    let target = unsafe high - header.low
    // How many of the keys around the guess are below: a count without a branch, since where to stop cannot be
    // predicted.
    var place = unsafe max(0, min(guess - windowKeys / 2, count - windowKeys))
    var below = 0
    for index in 0..<(unsafe min(windowKeys, count)) {
      below += unsafe load(keys + (place + index) * keyBytes) & mask < target ? 1 : 0
    }
    let isBefore = below == 0
    place = min(place + below, count - 1)
    var offset = unsafe load(keys + place * keyBytes) & mask
    if unsafe below == windowKeys {
      while place + 1 < count && offset < target {
        place += 1
        offset = unsafe load(keys + place * keyBytes) & mask
      }
    } else if isBefore {
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
    _ low: UInt64, _ target: UInt64, in header: FenceDirectory.Block, from place: Int, mask: UInt64
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
