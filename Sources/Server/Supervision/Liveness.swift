// Which of the daemon's threads get on, and which are stuck since when. A thread that works is stuck where one step of its work lasts
// too long; a reactor, which works only when something comes, is asked now and then, and is stuck where it does not answer.

internal import Index
internal import Platform

package final class Liveness: Sendable {
  /// A thread, what it is at, and how to ask it.
  struct Member: Sendable {
    let name: String
    let mark: WorkMark
    /// Asks a reactor to end its mark's step; nil for other threads, whose marks say all.
    var ask: (@Sendable (WorkMark) -> Void)?
  }

  /// A thread that does not get on.
  package struct Stuck: Equatable, Sendable {
    /// The thread's name, as the system shows it.
    package let thread: String
    /// Whole seconds since its last sign of progress.
    package let seconds: Int
  }

  /// How long one step may take before its thread counts as stuck, where nobody says otherwise: longer than a disk that
  /// is busy takes to write one transaction.
  package static let patienceSeconds = 60

  private let members: [Member]

  init(_ members: [Member]) { self.members = members }

  /// Asks the reactors for a sign of life, those apart that still owe one.
  func ask() {
    for member in members {
      guard let ask = member.ask, member.mark.stepNanoseconds() == nil else { continue }
      member.mark.begin()
      ask(member.mark)
    }
  }

  /// The threads whose last sign of progress is longer ago than their step may take, in the order of their start.
  ///
  /// - Parameters:
  ///   - seconds: how long a step may take.
  ///   - now: the time of `MonotonicClock`, in nanoseconds.
  package func stuck(
    forSeconds seconds: Int = Liveness.patienceSeconds, now: Int = MonotonicClock.nanoseconds
  ) -> [Stuck] {
    members.compactMap { member in
      guard let lasted = member.mark.stepNanoseconds(at: now), lasted > seconds * 1_000_000_000 else {
        return nil
      }
      return Stuck(thread: member.name, seconds: lasted / 1_000_000_000)
    }
  }
}
