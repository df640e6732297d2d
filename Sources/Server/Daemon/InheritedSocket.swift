// Sockets that whoever starts the daemon has made already, as systemd does: they listen before the daemon runs and after
// it, so clients wait for a daemon that starts again. See sd_listen_fds(3).
//
// Sockets are told apart by their names and never by their order, which changes from start to start.

internal import ByteText
internal import CLinux
internal import Glibc
internal import Platform
package import WireProtocol

/// A listening socket that was made by whoever started the daemon.
package struct InheritedSocket: Equatable, Sendable {
  package let descriptor: Int32
  /// What its name says: what clients that enter here may do.
  package let role: Role

  /// The first descriptor that is handed over, SD_LISTEN_FDS_START.
  package static let firstDescriptor: Int32 = 3

  /// Reads `LISTEN_PID`, `LISTEN_FDS` and `LISTEN_FDNAMES`.
  ///
  /// - Parameters:
  ///   - environment: gives the value of a variable.
  ///   - process: its number.
  /// - Returns: the sockets; none where none were handed to this process.
  package static func named(in environment: (String) -> String?, process: Int32) throws(InheritanceError)
    -> [InheritedSocket]
  {
    guard let owner = environment("LISTEN_PID"), owner == String(process) else { return [] }
    guard let count = environment("LISTEN_FDS").flatMap({ Decimal.parse($0) }), count <= countMax else {
      throw InheritanceError("LISTEN_FDS is no number from 0 to \(countMax)")
    }
    guard count > 0 else { return [] }
    let names = (environment("LISTEN_FDNAMES") ?? "").split(separator: ":", omittingEmptySubsequences: false)
    guard names.count == count else {
      throw InheritanceError(
        "LISTEN_FDNAMES has \(names.count) names for \(count) sockets; each socket needs FileDescriptorName=read, load or admin"
      )
    }
    var sockets: [InheritedSocket] = []
    for (index, name) in names.enumerated() {
      guard let role = Role(rawValue: String(name)) else {
        throw InheritanceError(
          "a socket is named \(name) in LISTEN_FDNAMES; a socket's FileDescriptorName= has to be read, load or admin"
        )
      }
      sockets.append(InheritedSocket(descriptor: firstDescriptor + Int32(index), role: role))
    }
    return sockets
  }

  private static let countMax = 64

  /// Refuses a descriptor that is no listening stream socket of the Unix domain: what it is used for, and who may, would
  /// be other than its name says. The C functions are `fstat` and `getsockopt`.
  package func check() throws(InheritanceError) {
    let what = "descriptor \(descriptor), named \(role.rawValue) in LISTEN_FDNAMES,"
    guard let status = try? FileStatus(of: descriptor) else { throw InheritanceError("\(what) is not open") }
    guard status.kind == .socket else { throw InheritanceError("\(what) is no socket") }
    guard option(SO_DOMAIN) == AF_UNIX else {
      throw InheritanceError("\(what) is no socket of the Unix domain; ListenStream= has to be a path")
    }
    guard option(SO_TYPE) == Int32(SOCK_STREAM.rawValue) else {
      throw InheritanceError("\(what) is no stream socket; the unit has to say ListenStream=")
    }
    guard option(SO_ACCEPTCONN) == 1 else {
      throw InheritanceError("\(what) does not listen; the unit has to say Accept=no")
    }
  }

  private func option(_ name: Int32) -> Int32? {
    var value: Int32 = 0
    var length = socklen_t(MemoryLayout<Int32>.size)
    // Safe: the call fills the variable of the length told.
    return unsafe getsockopt(descriptor, SOL_SOCKET, name, &value, &length) == 0 ? value : nil
  }
}

/// Why sockets that were handed over cannot be used.
package struct InheritanceError: Error, CustomStringConvertible {
  /// One line: what is wrong, and what to do.
  package let description: String

  init(_ description: String) { self.description = description }
}
