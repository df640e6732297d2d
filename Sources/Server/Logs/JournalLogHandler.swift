// The log to systemd's journal, with fields, where standard error goes to the journal anyway. A message that the
// journal does not take is written to standard error as a line.

internal import Glibc
package import Logging
internal import Platform

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
    return (try? FileStatus(of: STDERR_FILENO))?.identity == FileIdentity(device: device, inode: inode)
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
  private let socket: Descriptor?
  private let address: UnixAddress?

  init(_ path: String) {
    socket = try? UnixAddress.socket(.datagram)
    address = UnixAddress(path)
  }

  /// Sends a datagram; false where that fails. Does not wait: a journal that hangs must not hold up answers.
  func send(_ datagram: [UInt8]) -> Bool {
    guard let address, socket != nil else { return false }
    return address.send(datagram.span, through: socket!) == .bytes(datagram.count)
  }
}
