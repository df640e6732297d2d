// How the benchmark's programs fail: one line on standard error, and a status that stops the script.

internal import Glibc

/// Runs `body`; an error becomes one line on standard error and status 1.
package func runProgram(_ body: (inout Arguments) throws -> Void) {
  do {
    var arguments = try Arguments(CommandLine.arguments.dropFirst())
    try body(&arguments)
  } catch {
    let line = [UInt8]("\(CommandLine.arguments.first ?? "bench"): \(error)\n".utf8)
    // Safe: the buffer is valid for the call. Nothing is left to do if even this fails.
    _ = unsafe line.withUnsafeBytes { unsafe write(STDERR_FILENO, $0.baseAddress, $0.count) }
    exit(1)
  }
}

/// A system call that failed, with its code.
package struct SystemFailure: Error, CustomStringConvertible {
  private let call: String
  private let code: Int32

  /// The failure of `call` with the code that `errno` had.
  package init(_ call: String, code: Int32) {
    self.call = call
    self.code = code
  }

  /// The call, and the system's text for its code.
  package var description: String {
    // Safe: strerror returns a string that lives until the next call, and it is copied at once.
    unsafe "\(call): \(String(cString: strerror(code)))"
  }
}
