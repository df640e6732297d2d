// Ctrl-C. Most commands die of it at once, as programs do; a load says first how to go on with it. That is said
// by the signal handler itself, so that a read which waits for a slow pipe keeps nobody waiting.

import Glibc
import Synchronization

/// The wish of the person at the keyboard to stop.
package enum Interruption {
  /// The address of a C string that is never freed, since the handler may be reading it; 0 for none.
  private static let farewell = Atomic<UInt>(0)

  /// From now on SIGINT and SIGTERM write `text` to standard error before they end the program.
  package static func announce(_ text: String) {
    // The copy lives as long as the program; only the handler reads it.
    unsafe farewell.store(UInt(bitPattern: strdup(text)), ordering: .releasing)
    var action = sigaction()
    // The handler calls only what a signal handler may call (signal-safety(7)).
    unsafe action.__sigaction_handler.sa_handler = { number in
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
  }

  /// From now on SIGINT and SIGTERM end the program without a word again.
  package static func fallSilent() {
    signal(SIGINT, SIG_DFL)
    signal(SIGTERM, SIG_DFL)
  }

  /// SIGPIPE ends the program quietly, as it does every filter in front of `head`, even where the parent had
  /// it ignored.
  package static func restorePipeSignal() { signal(SIGPIPE, SIG_DFL) }
}
