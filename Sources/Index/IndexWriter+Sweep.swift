// Sweeping: old generations, and the rests of merges that did not end, are deleted in bounded steps while the
// writer has nothing else to do, so that no single transaction grows with the index.

internal import LMDB

extension IndexWriter {
  /// Whether there is something to sweep.
  package var hasGarbage: Bool { !garbage.isEmpty }

  /// Deletes a bounded part of what is superfluous; nothing while a reader holds a snapshot that may refer to it.
  ///
  /// - Returns: whether it did something.
  package func sweep() throws(IndexError) -> Bool {
    guard let name = garbage.first, !index.hasOldSnapshots else { return false }
    do throws(LMDBError) {
      var transaction = try environment.write()
      guard let database = try transaction.open(name) else {
        garbage.removeFirst()
        return true
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
      return true
    } catch { throw .lmdb(error) }
  }
}
