// The file of a backup while it is made: beside where it belongs, readable by its owner only, and gone if anything ends the
// program. It gets its name only when it is on the disk and was found good, and takes no other file's place unasked.

package import Console
import Glibc

/// A backup that is being made.
package struct BackupFile: ~Copyable {
  package let path: String
  package let partPath: String
  private let replaces: Bool
  private let descriptor: Descriptor
  private var isDone = false

  /// Makes the file, empty. The corresponding C function is `open`.
  ///
  /// - Parameter replaces: another regular file at `path` is replaced.
  package init(_ path: String, replaces: Bool) throws(Trouble) {
    try Self.check(path, replaces: replaces)
    let partPath = PartFile.path(beside: path)
    // Whatever ends the program removes the file, from before it is there on.
    Interruption.announce("whichset: interrupted; no backup was made\n", removing: partPath)
    descriptor = try PartFile.make(partPath, mode: 0o600)
    self.path = path
    self.partPath = partPath
    self.replaces = replaces
  }

  /// The file whose lock tells that a folder is a daemon's.
  private static let lockName = "whichset.lock"
  /// Files of a daemon's own, which it goes on writing to when they have lost their names.
  private static let daemonNames: Set<String> = ["data.mdb", "lock.mdb", lockName, "last-backup"]

  /// Refuses names that no backup may have.
  private static func check(_ path: String, replaces: Bool) throws(Trouble) {
    let name = path.split(separator: "/").last.map(String.init) ?? ""
    if daemonNames.contains(name), isThere("\(folder(of: path))/\(lockName)") {
      throw Trouble("\(path) belongs to the index of a daemon. Choose another name, outside its data folder")
    }
    guard let kind = try FileKind.at(path, followsLinks: false) else { return }
    guard replaces else { throw exists(path) }
    if kind != .regular {
      throw Trouble("\(path) \(kind.text), and is not replaced. Choose another name")
    }
  }

  deinit {
    if !isDone { unsafe unlink(partPath) }  // the C string lives through the call
    Interruption.fallSilent()
  }

  /// What is to be handed to the daemon.
  package var raw: Int32 { descriptor.raw }

  /// Puts the file on the disk. The corresponding C function is `fsync`.
  ///
  /// - Parameter byteCount: how long the daemon says that it is.
  package borrowing func sync(byteCount: Int) throws(Trouble) {
    var status = stat()
    // fstat fills in one `stat`, which is what it is given.
    guard unsafe fstat(raw, &status) == 0, fsync(raw) == 0 else {
      throw Trouble("cannot put \(partPath) on the disk", code: errno)
    }
    guard Int(status.st_size) == byteCount else {
      throw Trouble(
        "\(partPath) has \(status.st_size) bytes where the daemon wrote \(byteCount); nothing was kept")
    }
  }

  /// Gives the file its name, and puts that on the disk. The corresponding C functions are `link`, `rename` and `fsync`.
  package mutating func keep() throws(Trouble) {
    // The C strings live through the calls.
    if replaces {
      guard unsafe rename(partPath, path) == 0 else { throw Trouble("cannot write \(path)", code: errno) }
    } else if unsafe link(partPath, path) == 0 {
      unsafe unlink(partPath)
    } else {
      if errno == EEXIST { throw Self.exists(path) }
      // A file system without links: between the look and the renaming somebody else may make the file.
      if Self.isThere(path) { throw Self.exists(path) }
      guard unsafe rename(partPath, path) == 0 else { throw Trouble("cannot write \(path)", code: errno) }
    }
    isDone = true
    let folder = Self.folder(of: path)
    let names = try Descriptor.reading(folder)
    guard fsync(names.raw) == 0 else { throw Trouble("cannot put \(folder) on the disk", code: errno) }
  }

  private static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  private static func isThere(_ path: String) -> Bool {
    var status = stat()
    return unsafe lstat(path, &status) == 0  // the call fills in the struct
  }

  private static func exists(_ path: String) -> Trouble {
    Trouble("\(path) is there already. Choose another name, or say --force to replace it")
  }
}
