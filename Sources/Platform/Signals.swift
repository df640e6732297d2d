// Signals. What a handler does is up to the programs.

internal import Glibc

package enum Signals {
  /// Has `handler` called when one of `signals` comes. It may do only what a signal handler may (signal-safety(7)). The C
  /// function is `sigaction`.
  ///
  /// - Parameter isLast: whether the signals take their own course when they come again, while the handler runs or after it.
  package static func handle(
    _ signals: [Int32], isLast: Bool = false, _ handler: @escaping @convention(c) (Int32) -> Void
  ) {
    var action = sigaction()
    unsafe action.__sigaction_handler.sa_handler = handler
    if isLast { action.sa_flags = Int32(bitPattern: UInt32(SA_RESETHAND)) | Int32(SA_NODEFER) }
    for signal in signals { _ = unsafe sigaction(signal, &action, nil) }  // safe: the call copies the struct
  }

  /// Lets signals take their own course. The C function is `signal`.
  package static func restore(_ signals: [Int32]) { for signal in signals { Glibc.signal(signal, SIG_DFL) } }

  /// Whether a signal is ignored, as the process may have been started. The C function is `sigaction`.
  package static func isIgnored(_ signal: Int32) -> Bool {
    var standing = sigaction()
    // Safe: the call fills the struct that it is lent.
    guard unsafe sigaction(signal, nil, &standing) == 0 else { return false }
    // Safe: both are addresses, or the small numbers that stand for what a signal does by itself.
    let (present, ignoring) = unsafe (
      unsafeBitCast(standing.__sigaction_handler.sa_handler, to: Int.self),
      unsafeBitCast(SIG_IGN, to: Int.self)
    )
    return present == ignoring
  }

  /// Writes to standard error, as a signal handler may. The C function is `write`.
  package static func say(_ text: StaticString) {
    // Safe: a constant's bytes.
    text.withUTF8Buffer { _ = unsafe write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }

  /// Keeps signals from the threads that are made after this, for `wait`. The C function is `pthread_sigmask`.
  package static func block(_ signals: [Int32]) {
    var set = Self.set(signals)
    _ = unsafe pthread_sigmask(SIG_BLOCK, &set, nil)  // safe: the call reads the set
  }

  /// Waits for one of signals that are blocked. The C function is `sigwait`.
  package static func wait(for signals: [Int32]) {
    var set = Self.set(signals)
    var signal: Int32 = 0
    _ = unsafe sigwait(&set, &signal)  // safe: the call reads the set and fills the number
  }

  private static func set(_ signals: [Int32]) -> sigset_t {
    var set = sigset_t()
    // Safe: both calls change the set that they are lent.
    unsafe sigemptyset(&set)
    for signal in signals { _ = unsafe sigaddset(&set, signal) }
    return set
  }
}
