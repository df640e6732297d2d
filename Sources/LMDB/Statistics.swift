// The shape of one database's tree, as LMDB counts it; a read without cost in the size of the data.

internal import CLMDB

/// The size of a database.
package struct Statistics: Hashable, Sendable {
  /// The size of a page, in bytes.
  package let pageSizeBytes: Int
  /// How many levels the tree has; 0 when it is empty.
  package let depth: Int
  /// How many pages hold only keys that lead to others.
  package let branchPages: Int
  /// How many pages hold records.
  package let leafPages: Int
  /// How many pages hold values too large for a leaf.
  package let overflowPages: Int
  /// How many records there are.
  package let entries: Int

  init(_ statistics: MDB_stat) {
    pageSizeBytes = Int(statistics.ms_psize)
    depth = Int(statistics.ms_depth)
    branchPages = statistics.ms_branch_pages
    leafPages = statistics.ms_leaf_pages
    overflowPages = statistics.ms_overflow_pages
    entries = statistics.ms_entries
  }
}
