// Tells the supervisor how the daemon is, by the protocol of sd_notify(3): lines in one datagram to the socket that
// $NOTIFY_SOCKET names. It is three system calls, so no library is needed for it.

internal import ByteText
internal import Glibc
internal import Index
internal import Platform
internal import WireProtocol

package final class ServiceNotifier: Sendable {
  /// Seconds within which the supervisor wants to hear of the daemon, as microseconds; nil where it does not.
  package let watchdogMicroseconds: Int?
  private let socket: Descriptor
  private let address: UnixAddress

  /// - Parameters:
  ///   - environment: gives the value of a variable.
  ///   - process: the number of this process.
  /// - Returns: nil where nobody wants to hear, or by a kind of socket that is not spoken.
  package init?(environment: (String) -> String? = ProcessEnvironment.value, process: Int32 = getpid()) {
    guard let address = environment("NOTIFY_SOCKET").flatMap({ UnixAddress(notation: $0) }),
      let socket = try? UnixAddress.socket(.datagram)
    else { return nil }
    self.address = address
    self.socket = socket
    let owner = environment("WATCHDOG_PID")
    let period = environment("WATCHDOG_USEC").flatMap { Decimal.parse($0) }
    watchdogMicroseconds =
      owner == nil || owner == String(process) ? period.flatMap { $0 > 0 ? $0 : nil } : nil
  }

  /// Sends lines `NAME=value`. A supervisor that does not hear is none of the daemon's troubles: it waits for none. The C
  /// function is `sendto`.
  ///
  /// - Parameter isAwaited: whether the supervisor waits for it, so that a full queue is given a second to empty.
  /// - Returns: whether it is in the supervisor's queue.
  @discardableResult
  package func send(_ lines: [String], isAwaited: Bool = false) -> Bool {
    let message = Array(lines.joined(separator: "\n").utf8)
    for _ in 0..<(isAwaited ? 100 : 1) {
      switch address.send(message.span, through: socket) {
      case .bytes: return true
      case .failed: return false
      case .wouldBlock: if isAwaited { MonotonicClock.sleep(.milliseconds(10)) }
      }
    }
    return false
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
