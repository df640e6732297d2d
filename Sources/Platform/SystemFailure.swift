// Calls of the system that fail, and what the system says of it.

internal import Glibc

/// A failed call: what was called, for which file, and why it failed.
package struct SystemFailure: Error, Equatable, Sendable, CustomStringConvertible {
  /// The C function.
  package let call: String
  /// Empty where it was for none.
  package let path: String
  package let code: Int32
  /// What to do about it; may be empty.
  package let hint: String

  /// - Parameter code: by default that of the call just made.
  package init(_ call: String, _ path: String = "", code: Int32 = errno, hint: String = "") {
    self.call = call
    self.path = path
    self.code = code
    self.hint = hint
  }

  /// Whether another program has what this one needs.
  package var isInUse: Bool { code == EADDRINUSE }

  package func with(path: String? = nil, hint: String? = nil) -> SystemFailure {
    SystemFailure(call, path ?? self.path, code: code, hint: hint ?? self.hint)
  }

  /// What the system says.
  package var reason: String { Self.reason(code) }

  /// One line: the call, the file, the system's reason, what to do.
  package var description: String {
    "\(call)\(path.isEmpty ? "" : " \(path)"): \(reason)\(hint.isEmpty ? "" : "; \(hint)")"
  }

  /// What the system says of an `errno`. The C function is `strerror_r`.
  package static func reason(_ code: Int32) -> String {
    var buffer = [CChar](repeating: 0, count: 256)
    // The XSI strerror_r that Swift imports writes a message and its NUL into the room it is given.
    return unsafe buffer.withUnsafeMutableBufferPointer { room in
      guard unsafe strerror_r(code, room.baseAddress!, room.count) == 0 else { return "error \(code)" }
      return unsafe String(cString: room.baseAddress!)
    }
  }
}

/// An error that a failed call can be turned into. Files and folders throw the kind of error of whoever uses them.
package protocol SystemFailureConvertible: Error {
  init(_ failure: SystemFailure)
}

extension SystemFailureConvertible {
  /// Makes calls, whose failure becomes an error of this type.
  package static func wrapping<Value: ~Copyable>(
    _ calls: @autoclosure () throws(SystemFailure) -> Value
  ) throws(Self) -> Value {
    do { return try calls() } catch { throw Self(error) }
  }
}

extension SystemFailure: SystemFailureConvertible {
  package init(_ failure: SystemFailure) { self = failure }
}

/// Makes a call again for as long as a signal interrupts it.
func retrying<Result: SignedInteger>(_ call: () -> Result) -> Result {
  while true {
    let result = call()
    if result >= 0 || errno != EINTR { return result }
  }
}
