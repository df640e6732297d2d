// Whether a data folder is its user's alone. A user who can write to the folder can make the daemon answer
// anything, or write through a link to any file of its user. PostgreSQL and OpenSSH make the same checks.

internal import Glibc
internal import Platform

enum FolderTrust {
  /// The names in a data folder that the index opens.
  private static let names = [
    IndexFile.dataFileName, "lock.mdb", Index.lockFileName, "staging", BackupRecord.fileName,
  ]

  /// Throws `untrusted` where the folder belongs to somebody else, others may write to it, or a link stands where a file of
  /// the index should. The folder's own name may be a link.
  static func check(_ path: String) throws(IndexError) {
    guard let status = try IndexError.wrapping(try FileStatus.at(path)) else { return }
    let user = geteuid()
    guard status.owner == user else {
      throw .untrusted(
        "\(path) belongs to user \(status.owner), and whichsetd runs as user \(user): run it as the folder's owner, or chown the folder"
      )
    }
    guard status.rights & 0o022 == 0 else {
      throw .untrusted("others than its owner may write to \(path): chmod go-w \(path)")
    }
    for name in names {
      let file = "\(path)/\(name)"
      let kind = try IndexError.wrapping(try FileStatus.at(file, followsLinks: false))?.kind
      guard kind != .symbolicLink else {
        throw .untrusted("\(file) is a symbolic link: move what it names to its place")
      }
    }
  }
}
