// Says of a thread whether it gets on: since when its present step of work lasts. Work of minutes is in order as long as
// its steps go on; a single step that does not end is a thread that is stuck. What follows from that is left to others.
//
// Long work in this target says by `WorkMark.step()` where one step ends and the next begins. It need not know who
// listens: a thread has at most one mark, which hears of it.

internal import CLinux
internal import Glibc
internal import Platform
internal import Synchronization

/// What one thread is at.
package final class WorkMark: Sendable {
  /// The clock's time at which the present step began; 0 while there is nothing to do.
  private let since = Atomic<Int>(0)

  /// A thread without work.
  package init() {}

  /// A step of work begins. If one is under way, it has ended.
  package func begin() { since.store(MonotonicClock.nanoseconds, ordering: .relaxed) }

  /// The work is done.
  package func end() { since.store(0, ordering: .relaxed) }

  /// Nanoseconds that the present step has lasted; nil while there is nothing to do.
  ///
  /// - Parameter now: the time of `MonotonicClock`.
  package func stepNanoseconds(at now: Int = MonotonicClock.nanoseconds) -> Int? {
    let since = since.load(ordering: .relaxed)
    return since == 0 ? nil : max(0, now - since)
  }

  // MARK: - The thread's own mark

  /// Where each thread keeps its mark.
  private static let key: pthread_key_t = {
    var key = pthread_key_t()
    // Safe: the mark that a thread has was retained for it.
    let result = unsafe pthread_key_create(
      &key, { mark in if let mark = unsafe mark { unsafe Unmanaged<WorkMark>.fromOpaque(mark).release() } })
    precondition(result == 0, "the system has no key left")
    return key
  }()

  /// Has this mark hear of the steps of the calling thread, until the thread ends. Once a thread.
  package func listen() {
    precondition(unsafe pthread_getspecific(Self.key) == nil)
    unsafe pthread_setspecific(Self.key, Unmanaged.passRetained(self).toOpaque())
  }

  /// The calling thread's mark, for threads that work in its place; nil where nobody listens.
  static var current: WorkMark? {
    // Safe: the mark lives as long as its thread, and is retained here.
    unsafe pthread_getspecific(key).map { mark in
      unsafe Unmanaged<WorkMark>.fromOpaque(mark).takeUnretainedValue()
    }
  }

  /// The calling thread has done a step of its work and goes on with the next. Some 30 ns.
  package static func step() {
    // Safe: the mark lives as long as its thread.
    guard let mark = unsafe pthread_getspecific(key) else { return }
    unsafe Unmanaged<WorkMark>.fromOpaque(mark)._withUnsafeGuaranteedRef { $0.begin() }
  }
}
