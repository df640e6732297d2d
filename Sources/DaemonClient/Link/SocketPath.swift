// Where the daemon listens: what the user says, else the user's own daemon, else the system's, whose socket is that of
// the role that a command needs.

import Console
import Glibc
import Platform
package import WireProtocol

package enum SocketPath {
  /// The folder of the system's daemon, whose sockets systemd's units make.
  package static let systemFolder = "/run/whichset"

  /// The system's socket that gives a role.
  package static func system(_ role: Role) -> String { "\(systemFolder)/\(role.rawValue).sock" }

  /// The path to use: what the user said, else `WHICHSET_SOCKET`, else `$XDG_RUNTIME_DIR/whichset.sock` if
  /// there is such a file, else the system's: of the sockets that give the role, the one that gives least and that the
  /// caller may enter.
  ///
  /// - Parameters:
  ///   - role: what the command needs.
  ///   - canEnter: whether the caller may connect to a path.
  package static func resolve(
    option: String?, role: Role, environment: (String) -> String? = ProcessEnvironment.value,
    canEnter: (String) -> Bool = Self.canEnter
  ) -> String {
    if let option { return option }
    if let set = environment("WHICHSET_SOCKET"), !set.isEmpty { return set }
    if let folder = environment("XDG_RUNTIME_DIR"), !folder.isEmpty {
      let own = folder + "/whichset.sock"
      if canEnter(own) { return own }
    }
    // Where none can be entered, the one that is for such commands says best what is missing.
    let fitting = Role.allCases.filter { $0 >= role }.map(Self.system)
    return fitting.first(where: canEnter) ?? system(role)
  }

  /// Whether the caller may connect to a path, as far as its rights say. The corresponding C function is `access`.
  package static func canEnter(_ path: String) -> Bool {
    unsafe access(path, W_OK) == 0  // the C string lives through the call
  }
}
