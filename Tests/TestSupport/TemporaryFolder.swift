// A folder for a test, in memory where the system has such a place: the tests open hundreds of indexes, and what they
// promise does not depend on how long a disk takes.

internal import Foundation

/// A folder that is removed with the value.
package final class TemporaryFolder: Sendable {
  package let path: String

  package init() throws {
    let memory = "/dev/shm"
    let parent =
      FileManager.default.isWritableFile(atPath: memory)
      ? memory : FileManager.default.temporaryDirectory.path
    path = "\(parent)/whichset-\(UUID().uuidString)"
    // Whatever the process's mask is just now: a test of sockets changes it.
    try FileManager.default.createDirectory(
      atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Where LMDB keeps the data.
  package var dataFile: String { path + "/data.mdb" }
}
