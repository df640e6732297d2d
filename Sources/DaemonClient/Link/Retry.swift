// When to try again after a lost connection: soon at first, then less and less often, and not for ever.

package struct Retry: Sendable {
  private let patience: Duration
  private var pause = Self.firstPause
  private var waited = Duration.zero

  private static let firstPause = Duration.milliseconds(50)
  private static let pauseMax = Duration.seconds(5)

  /// Tries for `patience` after each time that it went well.
  package init(patience: Duration) { self.patience = patience }

  /// How long to wait before the next try; nil where it is time to give up.
  package mutating func next() -> Duration? {
    guard waited < patience else { return nil }
    let current = min(pause, patience - waited)
    waited += current
    pause = min(pause * 2, Self.pauseMax)
    return current
  }

  /// Whether only one pause was given out since it went well.
  package var isFirst: Bool { pause == Self.firstPause * 2 }

  /// It went well: the next loss is a new one.
  package mutating func succeeded() {
    pause = Self.firstPause
    waited = .zero
  }
}
