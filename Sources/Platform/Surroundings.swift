// What the surroundings say: environment variables, whether a descriptor is a terminal, how wide it is.

internal import Glibc

package enum ProcessEnvironment {
  /// The value of a variable; nil where it is not set. The C function is `getenv`.
  package static func value(_ name: String) -> String? {
    // Safe: the programs never change their environment, so the C string stays until it is copied.
    guard let text = unsafe getenv(name) else { return nil }
    return unsafe String(cString: text)
  }
}

package enum Terminal {
  /// Whether a descriptor is a terminal. The C function is `isatty`.
  package static func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

  /// Columns of the terminal behind a descriptor; 80 where it does not say.
  package static func columns(_ descriptor: Int32) -> Int {
    var size = winsize()
    // Safe: TIOCGWINSZ writes one `winsize`, which is what it is given.
    guard unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }

  /// Whether colours may go to a descriptor: a terminal that is not dumb, and no NO_COLOR (no-color.org).
  package static func allowsColour(_ descriptor: Int32) -> Bool {
    isTerminal(descriptor) && (ProcessEnvironment.value("NO_COLOR") ?? "").isEmpty
      && ProcessEnvironment.value("TERM") != "dumb"
  }
}
