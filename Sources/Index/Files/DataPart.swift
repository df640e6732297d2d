// A data file that is being made in an index's folder and is to take the place of the index's own: a compacted copy, or a
// backup that is restored. Until it is whole, checked and on the disk, the standing file is not touched; then it changes
// its name in one step. The index that is open goes on to show the old file, and must be closed and reopened.

internal import LMDB
internal import Platform

/// A data file that is being made. Used by one thread at a time.
package final class DataPart {
  /// Its path, until it is installed.
  package let path: String
  /// Bytes that were written.
  package private(set) var byteCount = 0
  private let index: Index
  private var part: PartFile?

  /// Begins an empty file.
  ///
  /// - Parameter bytes: how many it will have, about. Throws `disk` where there is no room for so many.
  package init(_ index: Index, bytes: Int) throws(IndexError) {
    self.index = index
    try index.checkRoom(bytes: bytes)
    guard bytes <= index.limits.mapBytes else {
      throw .full(
        "a data file of \(bytes) bytes does not fit the map; start whichsetd with a larger --map-size")
    }
    let part = try PartFile(DataFile.path(in: index.path))
    path = part.file.path
    self.part = consume part
  }

  /// Appends bytes.
  package func write(_ bytes: ArraySlice<UInt8>) throws(IndexError) {
    try part?.file.write(bytes)
    byteCount += bytes.count
    // A copy may turn out longer than it was reckoned.
    try index.checkRoom(bytes: 0)
  }

  /// Overwrites a part of what was written with zeroes.
  package func clear(_ range: Range<Int>) throws(IndexError) { try part?.file.clear(range) }

  /// The finished file as an environment, for changes of its records. A commit puts them on the disk.
  ///
  /// - Parameter roomBytes: that the changes may take.
  func environment(roomBytes: Int = 0) throws(LMDBError) -> Environment {
    try Environment(
      path: path,
      options: .privateFile(
        mapSizeBytes: byteCount + Self.mapRoomBytes + roomBytes, databasesMax: IndexFormat.databasesMax))
  }

  /// Of the map, beyond the file and what is added: for the pages that a change copies.
  private static let mapRoomBytes = 64 << 20

  /// Puts what was written on the disk. The C function is `fsync`.
  package func finish() throws(IndexError) { try part?.file.sync() }

  /// Gives the file the name of the index's data file; it must be finished and checked. The index must not be written to
  /// from before the copying on, and is to be closed. Throws where the standing file is still in force. The C functions are
  /// `rename` and `fsync`.
  ///
  /// - Returns: whether the name is on the disk as well. If it is not, a power cut may bring the old file back.
  package func install() throws(IndexError) -> Bool {
    byteCount = try part?.file.status().byteCount ?? byteCount
    try part?.place()
    do throws(IndexError) {
      try part?.syncName()
      return true
    } catch {
      return false
    }
  }

  /// Removes the file, unless it is installed. If this fails, it is removed when the index is opened the next time.
  package func remove() { part = nil }
}
