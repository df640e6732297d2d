// Bringing an index to the newest format: the place where steps from one format to the next go. There has been one format
// so far, so there is no step; what there is to do is to tell an index that can be opened from one that cannot.

/// What an upgrade did.
package struct IndexUpgrade: Sendable {
  /// The format of the index before.
  package let before: Int
  /// Its format now.
  package let after: Int

  /// Upgrades the index in the folder `path`, which no daemon may have open.
  ///
  /// Throws `newerFormat` where only a newer program can open it, `inUse`, `notAnIndex`, and what the system says.
  package init(path: String) throws(IndexError) {
    let file = try IndexFile(path: path)
    before = file.format
    after = IndexFormat.version
    // `IndexFile` refuses formats that are newer, and those that have never been.
    precondition(before == after, "a step is missing")
  }
}
