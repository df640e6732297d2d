// What goes wrong on the client's side, as one line of text for the person at the keyboard; and the exit
// status that tells a script the same.

package import Platform

/// Something that keeps a command from doing its work. The text is one line, without the program's name.
package struct Trouble: Error, Equatable, Sendable {
  /// What is wrong and, where there is something, what to do.
  package let text: String
  package let isPermissionDenied: Bool

  package init(_ text: String, isPermissionDenied: Bool = false) {
    self.text = text
    self.isPermissionDenied = isPermissionDenied
  }

  /// A failed call of the system: `what`, and the system's reason.
  package init(_ what: String, _ failure: SystemFailure) { self.init(what, code: failure.code) }

  /// A failed call of the system: `what`, and the system's reason for `code`.
  package init(_ what: String, code: Int32) { self.init("\(what): \(SystemFailure.reason(code))") }

  /// Makes calls of the system; where one fails, the message begins with `what`.
  package static func wrapping<Value: ~Copyable>(
    _ what: @autoclosure () -> String, _ calls: @autoclosure () throws(SystemFailure) -> Value
  ) throws(Trouble) -> Value {
    do { return try calls() } catch { throw Trouble(what(), error) }
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
