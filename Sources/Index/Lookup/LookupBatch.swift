// The keys of one batch of lookups, and their answers. Reused from batch to batch; nothing is allocated a
// request.

/// Up to 64 keys that are looked up together.
///
/// More at once were measured to be slower; fewer leave cache misses that do not overlap.
@safe package struct LookupBatch: ~Copyable {
  /// Keys of a full batch.
  package static let capacity = 64

  /// Whether lookups wait for the disk.
  var coldPages = ColdPages()
  /// Keys in the batch.
  package private(set) var count = 0
  let spaces: UnsafeMutablePointer<UInt8>
  let highs: UnsafeMutablePointer<UInt64>
  let lows: UnsafeMutablePointer<UInt64>
  let sets: UnsafeMutablePointer<UInt32>
  let places: UnsafeMutablePointer<Int>
  let blocks: UnsafeMutablePointer<UnsafePointer<FenceDirectory.Block>?>
  /// Where keys of this batch are looked up again; made when it is first needed.
  private var part: PartialBatch?

  /// An empty batch.
  package init() {
    // Safe: all elements are initialised here, and of trivial types.
    unsafe spaces = .allocate(capacity: Self.capacity)
    unsafe highs = .allocate(capacity: Self.capacity)
    unsafe lows = .allocate(capacity: Self.capacity)
    unsafe sets = .allocate(capacity: Self.capacity)
    unsafe places = .allocate(capacity: Self.capacity)
    unsafe blocks = .allocate(capacity: Self.capacity)
    unsafe spaces.initialize(repeating: 0, count: Self.capacity)
    unsafe highs.initialize(repeating: 0, count: Self.capacity)
    unsafe lows.initialize(repeating: 0, count: Self.capacity)
    unsafe sets.initialize(repeating: 0, count: Self.capacity)
    unsafe places.initialize(repeating: 0, count: Self.capacity)
    unsafe blocks.initialize(repeating: nil, count: Self.capacity)
  }

  deinit {
    // Safe: only this value owns them.
    unsafe spaces.deallocate()
    unsafe highs.deallocate()
    unsafe lows.deallocate()
    unsafe sets.deallocate()
    unsafe places.deallocate()
    unsafe blocks.deallocate()
  }

  /// Adds a key; the batch must not be full.
  package mutating func append(_ key: StoredKey, space: UInt8) {
    precondition(count < Self.capacity)
    // Safe: in bounds by the precondition.
    unsafe spaces[count] = space
    unsafe highs[count] = key.high
    unsafe lows[count] = key.low
    count += 1
  }

  /// The set of the key at `index`, after `Snapshot.look(up:)`; 0 where no dataset has it.
  package func set(at index: Int) -> UInt32 {
    precondition(index < count)
    return unsafe sets[index]  // in bounds by the precondition
  }

  /// The namespace of the key at `index`.
  package func space(at index: Int) -> UInt8 {
    precondition(index < count)
    return unsafe spaces[index]  // in bounds by the precondition
  }

  /// Empties the batch.
  package mutating func removeAll() { count = 0 }

  /// The keys for which `isWanted` holds, as a batch; nil where it holds for none.
  @inline(__always)
  mutating func part(where isWanted: (_ space: UInt8, _ high: UInt64) -> Bool) -> PartialBatch? {
    var found: PartialBatch?
    for index in 0..<count {
      // In bounds.
      let (space, high) = unsafe (spaces[index], highs[index])
      guard isWanted(space, high) else { continue }
      let own = found ?? part ?? PartialBatch()
      if found == nil {
        own.removeAll()
        part = own
        found = own
      }
      own.append(StoredKey(high: high, low: unsafe lows[index]), space: space, place: index)
    }
    return found
  }

  /// Takes the sets that keys have in another batch; those that it did not find stay as they are.
  mutating func takeSets(of part: PartialBatch) {
    for (index, place) in part.places.enumerated() {
      let set = part.batch.set(at: index)
      if set != 0 { unsafe sets[place] = set }  // in bounds, as the places are those of this batch's keys
    }
  }
}

/// Some keys of a batch, and their places there. Used by one thread.
final class PartialBatch {
  var batch = LookupBatch()
  private(set) var places: [Int] = []

  func append(_ key: StoredKey, space: UInt8, place: Int) {
    batch.append(key, space: space)
    places.append(place)
  }

  func removeAll() {
    batch.removeAll()
    places.removeAll(keepingCapacity: true)
  }
}
