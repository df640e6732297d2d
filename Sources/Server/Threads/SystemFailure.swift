// Failed calls of the system.

internal import Glibc

package struct SystemFailure: Error, CustomStringConvertible {
  let call: String
  let code: Int32
  let hint: String

  init(_ call: String, _ code: Int32, hint: String = "") {
    self.call = call
    self.code = code
    self.hint = hint
  }

  /// Whether another program has what this one needs.
  package var isInUse: Bool { code == EADDRINUSE }

  /// One line: the call, the system's message, what to do.
  package var description: String {
    let message = unsafe String(cString: strerror(code))  // safe: copied before another call can change it
    return "\(call): \(message)\(hint.isEmpty ? "" : "; \(hint)")"
  }
}
