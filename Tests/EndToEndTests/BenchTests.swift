// `whichset bench` against a daemon that answers, one that changes its answers, and one that is not there.

import Foundation
import TestSupport
import Testing

@Suite("A measurement of the daemon", .fewAtOnce)
struct BenchTests {
  private struct Figures: Decodable {
    let requests, connections, depth, hits, misses, refused: Int
    let seconds, per_second, p50_us, p99_us, longest_us: Double
  }

  private func measure(_ workspace: Workspace, _ words: String...) async throws -> Figures {
    let result = try await workspace.client(["bench", "--seconds", "0.3", "--format", "json"] + words)
    #expect(result.end == .exited(0), "\(result.errors)")
    return try JSONDecoder().decode(Figures.self, from: Data(result.output.utf8))
  }

  @Test("says what was asked, how fast it was answered, and how long answers took")
  func figures() async throws {
    let workspace = try Workspace()
    let daemon = try await RunningDaemon.start(in: workspace)
    let list = try workspace.write("list", (0..<50).map { "flickr:\(99_100_000_000 + $0)\n" }.joined())
    #expect(try await workspace.client("ingest", "--dataset", "park", list).end == .exited(0))
    var figures = try await measure(workspace)
    #expect((figures.connections, figures.depth) == (4, 128))
    #expect(figures.hits == 50_000)
    #expect((figures.misses, figures.refused) == (50_000, 0))
    #expect(figures.requests > 0 && figures.requests.isMultiple(of: 128))
    #expect(figures.seconds >= 0.3)
    #expect(figures.p50_us > 0 && figures.p50_us <= figures.p99_us && figures.p99_us <= figures.longest_us)
    figures = try await measure(workspace, "--hits", "0", "--connections", "2", "--depth", "1")
    #expect((figures.connections, figures.depth) == (2, 1))
    #expect(figures.hits == 0)
    figures = try await measure(workspace, "--latency")
    #expect((figures.connections, figures.depth) == (1, 1))
    // At the rate that was asked for, but for what a busy machine makes late.
    #expect(figures.requests <= 310)
    let questions = try workspace.write("questions", "flickr:99100000001\n\nno identifier\nflickr:1\n")
    figures = try await measure(workspace, "--input", questions)
    #expect((figures.hits, figures.misses, figures.refused) == (1, 1, 1))
    let text = try await workspace.client("bench", "--seconds", "0.2", "--format", "text").output
    #expect(text.contains("every answer as before") && text.contains("p99.9"))
    try await daemon.stop()
  }

  @Test("ends where an answer is another one than before")
  func changes() async throws {
    let workspace = try Workspace()
    let daemon = try await RunningDaemon.start(in: workspace)
    let list = try workspace.write("list", "flickr:99100000001\n")
    let questions = try workspace.write("questions", "flickr:99100000001\n")
    async let measured = workspace.client("bench", "--seconds", "60", "--input", questions)
    // It knows the answers before it asks so often.
    #expect(try await holds { (try await daemon.figures()["queries"] ?? 0) > 1_000 })
    #expect(try await workspace.client("ingest", "--dataset", "park", list).end == .exited(0))
    let result = try await measured
    #expect(result.end == .exited(2))
    #expect(result.errors.contains("an answer is another one than before"))
    #expect(result.errors.contains(#"expected "MISS", got "HIT park""#), "\(result.errors)")
    try await daemon.stop()
  }

  @Test("refuses what it cannot measure, at the bounds and past them")
  func refusals() async throws {
    let workspace = try Workspace()
    #expect(try await workspace.client("bench").end == .exited(2))
    let daemon = try await RunningDaemon.start(in: workspace)
    let empty = try await workspace.client("bench")
    #expect(empty.end == .exited(2) && empty.errors.contains("the index is empty"))
    for (words, status) in [
      (["--connections", "1025"], 64), (["--connections", "0"], 64), (["--depth", "10001"], 64),
      (["--depth", "0"], 64), (["--hits", "1.01"], 64), (["--seconds", "0.09"], 64),
      (["--latency", "--depth", "2"], 64), (["--hits", "1", "--input", "f"], 64),
      (["--connections", "1024", "--depth", "1", "--hits", "0", "--seconds", "0.1"], 0),
      (["--connections", "1", "--depth", "10000", "--hits", "0", "--seconds", "0.1"], 0),
    ] as [([String], Int32)] {
      let result = try await workspace.client(["bench"] + words)
      #expect(result.end == .exited(status), "\(words): \(result.errors)")
    }
    try await daemon.stop()
  }
}
