// The file of a backup, or of what else the daemon writes into a file, while it is made: beside where it belongs, readable by its owner only, and gone if anything ends the
// program. It gets its name only when it is on the disk and was found good, and takes no other file's place unasked.

package import Console
import Glibc
import Platform

/// A backup that is being made.
package struct BackupFile: ~Copyable {
  private let replaces: Bool
  private var part: PartFile<SystemFailure>
  // Behind the file, which therefore goes first.
  private let announcement = Announcement()

  package var path: String { part.path }
  package var partPath: String { part.file.path }

  /// The word for who interrupts the program.
  private struct Announcement: ~Copyable {
    deinit { Interruption.fallSilent() }
  }

  /// Makes the file, empty. The corresponding C function is `open`.
  ///
  /// - Parameters:
  ///   - replaces: another regular file at `path` is replaced.
  ///   - what: the file is.
  package init(_ path: String, replaces: Bool, what: String = "backup") throws(Trouble) {
    try Self.check(path, replaces: replaces)
    let partPath = PartFile<SystemFailure>.unforeseenPath(beside: path)
    // Whatever ends the program removes the file, from before it is there on.
    Interruption.announce("whichset: interrupted; no \(what) was made\n", removing: partPath)
    part = try Trouble.wrapping("cannot write \(path)", try PartFile(path, as: partPath, mode: 0o600))
    self.replaces = replaces
  }

  /// The file whose lock tells that a folder is a daemon's.
  private static let lockName = "whichset.lock"
  /// Files of a daemon's own, which it goes on writing to when they have lost their names.
  private static let daemonNames: Set<String> = ["data.mdb", "lock.mdb", lockName, "last-backup"]

  /// Refuses names that no backup may have.
  private static func check(_ path: String, replaces: Bool) throws(Trouble) {
    let name = path.split(separator: "/").last.map(String.init) ?? ""
    let lockPath = "\(Folder<SystemFailure>.parent(of: path))/\(lockName)"
    if daemonNames.contains(name), try FileKind.at(lockPath, followsLinks: false) != nil {
      throw Trouble("\(path) belongs to the index of a daemon. Choose another name, outside its data folder")
    }
    guard let kind = try FileKind.at(path, followsLinks: false) else { return }
    guard replaces else { throw exists(path) }
    if kind != .regular {
      throw Trouble("\(path) \(kind.text), and is not replaced. Choose another name")
    }
  }

  /// What is to be handed to the daemon.
  package var raw: Int32 { part.file.descriptor.raw }

  /// Puts the file on the disk. The corresponding C function is `fsync`.
  ///
  /// - Parameter byteCount: how long the daemon says that it is.
  package borrowing func sync(byteCount: Int) throws(Trouble) {
    let status = try Trouble.wrapping("cannot put \(partPath) on the disk", try part.file.status())
    try Trouble.wrapping("cannot put \(partPath) on the disk", try part.file.sync())
    guard status.byteCount == byteCount else {
      throw Trouble(
        "\(partPath) has \(status.byteCount) bytes where the daemon wrote \(byteCount); nothing was kept")
    }
  }

  /// Gives the file its name, and puts that on the disk. The corresponding C functions are `link`, `rename` and `fsync`.
  package mutating func keep() throws(Trouble) {
    do throws(SystemFailure) {
      if replaces { try part.place() } else { try part.placeAsNew() }
    } catch {
      throw error.code == EEXIST ? Self.exists(path) : Trouble("cannot write \(path)", error)
    }
    try Trouble.wrapping(
      "cannot put \(Folder<SystemFailure>.parent(of: path)) on the disk", try part.syncName())
  }

  private static func exists(_ path: String) -> Trouble {
    Trouble("\(path) is there already. Choose another name, or say --force to replace it")
  }
}
