// Where the log goes: to the journal under systemd, to standard error otherwise.

internal import Glibc
package import Logging

package enum LogDestination {
  /// The handler that fits the process's surroundings. Colours are for a terminal only, and not where NO_COLOR is set
  /// (no-color.org).
  package static func handler(program: String) -> any LogHandler {
    if JournalLogHandler.isStandardError(of: variable("JOURNAL_STREAM")) {
      return JournalLogHandler(program: program)
    }
    let isColoured =
      isatty(STDERR_FILENO) == 1 && (variable("NO_COLOR") ?? "").isEmpty && variable("TERM") != "dumb"
    return LineLogHandler(isColoured: isColoured)
  }

  /// The C function is `getenv`.
  private static func variable(_ name: String) -> String? {
    // Safe: the program never changes its environment, so the C string stays while it is copied.
    guard let text = unsafe getenv(name) else { return nil }
    return unsafe String(cString: text)
  }
}
