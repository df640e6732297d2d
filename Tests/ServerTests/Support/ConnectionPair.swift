// A connection and its other end, without a daemon behind it.

import Glibc
import Testing
import WireProtocol

@testable import Server

final class ConnectionPair {
  let connection: Connection
  let peer: Int32

  init(_ role: Role) throws {
    var ends: [Int32] = [0, 0]
    // Safe: two descriptors into two elements.
    try #require(unsafe socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | O_NONBLOCK, 0, &ends) == 0)
    peer = ends[1]
    connection = try Connection(descriptor: ends[0], role: role)
  }

  deinit { close(peer) }

  /// Sends a byte with descriptors. The C function is `sendmsg`; the control bytes are as CMSG_DATA(3) lays them out on
  /// machines of 64 bits.
  func send(_ byte: UInt8, _ files: [Int32]) {
    var control: [UInt8] = []
    func append(_ value: some FixedWidthInteger) {
      unsafe withUnsafeBytes(of: value) { unsafe control.append(contentsOf: $0) }  // copied
    }
    append(UInt(16 + 4 * files.count))
    append(Int32(SOL_SOCKET))
    append(Int32(1))  // SCM_RIGHTS
    for file in files { append(file) }
    if files.count % 2 == 1 { append(Int32(0)) }
    var byte = byte
    // Safe: all that the message points to lives through the call.
    unsafe withUnsafeMutableBytes(of: &byte) { byte in
      unsafe control.withUnsafeMutableBytes { control in
        var part = unsafe iovec(iov_base: byte.baseAddress, iov_len: 1)
        unsafe withUnsafeMutablePointer(to: &part) { part in
          var message = unsafe msghdr()
          unsafe message.msg_iov = part
          unsafe message.msg_iovlen = 1
          unsafe message.msg_control = control.baseAddress
          unsafe message.msg_controllen = control.count
          let sent = unsafe sendmsg(peer, &message, 0)
          #expect(sent == 1)
        }
      }
    }
  }

  func receive(_ daemon: BareDaemon) {
    let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 4_096, alignment: 8)
    defer { unsafe room.deallocate() }
    unsafe connection.receive(room, &daemon.context)
  }

  func answers() -> String {
    var buffer = [UInt8](repeating: 0, count: 4_096)
    let size = buffer.count
    let count = unsafe read(peer, &buffer, size)  // the array is as long as told
    return String(decoding: buffer[..<max(0, count)], as: UTF8.self)
  }
}

extension Connection {
  /// A connection of no daemon.
  convenience init(descriptor: Int32, role: Role) throws {
    self.init(
      descriptor: descriptor, identity: 1, peer: Peer(user: 1, process: 0, role: role),
      slot: try Slots().take())
  }
}
