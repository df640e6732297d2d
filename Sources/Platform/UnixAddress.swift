// Addresses of the Unix domain, and sockets at them.

internal import Glibc

package struct UnixAddress: Sendable {
  package enum Kind: Sendable {
    case stream
    case datagram
  }

  private var address = sockaddr_un()
  private let length: socklen_t
  /// For messages: as it was given.
  private let text: String

  /// Bytes that a path may have.
  package static var pathBytesMax: Int { MemoryLayout.size(ofValue: sockaddr_un().sun_path) - 1 }

  /// The address of a path; nil where no socket can have it: it is empty, too long, or has a NUL.
  package init?(_ path: String) { self.init(Array(path.utf8), path) }

  /// An address as sd_notify(3) writes it: a path, or `@` and a name of the abstract namespace.
  package init?(notation: String) {
    var name = Array(notation.utf8)
    guard name.count > 1, name[0] == UInt8(ascii: "/") || name[0] == UInt8(ascii: "@") else { return nil }
    if name[0] == UInt8(ascii: "@") { name[0] = 0 }
    self.init(name, notation)
  }

  private init?(_ name: [UInt8], _ text: String) {
    guard !name.isEmpty, name.count <= Self.pathBytesMax, !name.dropFirst().contains(0) else { return nil }
    address.sun_family = sa_family_t(AF_UNIX)
    // A path ends with a NUL, a name of the abstract namespace with the length.
    length = socklen_t(MemoryLayout.offset(of: \sockaddr_un.sun_path)! + name.count + (name[0] == 0 ? 0 : 1))
    self.text = text
    // Safe: the name is shorter than the field, whose other bytes are zero.
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: name) }
  }

  /// A socket without an address, to be closed on execution. The C function is `socket`.
  package static func socket(_ kind: Kind, isBlocking: Bool = true) throws(SystemFailure) -> Descriptor {
    let type = kind == .stream ? SOCK_STREAM : SOCK_DGRAM
    let raw = Glibc.socket(
      AF_UNIX, Int32(type.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | (isBlocking ? 0 : O_NONBLOCK), 0)
    guard raw >= 0 else { throw SystemFailure("socket") }
    return Descriptor(owning: raw)
  }

  /// The C function is `bind`.
  package func bind(_ socket: borrowing Descriptor) throws(SystemFailure) {
    let raw = socket.raw
    guard unsafe use({ unsafe Glibc.bind(raw, $0, $1) }) == 0 else { throw SystemFailure("bind", text) }
  }

  /// The C function is `connect`.
  package func connect(_ socket: borrowing Descriptor) throws(SystemFailure) {
    let raw = socket.raw
    guard unsafe use({ unsafe Glibc.connect(raw, $0, $1) }) == 0 else { throw SystemFailure("connect", text) }
  }

  /// A socket that listens there. The C functions are `bind` and `listen`.
  package func listen(backlog: Int32) throws(SystemFailure) -> Descriptor {
    let socket = try Self.socket(.stream)
    try bind(socket)
    guard Glibc.listen(socket.raw, backlog) == 0 else { throw SystemFailure("listen", text) }
    return socket
  }

  /// Sends a datagram there, without waiting. The C function is `sendto`.
  package func send(_ datagram: Span<UInt8>, through socket: borrowing Descriptor) -> Descriptor.Transfer {
    let raw = socket.raw
    // Safe: the address and the datagram are lent for the call.
    return Descriptor.Transfer(
      unsafe datagram.withUnsafeBytes { bytes in
        unsafe use {
          unsafe sendto(
            raw, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT), $0, $1)
        }
      })
  }

  private func use<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
    // Safe: all addresses begin as `sockaddr` does, and the length is that of this one.
    unsafe withUnsafePointer(to: address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe body($0, length) }
    }
  }
}
