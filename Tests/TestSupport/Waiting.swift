// How a test waits for what must come. It gives up only on what hangs: a test that fails because the machine was busy
// says nothing about the program.

/// After so long, what has not come never will. The slowest step of a test takes some seconds where it has a core for
/// itself, and was seen to take over a minute on two cores beside all the others.
public let hangTime: Duration = .seconds(300)

/// Whether a condition comes to hold within a bound of time.
public func holds(
  within bound: Duration = hangTime, _ condition: () async throws -> Bool
) async rethrows -> Bool {
  let deadline = ContinuousClock.now + bound
  while try await !condition() {
    if ContinuousClock.now > deadline { return false }
    try? await Task.sleep(for: .milliseconds(3))
  }
  return true
}
