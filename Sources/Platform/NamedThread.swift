// Threads of the operating system, with names that `top -H` and `perf` show. The daemon has a handful of them, each
// blocking in its own place, so Swift's concurrency pool has nothing to add here.

internal import CLinux
internal import Glibc

/// A thread of its own.
package struct NamedThread: Sendable {
  private let handle: pthread_t

  /// Starts `body` on a thread of its own. The C function is `pthread_create`.
  package init(_ name: String, _ body: @escaping @Sendable () -> Void) throws(SystemFailure) {
    final class Start {
      let name: String
      let body: @Sendable () -> Void
      init(_ name: String, _ body: @escaping @Sendable () -> Void) {
        self.name = name
        self.body = body
      }
    }
    var handle = pthread_t()
    // Safe: the box is retained here and taken over by the new thread, which runs exactly once.
    let box = unsafe Unmanaged.passRetained(Start(name, body)).toOpaque()
    let result = unsafe pthread_create(
      &handle, nil,
      { argument in
        let start = unsafe Unmanaged<Start>.fromOpaque(argument!).takeRetainedValue()
        unsafe whichset_name_thread(start.name)  // safe: copied within the call
        start.body()
        return nil
      }, box)
    guard result == 0 else {
      unsafe Unmanaged<Start>.fromOpaque(box).release()  // safe: no thread has taken it over
      throw SystemFailure("pthread_create", code: result)
    }
    self.handle = handle
  }

  /// Waits until the thread has ended. The C function is `pthread_join`.
  package func join() { pthread_join(handle, nil) }
}
