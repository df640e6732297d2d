// Ctrl-C. Most commands die of it at once, as programs do; a load wants to say first how to go on with it, so
// it asks for the signal to be noted instead, and looks at the note whenever a wait was cut short.

import Glibc
import Synchronization

/// The wish of the person at the keyboard to stop.
package enum Interruption {
  private static let noted = Atomic<Bool>(false)

  /// Whether Ctrl-C (or SIGTERM) came since `note()`.
  package static var isRequested: Bool { noted.load(ordering: .relaxed) }

  /// From now on SIGINT and SIGTERM are noted, cut waits short and end nothing by themselves.
  package static func note() {
    var action = sigaction()
    // The handler only stores to an atomic, which a signal handler may do.
    unsafe action.__sigaction_handler.sa_handler = { _ in
      Interruption.noted.store(true, ordering: .relaxed)
    }
    // Without SA_RESTART, so that poll and read return; `action` outlives the calls.
    unsafe sigaction(SIGINT, &action, nil)
    unsafe sigaction(SIGTERM, &action, nil)
  }

  /// Ends the program as Ctrl-C would have: a shell sees status 130.
  package static func dieOfSignal() -> Never {
    signal(SIGINT, SIG_DFL)
    raise(SIGINT)
    exit(130)
  }

  /// SIGPIPE ends the program quietly, as it does every filter in front of `head`, even where the parent had
  /// it ignored.
  package static func restorePipeSignal() { signal(SIGPIPE, SIG_DFL) }
}
