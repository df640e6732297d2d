// Ctrl-C. Most commands die of it at once, as programs do; a load says first how to go on with it. That is said
// by the signal handler itself, so that a read which waits for a slow pipe keeps nobody waiting.

import Glibc
import Platform
import Synchronization

/// The wish of the person at the keyboard to stop.
package enum Interruption {
  /// The address of a C string that is never freed, since the handler may be reading it; 0 for none.
  private static let farewell = Atomic<UInt>(0)

  /// The path of a file that must not outlive the program, likewise.
  private static let doomed = Atomic<UInt>(0)

  /// From now on SIGINT and SIGTERM write `text` to standard error before they end the program, behind what clears the line.
  ///
  /// - Parameter path: a file that they remove first, as does SIGHUP, unless the parent had it ignored.
  package static func announce(_ text: String, clearing: String = "", removing path: String? = nil) {
    var bytes = Array(clearing.utf8)
    TerminalText.append(text.utf8.span, to: &bytes)
    // The copies live as long as the program; only the handler reads them.
    unsafe farewell.store(
      UInt(bitPattern: strdup(String(decoding: bytes, as: UTF8.self))), ordering: .releasing)
    if let path { unsafe doomed.store(UInt(bitPattern: strdup(path)), ordering: .releasing) }
    let signals = [SIGINT, SIGTERM] + (path != nil && !Signals.isIgnored(SIGHUP) ? [SIGHUP] : [])
    Signals.handle(signals) { number in
      Interruption.removeDoomed()
      let address = Interruption.farewell.load(ordering: .acquiring)
      if let text = unsafe UnsafePointer<CChar>(bitPattern: address) {
        _ = unsafe write(2, text, strlen(text))
      }
      signal(number, SIG_DFL)
      raise(number)
    }
  }

  private static let wasAsked = Atomic<Bool>(false)

  /// Whether `awaitWish` was called and Ctrl-C came since.
  package static var isWanted: Bool { wasAsked.load(ordering: .relaxed) }

  /// From now on the first SIGINT or SIGTERM is only noted: what was found out by then is to be shown. The next one ends the
  /// program.
  package static func awaitWish() {
    Signals.handle([SIGINT, SIGTERM], isLast: true) { _ in
      Interruption.wasAsked.store(true, ordering: .relaxed)
    }
  }

  /// Removes the file that must not outlive the program. May be called by a signal handler. The corresponding C function is
  /// `unlink`.
  package static func removeDoomed() {
    let address = doomed.load(ordering: .acquiring)
    if let path = unsafe UnsafePointer<CChar>(bitPattern: address) { _ = unsafe unlink(path) }
  }

  /// From now on SIGINT and SIGTERM end the program without a word again.
  package static func fallSilent() {
    Signals.restore([SIGINT, SIGTERM])
    if doomed.exchange(0, ordering: .acquiringAndReleasing) != 0, !Signals.isIgnored(SIGHUP) {
      Signals.restore([SIGHUP])
    }
  }

  /// SIGPIPE ends the program quietly, as it does every filter in front of `head`, even where the parent had
  /// it ignored.
  package static func restorePipeSignal() { Signals.restore([SIGPIPE]) }
}
