// The log to systemd's journal, with fields, where standard error goes to the journal anyway. A message that the
// journal does not take is written to standard error as a line.

internal import CLinux
internal import Glibc
package import Logging

package struct JournalLogHandler: LogHandler {
  package var metadata: Logger.Metadata = [:]
  /// The least grave level that is sent; also that of the lines.
  package var logLevel: Logger.Level = .info
  private let socket: JournalSocket
  private let program: String

  /// Where journald takes messages (systemd-journald.service(8)).
  package static let path = "/run/systemd/journal/socket"

  /// Sends to the journal that listens at `path`.
  package init(program: String, path: String = Self.path) {
    self.program = program
    socket = JournalSocket(path)
  }

  /// Whether standard error is a stream to the journal: JOURNAL_STREAM names the device and the inode of the
  /// stream that systemd gave the service, and standard error may have been redirected since (systemd.exec(5)).
  package static func isStandardError(of stream: String?) -> Bool {
    guard let parts = stream?.split(separator: ":"), parts.count == 2, let device = UInt64(parts[0]),
      let inode = UInt64(parts[1])
    else { return false }
    var status = stat()
    // Safe: the call fills the struct that it is lent.
    guard unsafe fstat(STDERR_FILENO, &status) == 0 else { return false }
    return UInt64(status.st_dev) == device && UInt64(status.st_ino) == inode
  }

  package subscript(metadataKey key: String) -> Logger.MetadataValue? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  package func log(event: LogEvent) {
    let datagram = JournalEntry.datagram(
      event.level, event.message.description, LogFields.all(metadata, event.metadata), program: program)
    if !socket.send(datagram) {
      var lines = LineLogHandler()
      lines.metadata = metadata
      lines.log(event: event)
    }
  }
}

/// A socket that sends to the journal, closed when it goes.
private final class JournalSocket: Sendable {
  private let descriptor: Int32
  private let path: String

  init(_ path: String) {
    self.path = path
    descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | O_CLOEXEC, 0)
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Sends a datagram; false where that fails. Does not wait: a journal that hangs must not hold up answers. The C
  /// function is `sendto`.
  func send(_ datagram: [UInt8]) -> Bool {
    guard descriptor >= 0 else { return false }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let name = Array(path.utf8)
    guard name.count < MemoryLayout.size(ofValue: address.sun_path) else { return false }
    // Safe: the path is shorter than the field, whose other bytes are zero; the call reads a whole sockaddr_un and
    // copies the datagram.
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: name) }
    let sent = unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        unsafe datagram.withUnsafeBytes {
          unsafe sendto(
            descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT), address,
            socklen_t(MemoryLayout<sockaddr_un>.size))
        }
      }
    }
    return sent == datagram.count
  }
}
