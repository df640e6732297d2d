// What goes wrong on the client's side, as one line of text for the person at the keyboard; and the exit
// status that tells a script the same.

import Glibc

/// Something that keeps a command from doing its work. The text is one line, without the program's name.
package struct Trouble: Error, Equatable, Sendable {
  /// What is wrong and, where there is something, what to do.
  package let text: String

  package init(_ text: String) { self.text = text }

  /// Makes a trouble of a failed system call: `what` and the system's text for `code`.
  package init(_ what: String, code: Int32) {
    self.text = "\(what): \(SystemError.text(code))"
  }
}

package enum SystemError {
  /// The text for an errno. The corresponding C function is `strerror_r`.
  package static func text(_ code: Int32) -> String {
    // strerror's text is in a buffer of the C library that stays until the next call in this thread.
    unsafe String(cString: strerror(code))
  }
}

/// Exit statuses: those of grep, so that `whichset check` can stand in an `if`.
package enum ExitStatus {
  /// Something was found, or done.
  package static let found: Int32 = 0
  /// Everything was answered, nothing was found.
  package static let nothingFound: Int32 = 1
  /// No daemon, an unreadable file, an input that is no identifier. Outweighs the others, as in grep.
  package static let trouble: Int32 = 2
}
