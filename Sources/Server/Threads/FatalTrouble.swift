// What ends the daemon at once, on whichever thread it comes up. The program decides how a process ends.

/// Why the daemon has to end at once: its threads cannot be waited for.
package enum FatalTrouble: Sendable {
  /// The index cannot be written any more.
  case indexDead
  /// The system refuses a reactor what it needs.
  case reactorFailed
}
