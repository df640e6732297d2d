// Environment variables, as whoever started the daemon has set them.

internal import Glibc

package enum ProcessEnvironment {
  /// The value of a variable; nil where it is not set. The C function is `getenv`.
  package static func value(_ name: String) -> String? {
    // Safe: the program never changes its environment, so the C string stays.
    guard let text = unsafe getenv(name) else { return nil }
    return unsafe String(cString: text)
  }
}
