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
    // About where in the block the key's step up is.
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
      let upper = unsafe (high - low) &>> UInt64(block.pointee.unitShift &+ block.pointee.lowerBits)
      guard unsafe upper <= UInt64(block.pointee.lastUpper) else {
        // Behind the last key of the block, and in front of its fence.
        unsafe blocks[index] = nil
        continue
      }
      let guess = unsafe block.pointee.guess(upper)
      unsafe places[index] = guess
      unsafe whichset_prefetch(block.pointee.zeros + stretch(ofBit: guess) * 2)
      unsafe whichset_prefetch(block.pointee.uppers + guess &>> 3)
    }
    // Where it is, and so where the key and its set are.
    for index in 0..<count {
      guard let block = unsafe blocks[index] else { continue }
      let upper = unsafe Int(
        (highs[index] - block.pointee.low) &>> UInt64(block.pointee.unitShift &+ block.pointee.lowerBits))
      let position = unsafe start(of: upper, in: block, from: places[index])
      unsafe places[index] = position
      unsafe prefetch(block, key: position - upper)
    }
    // The key, and its set.
    for index in 0..<count {
      guard let block = unsafe blocks[index] else { continue }
      unsafe sets[index] = find(highs[index], lows[index], in: block, from: places[index])
    }
  }

  /// The set of a key whose block is damaged: no namespace has so many.
  static let damaged = UInt32.max

  /// How far behind the place where a key is expected those end that it is compared with, nearly always.
  private static let comparedBytes = 8

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

  /// Asks for what `find` reads of a block.
  @inline(__always)
  private static func prefetch(_ block: UnsafePointer<FenceDirectory.Block>, key: Int) {
    let lower = unsafe block.pointee.lowers + (key * Int(block.pointee.lowerBits)) &>> 3
    unsafe whichset_prefetch(lower)
    unsafe whichset_prefetch(lower + comparedBytes)
    if unsafe block.pointee.hasSecondHalf { unsafe whichset_prefetch(block.pointee.halves + 4 * key) }
    if unsafe block.pointee.setBits > 0 {
      unsafe whichset_prefetch(block.pointee.sets + (key * Int(block.pointee.setBits)) &>> 3)
    }
  }

  @inline(__always)
  private static func find(
    _ high: UInt64, _ low: UInt64, in block: UnsafePointer<FenceDirectory.Block>, from start: Int
  ) -> UInt32 {
    let block = unsafe block.pointee
    let distance = unsafe high - block.low
    let unit = unsafe UInt64(block.unitShift)
    let lowerBits = unsafe Int(block.lowerBits)
    guard distance & .low(Int(unit)) == 0 else { return 0 }
    let units = distance &>> unit
    let upper = Int(units &>> UInt64(lowerBits))
    let target = units & .low(lowerBits)
    var position = start
    var place = position - upper
    let (count, uppers, lowers) = unsafe (block.count, block.uppers, block.lowers)
    // The keys of this step are the ones that follow: nearly always one or two.
    while unsafe place < count && isOne(uppers, position) {
      let lower = unsafe bits(lowerBits, at: lowers, place)
      if lower > target { return 0 }
      if lower == target {
        guard unsafe block.hasSecondHalf else { return unsafe set(of: place, in: block) }
        let half = unsafe UInt64(load32(block.halves + 4 * place))
        if half == low { return unsafe set(of: place, in: block) }
        if half > low { return 0 }
      }
      place += 1
      position += 1
    }
    return 0
  }

  /// The place in the upper bits behind as many zeros as there are steps up to a key's: where its step begins.
  @inline(__always)
  private static func start(
    of upper: Int, in block: UnsafePointer<FenceDirectory.Block>, from guess: Int
  ) -> Int {
    guard upper > 0 else { return 0 }
    let (zeros, uppers) = unsafe (block.pointee.zeros, block.pointee.uppers)
    let last = unsafe block.pointee.stretchesBehindFirst
    // In front of the stretch there are fewer zeros, and in front of the next one as many or more.
    var stretch = unsafe min(stretch(ofBit: guess), last)
    while unsafe stretch > 0 && load16(zeros + 2 * stretch) >= upper { stretch -= 1 }
    while unsafe stretch < last && load16(zeros + 2 * (stretch + 1)) < upper { stretch += 1 }
    var rest = unsafe upper - load16(zeros + 2 * stretch)
    var position = stretch * KeyBlock.stretchBits
    var sums = unsafe sumsOfZeros(load(uppers + position &>> 3))
    let inFirst = Int(sums &>> 56)
    if rest > inFirst {
      rest -= inFirst
      position += 64
      sums = unsafe sumsOfZeros(load(uppers + position &>> 3))
    }
    // The byte with the last of them: in front of it are those that have fewer up to their end.
    let ones: UInt64 = 0x0101_0101_0101_0101
    let tops: UInt64 = ones &<< 7
    let fewer = ((UInt64(rest - 1) &* ones | tops) &- sums) & tops
    let byte = Int(((fewer &>> 7) &* ones) &>> 56)
    rest -= Int((sums &<< 8) &>> UInt64(8 * byte) & 0xFF)
    position += 8 * byte
    var left = unsafe ~load(uppers + position &>> 3)
    while rest > 1 {
      left &= left &- 1
      rest -= 1
    }
    return position + left.trailingZeroBitCount + 1
  }

  @inline(__always) private static func stretch(ofBit position: Int) -> Int {
    position &>> KeyBlock.stretchBits.trailingZeroBitCount
  }

  /// In each byte, how many zeros the word has up to the end of that byte.
  @inline(__always) private static func sumsOfZeros(_ word: UInt64) -> UInt64 {
    var sums = ~word
    sums -= sums &>> 1 & 0x5555_5555_5555_5555
    let pairs: UInt64 = 0x3333_3333_3333_3333
    sums = (sums & pairs) + (sums &>> 2 & pairs)
    sums = (sums + (sums &>> 4)) & 0x0F0F_0F0F_0F0F_0F0F
    return sums &* 0x0101_0101_0101_0101
  }

  @inline(__always)
  private static func set(of place: Int, in block: FenceDirectory.Block) -> UInt32 {
    let (exceptions, sets, setBits) = unsafe (block.exceptions, block.sets, Int(block.setBits))
    if exceptions == 0 {
      return unsafe block.setBase &+ UInt32(truncatingIfNeeded: bits(setBits, at: sets, place))
    }
    var (low, high) = (0, exceptions)
    while low < high {
      let middle = (low + high) / 2
      if unsafe load16(sets + 2 * middle) < place { low = middle + 1 } else { high = middle }
    }
    guard unsafe low < exceptions && load16(sets + 2 * low) == place else { return unsafe block.usualSet }
    let stored = unsafe bits(setBits, at: sets + 2 * exceptions, low)
    return unsafe block.setBase &+ UInt32(truncatingIfNeeded: stored)
  }

  /// The number at `place` in a string of numbers of so many bits, at most 57.
  @inline(__always) private static func bits(_ count: Int, at start: UnsafeRawPointer, _ place: Int) -> UInt64
  {
    let bit = place * count
    let word = unsafe load(start + bit &>> 3)
    return word &>> UInt64(bit & 7) & .low(count)
  }

  @inline(__always) private static func isOne(_ bits: UnsafeRawPointer, _ position: Int) -> Bool {
    unsafe bits.load(fromByteOffset: position &>> 3, as: UInt8.self) &>> UInt8(position & 7) & 1 == 1
  }

  @inline(__always) private static func load16(_ address: UnsafeRawPointer) -> Int {
    unsafe Int(UInt16(littleEndian: address.loadUnaligned(as: UInt16.self)))
  }

  @inline(__always) private static func load32(_ address: UnsafeRawPointer) -> UInt32 {
    unsafe UInt32(littleEndian: address.loadUnaligned(as: UInt32.self))
  }

  @inline(__always) private static func load(_ address: UnsafeRawPointer) -> UInt64 {
    unsafe UInt64(littleEndian: address.loadUnaligned(as: UInt64.self))
  }
}
