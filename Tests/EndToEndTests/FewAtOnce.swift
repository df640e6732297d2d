// The tests here start programs. All of them at once would have each wait for hundreds of others, on two cores for
// minutes, and what they measure and wait for would be the machine.

import Synchronization
import Testing

/// Has so few tests run at once that each gets on.
struct FewAtOnce: SuiteTrait, TestTrait, TestScoping {
  private static let turns = Turns(of: 6)

  var isRecursive: Bool { true }

  func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
  ) async throws {
    guard !test.isSuite, testCase != nil else { return try await function() }
    await Self.turns.take()
    defer { Self.turns.giveBack() }
    try await function()
  }
}

extension Trait where Self == FewAtOnce {
  static var fewAtOnce: Self { FewAtOnce() }
}

/// A number of turns. Who came last gets the next one: suites that run one test after the other get on from the start.
private final class Turns: Sendable {
  private struct State {
    var free: Int
    var waiting: [CheckedContinuation<Void, Never>] = []
  }

  private let state: Mutex<State>

  init(of count: Int) { state = Mutex(State(free: count)) }

  func take() async {
    await withCheckedContinuation { waiter in
      let hasTurn = state.withLock { state in
        if state.free == 0 {
          state.waiting.append(waiter)
          return false
        }
        state.free -= 1
        return true
      }
      if hasTurn { waiter.resume() }
    }
  }

  func giveBack() {
    let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
      let last = state.waiting.popLast()
      if last == nil { state.free += 1 }
      return last
    }
    next?.resume()
  }
}
