// How the benchmark's programs fail: one line on standard error, and a status that stops the script.

internal import Glibc
internal import Platform

/// Runs `body`; an error becomes one line on standard error and status 1.
package func runProgram(_ body: (inout Arguments) throws -> Void) {
  do {
    var arguments = try Arguments(CommandLine.arguments.dropFirst())
    try body(&arguments)
  } catch {
    // Nothing is left to do if even this fails.
    _ = Descriptor(borrowing: STDERR_FILENO).write(
      [UInt8]("\(CommandLine.arguments.first ?? "bench"): \(error)\n".utf8).span)
    exit(1)
  }
}
