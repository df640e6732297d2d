// Simulations: a short one with each run of the tests, others at length with `make simulation`.

import Foundation
import Testing

@testable import Server

@Suite("a simulation")
struct SimulationTests {
  private static func number(_ variable: String) -> Int? {
    ProcessInfo.processInfo.environment[variable].flatMap { Int($0) }
  }

  @Test("of clients, loads, changes and time hears from the daemon what the model says")
  func agrees() async throws {
    let seed = Self.number("WHICHSET_SIMULATION_SEED") ?? 1
    let steps = Self.number("WHICHSET_SIMULATION_STEPS") ?? 20_000
    // A thread of its own: those of the pool are for tests that wait.
    try await withCheckedThrowingContinuation { (done: CheckedContinuation<Void, any Error>) in
      Thread.detachNewThread { done.resume(with: Result { try Self.run(seed: seed, steps: steps) }) }
    }
  }

  private static func run(seed: Int, steps: Int) throws {
    let simulation = try Simulation(seed: seed)
    try simulation.run(steps: steps)
    let tally = simulation.tally.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
    print("simulation: seed \(seed), \(steps) steps: \(tally.joined(separator: ", "))")
    #expect(simulation.tally["replies"] ?? 0 > steps / 20)
  }

  @Test("fails where the daemon has a row that the model has not")
  func sees() throws {
    let simulation = try Simulation(seed: 1, forgottenImage: 7)
    #expect(throws: SimulationFailure.self) { try simulation.run(steps: 100_000) }
  }
}
