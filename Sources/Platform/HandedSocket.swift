// Sockets inherited from the supervisor (socket activation): they listen before the program runs and after it, so
// clients wait for a program that starts again. See sd_listen_fds(3).

internal import CLinux
internal import Glibc

/// A listening socket inherited from the supervisor.
package struct HandedSocket: Equatable, Sendable {
  package let descriptor: Int32
  /// From `LISTEN_FDNAMES`. Sockets are told apart by it and never by their order, which changes from start to start.
  package let name: String

  package init(descriptor: Int32, name: String) {
    self.descriptor = descriptor
    self.name = name
  }

  /// The first descriptor that is handed over, SD_LISTEN_FDS_START.
  package static let firstDescriptor: Int32 = 3

  private static let countMax = 64

  /// Reads `LISTEN_PID`, `LISTEN_FDS` and `LISTEN_FDNAMES`.
  ///
  /// - Parameters:
  ///   - environment: gives the value of a variable.
  ///   - process: its number.
  /// - Returns: the sockets; none where none were handed to this process.
  package static func all(
    in environment: (String) -> String?, process: Int32
  ) throws(InheritanceError) -> [HandedSocket] {
    guard let owner = environment("LISTEN_PID"), owner == String(process) else { return [] }
    guard let count = environment("LISTEN_FDS").flatMap({ Int($0) }), (0...countMax).contains(count) else {
      throw InheritanceError("LISTEN_FDS is no number from 0 to \(countMax)")
    }
    guard count > 0 else { return [] }
    let names = (environment("LISTEN_FDNAMES") ?? "").split(separator: ":", omittingEmptySubsequences: false)
    guard names.count == count else {
      throw InheritanceError(
        "LISTEN_FDNAMES has \(names.count) names for \(count) sockets; each socket needs a FileDescriptorName="
      )
    }
    return names.enumerated().map { index, name in
      HandedSocket(descriptor: firstDescriptor + Int32(index), name: String(name))
    }
  }

  /// Refuses a descriptor that is no listening stream socket of the Unix domain: what it is used for, and who may, would
  /// be other than its name says. The C functions are `fstat` and `getsockopt`.
  package func check() throws(InheritanceError) {
    let what = "descriptor \(descriptor), named \(name) in LISTEN_FDNAMES,"
    let kind: FileKind
    do throws(SystemFailure) {
      kind = try FileStatus(of: descriptor).kind
    } catch {
      throw InheritanceError("\(what) cannot be used: \(error.reason)")
    }
    guard kind == .socket else { throw InheritanceError("\(what) is no socket") }
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

  package init(_ description: String) { self.description = description }
}
