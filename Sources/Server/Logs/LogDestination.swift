// Where the log goes: to the journal under systemd, to standard error otherwise.

internal import Glibc
internal import Platform
package import Logging

package enum LogDestination {
  /// The handler that fits the process's surroundings. Colours are for a terminal only, and not where NO_COLOR is set
  /// (no-color.org).
  package static func handler(program: String) -> any LogHandler {
    JournalLogHandler.isStandardError(of: ProcessEnvironment.value("JOURNAL_STREAM"))
      ? JournalLogHandler(program: program)
      : LineLogHandler(isColoured: Terminal.allowsColour(STDERR_FILENO))
  }
}
