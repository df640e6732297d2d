// The log on standard error.

internal import Glibc
package import Logging
internal import Platform

package struct LineLogHandler: LogHandler {
  package var metadata: Logger.Metadata = [:]
  /// The least grave level that is written.
  package var logLevel: Logger.Level = .info
  private let descriptor: Int32
  private let text: LogText

  /// Writes to a descriptor that stays open.
  package init(_ descriptor: Int32 = STDERR_FILENO, isColoured: Bool = false) {
    self.descriptor = descriptor
    text = LogText(isColoured: isColoured)
  }

  package subscript(metadataKey key: String) -> Logger.MetadataValue? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  /// Writes a message, in one call, so that lines of several threads do not mix. The C function is `write`.
  package func log(event: LogEvent) {
    let line = text.line(
      event.level, event.message.description, LogFields.all(metadata, event.metadata), at: WallClock.now)
    // Where standard error is closed, nobody is left to tell.
    _ = Descriptor(borrowing: descriptor).write(line.span)
  }
}

enum LogFields {
  /// The handler's and the message's own, by name; the event's name comes first.
  static func all(_ standing: Logger.Metadata, _ own: Logger.Metadata?) -> [(String, String)] {
    let fields = standing.merging(own ?? [:]) { $1 }.map { ($0.key, $0.value.description) }
    return fields.sorted {
      ($0.0 == DaemonLog.eventField ? "" : $0.0) < ($1.0 == DaemonLog.eventField ? "" : $1.0)
    }
  }
}
