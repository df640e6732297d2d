// Sweeping: old generations, and the rests of merges that did not end, are deleted in bounded steps while the
// writer has nothing else to do, so that no single transaction grows with the index.

internal import LMDB
internal import Synchronization

extension IndexWriter {
  /// Whether there is something to sweep.
  package var hasGarbage: Bool { !garbage.isEmpty }

  /// Deletes a bounded part of what is superfluous; nothing while a reader holds a snapshot that may refer to it.
  ///
  /// - Returns: whether it did something.
  package func sweep() throws(IndexError) -> Bool {
    guard let name = garbage.first, !index.hasOldSnapshots else { return false }
    try sweep(name)
    // A snapshot of the state as it was would keep LMDB from using the freed pages, the next steps' own included.
    var state = index.state.withLock { $0 }
    state.version += 1
    try index.publish(state, edits: [:])
    return true
  }

  private func sweep(_ name: String) throws(IndexError) {
    do throws(LMDBError) {
      var transaction = try environment.write()
      guard let database = try transaction.open(name) else {
        garbage.removeFirst()
        return
      }
      var deleted = 0
      do {
        var cursor = try transaction.writeCursor(database)
        while deleted < limits.sweptEntries, try cursor.first() {
          try cursor.delete()
          deleted += 1
        }
      }
      let isEmpty = deleted < limits.sweptEntries
      if isEmpty { try transaction.drop(database, delete: true) }
      try transaction.commit()
      if isEmpty { garbage.removeFirst() }
    } catch { throw .lmdb(error) }
  }
}
