// Tells the supervisor how the daemon is, by the protocol of sd_notify(3): lines in one datagram to the socket that
// $NOTIFY_SOCKET names. It is three system calls, so no library is needed for it.

internal import CLinux
internal import Glibc
internal import Index
internal import WireProtocol

package final class ServiceNotifier: Sendable {
  /// Seconds within which the supervisor wants to hear of the daemon, as microseconds; nil where it does not.
  package let watchdogMicroseconds: Int?
  private let descriptor: Int32
  /// A path; or a name in the abstract namespace, whose first byte is NUL.
  private let address: [UInt8]

  /// - Parameters:
  ///   - environment: gives the value of a variable.
  ///   - process: the number of this process.
  /// - Returns: nil where nobody wants to hear, or by a kind of socket that is not spoken.
  package init?(environment: (String) -> String? = ProcessEnvironment.value, process: Int32 = getpid()) {
    guard let name = environment("NOTIFY_SOCKET") else { return nil }
    var address = Array(name.utf8)
    guard address.count > 1, address.count < MemoryLayout.size(ofValue: sockaddr_un().sun_path),
      address[0] == UInt8(ascii: "/") || address[0] == UInt8(ascii: "@")
    else { return nil }
    if address[0] == UInt8(ascii: "@") { address[0] = 0 }
    self.address = address
    descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | O_CLOEXEC, 0)
    let owner = environment("WATCHDOG_PID")
    let period = environment("WATCHDOG_USEC").flatMap { Decimal.parse($0) }
    watchdogMicroseconds =
      owner == nil || owner == String(process) ? period.flatMap { $0 > 0 ? $0 : nil } : nil
    guard descriptor >= 0 else { return nil }
  }

  deinit { close(descriptor) }

  /// Sends lines `NAME=value`. A supervisor that does not hear is none of the daemon's troubles: it waits for none. The C
  /// function is `sendto`.
  ///
  /// - Parameter isAwaited: whether the supervisor waits for it, so that a full queue is given a second to empty.
  /// - Returns: whether it is in the supervisor's queue.
  @discardableResult
  package func send(_ lines: [String], isAwaited: Bool = false) -> Bool {
    for _ in 0..<(isAwaited ? 100 : 1) {
      if trySend(lines) { return true }
      guard errno == EAGAIN, isAwaited else { return false }
      EventCounter.pause(milliseconds: 10)
    }
    return false
  }

  private func trySend(_ lines: [String]) -> Bool {
    let message = Array(lines.joined(separator: "\n").utf8)
    var target = sockaddr_un()
    target.sun_family = sa_family_t(AF_UNIX)
    let count = address.count
    // Safe: the name is shorter than the field; the address and the message are valid for the call.
    unsafe withUnsafeMutableBytes(of: &target.sun_path) { unsafe $0.copyBytes(from: address) }
    // A path ends with a NUL, a name of the abstract namespace with the length told.
    let end = address[0] == 0 ? count : count + 1
    let length = socklen_t(MemoryLayout.offset(of: \sockaddr_un.sun_path)! + end)
    let flags = Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
    return unsafe withUnsafePointer(to: &target) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { name in
        unsafe message.withUnsafeBytes {
          unsafe sendto(descriptor, $0.baseAddress, $0.count, flags, name, length)
        }
      }
    } >= 0
  }

  /// The daemon is there for its clients.
  package func ready(_ status: String) { send(["READY=1", "STATUS=\(status)"], isAwaited: true) }

  /// The daemon reloads its settings; `ready` tells the end of that.
  package func reloading() {
    send(["RELOADING=1", "MONOTONIC_USEC=\(MonotonicClock.nanoseconds / 1_000)"], isAwaited: true)
  }

  package func stopping() { send(["STOPPING=1", "STATUS=stopping"], isAwaited: true) }

  package func alive() { send(["WATCHDOG=1"]) }

  /// One line on what the daemon is at.
  ///
  /// - Returns: whether the supervisor has it; else it is to be sent again.
  @discardableResult
  package func status(_ text: String) -> Bool { send(["STATUS=\(text)"]) }

  package func extendTimeout(seconds: Int) { send(["EXTEND_TIMEOUT_USEC=\(seconds * 1_000_000)"]) }
}
