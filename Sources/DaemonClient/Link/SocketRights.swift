// Who may enter a socket, told to somebody who may not.

import Glibc
import Platform

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

  /// Reads the rights of a file. The corresponding C functions are `getpwuid` and `getgrgid`.
  init(_ path: String) {
    guard let status = try? FileStatus.at(path) else { return }
    // Safe: each entry stays until the next such call, and its name is copied before.
    owner =
      unsafe getpwuid(status.owner).map { unsafe String(cString: $0.pointee.pw_name) } ?? "\(status.owner)"
    guard status.rights & S_IWGRP != 0 else { return }
    group =
      unsafe getgrgid(status.group).map { unsafe String(cString: $0.pointee.gr_name) } ?? "\(status.group)"
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
