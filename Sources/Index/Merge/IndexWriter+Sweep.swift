// Sweeping: old generations, and what is left of merges that failed or were cut off, are deleted in bounded steps while
// the writer has nothing else to do, so that no single transaction grows with the index.

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
    try index.publish(state)
    return true
  }

  private func sweep(_ name: String) throws(IndexError) {
    precondition(!isCurrent(name), "a current generation is no garbage")
    do throws(LMDBError) {
      let isEmpty = try OpeningDatabases.retrying { () throws(LMDBError) in try deletePart(of: name) }
      if isEmpty { garbage.removeFirst() }
    } catch { throw failure(error) }
  }

  private func isCurrent(_ name: String) -> Bool {
    index.state.withLock { state in
      state.generations.contains { space, generation in
        state.spaces[space].map { IndexFormat.databases($0, generation).contains(name) } ?? false
      }
    }
  }

  /// Returns whether nothing is left of the sub-database.
  private func deletePart(of name: String) throws(LMDBError) -> Bool {
    var transaction = try environment.write()
    guard let database = try transaction.open(name) else { return true }
    var deleted = 0
    do {
      var cursor = try transaction.writeCursor(database)
      while deleted < limits.sweptEntries, try cursor.first() {
        try cursor.delete()
        deleted += 1
      }
    }
    let isEmpty = deleted < limits.sweptEntries
    if isEmpty {
      let meta = try transaction.create(IndexFormat.meta)
      try transaction.delete(IndexFormat.unfinishedKey(name).rawSpan, in: meta)
      try transaction.drop(database, delete: true)
    }
    try transaction.commit()
    return isEmpty
  }
}
