// A large index on a slow disk takes its time to be opened. Meanwhile the supervisor is told that the start goes on, but not
// for ever: a disk that hangs must not look like one that is slow.

internal import Index
internal import Platform

/// Tells the supervisor that the start goes on, from its making to its end.
struct OpeningNotice {
  private let isOver: EventCounter
  private let thread: NamedThread

  private static let intervalMilliseconds: Int32 = 10_000
  /// What is asked for each time, so that one message may get lost.
  private static let extensionSeconds = 30
  /// A start is given a quarter of an hour: 90 notices.
  private static let noticesMax = 90

  init(_ notifier: ServiceNotifier, intervalMilliseconds: Int32 = Self.intervalMilliseconds)
    throws(SystemFailure)
  {
    let isOver = try EventCounter()
    self.isOver = isOver
    thread = try NamedThread("opening") {
      for _ in 0..<Self.noticesMax {
        if isOver.wait(milliseconds: intervalMilliseconds) > 0 { return }
        notifier.extendTimeout(seconds: Self.extensionSeconds)
        notifier.status("opening the index")
      }
    }
  }

  /// The index is open, or cannot be.
  func end() {
    isOver.add()
    thread.join()
  }
}
