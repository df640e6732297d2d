// Restarting the daemon in its own process: the same number, the same arguments, the same environment, so that a
// supervisor sees nothing but a reload. It is done where the index's file was replaced: whoever has the old one mapped has
// to go, and a process that has restarted surely has.

internal import CLinux
internal import Glibc
package import Platform

package enum ProcessRestart {
  /// Runs the program again; returns only where the system refuses. What must be put away, locks and sockets of its own, has
  /// to be put away before. Signals that are blocked and pending stay so: a SIGTERM that has come in the meantime stops
  /// the new daemon.
  ///
  /// - Parameter descriptors: of sockets that were given to the daemon at its start, and that the new one finds under the
  ///   same numbers; all others that are to be closed on execution are. The corresponding C function is `execve`.
  package static func run(keeping descriptors: [Int32] = []) -> SystemFailure {
    for descriptor in descriptors { _ = fcntl(descriptor, F_SETFD, 0) }
    // Safe: the arguments and the environment are those that the process was given, ended by nil; they live as long as it.
    let path = path
    unsafe execve(path, CommandLine.unsafeArgv, environ)
    return SystemFailure("execve", path, hint: "start whichsetd again")
  }

  /// The program's own path, by which `ps` shows its name, unless there is another program by now.
  static var path: String {
    let own = "/proc/self/exe"
    var bytes = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = unsafe readlink(own, &bytes, Int(PATH_MAX))  // safe: the buffer has the room
    let named = String(decoding: bytes[..<max(0, count)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    guard let running = try? FileStatus.at(own), (try? FileStatus.at(named))?.identity == running.identity
    else { return own }
    return named
  }
}
