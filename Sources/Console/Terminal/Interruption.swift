// Ctrl-C. Most commands die of it at once, as programs do; a load says first how to go on with it. That is said
// by the signal handler itself, so that a read which waits for a slow pipe keeps nobody waiting.

import Glibc
import Synchronization

/// The wish of the person at the keyboard to stop.
package enum Interruption {
  /// The address of a C string that is never freed, since the handler may be reading it; 0 for none.
  private static let farewell = Atomic<UInt>(0)

  /// The path of a file that must not outlive the program, likewise.
  private static let doomed = Atomic<UInt>(0)

  /// From now on SIGINT and SIGTERM write `text` to standard error before they end the program.
  ///
  /// - Parameter path: a file that they remove first, as does SIGHUP, unless the parent had it ignored.
  package static func announce(_ text: String, removing path: String? = nil) {
    // The copies live as long as the program; only the handler reads them.
    unsafe farewell.store(UInt(bitPattern: strdup(text)), ordering: .releasing)
    if let path { unsafe doomed.store(UInt(bitPattern: strdup(path)), ordering: .releasing) }
    var action = sigaction()
    // The handler calls only what a signal handler may call (signal-safety(7)).
    unsafe action.__sigaction_handler.sa_handler = { number in
      Interruption.removeDoomed()
      let address = Interruption.farewell.load(ordering: .acquiring)
      if let text = unsafe UnsafePointer<CChar>(bitPattern: address) {
        _ = unsafe write(2, text, strlen(text))
      }
      signal(number, SIG_DFL)
      raise(number)
    }
    // `action` outlives the calls.
    unsafe sigaction(SIGINT, &action, nil)
    unsafe sigaction(SIGTERM, &action, nil)
    guard path != nil, !isIgnored(SIGHUP) else { return }
    unsafe sigaction(SIGHUP, &action, nil)
  }

  private static func isIgnored(_ number: Int32) -> Bool {
    var standing = sigaction()
    // The call fills in the struct.
    guard unsafe sigaction(number, nil, &standing) == 0 else { return false }
    // Both are addresses, or the small numbers that stand for what a signal does by itself.
    let (present, ignoring) = unsafe (
      unsafeBitCast(standing.__sigaction_handler.sa_handler, to: Int.self),
      unsafeBitCast(SIG_IGN, to: Int.self)
    )
    return present == ignoring
  }

  /// Removes the file that must not outlive the program. May be called by a signal handler. The corresponding C function is
  /// `unlink`.
  package static func removeDoomed() {
    let address = doomed.load(ordering: .acquiring)
    if let path = unsafe UnsafePointer<CChar>(bitPattern: address) { _ = unsafe unlink(path) }
  }

  /// From now on SIGINT and SIGTERM end the program without a word again.
  package static func fallSilent() {
    signal(SIGINT, SIG_DFL)
    signal(SIGTERM, SIG_DFL)
    if doomed.exchange(0, ordering: .acquiringAndReleasing) != 0, !isIgnored(SIGHUP) {
      signal(SIGHUP, SIG_DFL)
    }
  }

  /// SIGPIPE ends the program quietly, as it does every filter in front of `head`, even where the parent had
  /// it ignored.
  package static func restorePipeSignal() { signal(SIGPIPE, SIG_DFL) }
}
