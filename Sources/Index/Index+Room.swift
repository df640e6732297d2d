// Whether the disk has room for what a load will need, before it is needed.

internal import LMDB
internal import Platform

extension Index {
  /// Bytes that are free on the disk of the data folder, the reserve included. The C function is `statvfs`.
  package func freeDiskBytes() throws(IndexError) -> Int { try Folder.freeBytes(path) }

  /// Refuses to go on where the disk has no room for `bytes` more.
  package func checkRoom(bytes: Int) throws(IndexError) {
    let free = try freeDiskBytes() - limits.diskReserveBytes
    guard free >= bytes else { throw .disk(freeBytes: free, neededBytes: bytes) }
  }

  /// Refuses a load whose merge the disk has no room for. O(free pages).
  package func checkRoom(toMerge load: borrowing StagedLoad) throws(IndexError) {
    let map = try mapUse()
    let needed = try mergeBytes(load)
    // Pages of the file that are free are used again.
    let available = try Folder.freeBytes(path) - limits.diskReserveBytes + map.fileBytes - map.usedBytes
    guard available >= needed else { throw .disk(freeBytes: available, neededBytes: needed) }
  }

  /// Bytes that the merge of a load writes, about: what is staged, stored once more, and beside it the standing
  /// generation of each namespace that is rewritten.
  func mergeBytes(_ load: borrowing StagedLoad) throws(IndexError) -> Int {
    var bytes = load.mergedBytes
    let snapshot = snapshot
    for space in load.stagedSpaces where load.stagedRows(space) > limits.youngRowsMax {
      guard let generation = snapshot.generations[space.id] else { continue }
      bytes += try generationBytes(space, generation)
    }
    return bytes
  }

  /// Bytes of the pages of a generation. O(1).
  func generationBytes(_ space: KeySpace, _ generation: Int) throws(IndexError) -> Int {
    try byteCount(of: IndexFormat.databases(space, generation))
  }

  /// Bytes of the pages of sub-databases. O(1).
  func byteCount(of names: [String]) throws(IndexError) -> Int {
    try IndexError.wrapping { () throws(LMDBError) in
      let transaction = try environment.read()
      var pages = 0
      for name in names {
        guard let database = try transaction.open(name) else { continue }
        let statistics = try transaction.stat(database)
        pages += statistics.branchPages + statistics.leafPages + statistics.overflowPages
      }
      return pages * (try environment.stat().pageSizeBytes)
    }
  }
}
