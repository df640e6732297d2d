// Who may enter a socket, told to somebody who may not.

import Glibc

/// The rights of a socket's file.
struct SocketRights: Equatable {
  /// The name of the group that may enter; nil where none may.
  var group: String?
  /// The name of the owner, who may enter; nil where the file cannot be seen.
  var owner: String?

  init(owner: String?, group: String?) {
    self.owner = owner
    self.group = group
  }

  /// Reads the rights of a file. The corresponding C functions are `stat`, `getpwuid` and `getgrgid`.
  init(_ path: String) {
    var status = Glibc.stat()
    // Safe: the call fills in the structure; the C string lives through the call.
    guard unsafe stat(path, &status) == 0 else { return }
    // Safe: each entry stays until the next such call, and its name is copied before.
    owner =
      unsafe getpwuid(status.st_uid).map { unsafe String(cString: $0.pointee.pw_name) } ?? "\(status.st_uid)"
    guard status.st_mode & S_IWGRP != 0 else { return }
    group =
      unsafe getgrgid(status.st_gid).map { unsafe String(cString: $0.pointee.gr_name) } ?? "\(status.st_gid)"
  }

  /// What to do for somebody who may not enter.
  var advice: String {
    if let group {
      return "It is for members of the group \(group): as root, usermod -aG \(group) USER, then log in again"
    }
    if let owner {
      return owner == "root"
        ? "It is for root alone: run this with sudo" : "It is for \(owner) alone: run this as \(owner)"
    }
    return "Ask its owner for a place in its group"
  }
}
