// A daemon that is killed while a client loads, and a model of what the index must hold after each restart: all of
// each finished load, nothing of any other.

import Foundation
import TestSupport
import Testing

/// One index that is loaded into, and whose daemon is killed again and again.
struct CrashDrill {
  /// What happens after a crash.
  enum Course {
    /// The client waits for the daemon and goes on by itself.
    case goesOn
    /// The client is killed too, and run again.
    case runAgain
    /// The client is killed too, and nobody loads the list.
    case abandoned
  }

  private static let courses: [Course] = [.goesOn, .goesOn, .runAgain, .abandoned]
  private let workspace: Workspace
  private var generator: SeededGenerator
  private var daemon: RunningDaemon
  private var finished: [Int] = []
  private var duration = Duration.zero

  /// A daemon that writes what is staged to the disk after each mebibyte.
  private static let options = ["--load-memory", "1", "--disk-reserve", "1", "--log-level", "warning"]

  /// Rows of a load: enough for several blocks, and for rows on the disk before the last has come.
  private static let rows = 3_000

  /// Photos of the n-th load; a part of them is in the one before as well.
  private static func photos(_ load: Int) -> ClosedRange<Int> { (load * 2_000 + 1)...(load * 2_000 + rows) }

  /// Starts a daemon, and has it do one load undisturbed, to learn how long that takes.
  init(seed: Int) async throws {
    generator = SeededGenerator(seed: seed)
    workspace = try Workspace()
    daemon = try await RunningDaemon.start(in: workspace, options: Self.options)
    let start = ContinuousClock.now
    #expect(try await ingest(0).result().end == .exited(0))
    duration = ContinuousClock.now - start
    finished = [0]
  }

  /// Loads, kills the daemon at a random moment, and sees what is left and what becomes of it.
  mutating func round(_ load: Int) async throws {
    let course = try #require(Self.courses.randomElement(using: &generator))
    // Loads take longer as the index grows.
    let span = duration.components.attoseconds / 1_000_000_000_000_000 + duration.components.seconds * 1_000
    let delay = Int64.random(in: 0...(span * Int64(4 + finished.count) / 4), using: &generator)
    let client = try ingest(load)
    try await Task.sleep(for: .milliseconds(delay))
    daemon.crash()
    // A client that goes on does so when the index was looked at.
    if course == .goesOn { client.send(SIGSTOP) } else { client.kill() }
    try await restart()
    let isVisible = try await daemon.ask("DATASETS").contains { $0.first == Self.slug(load) }
    if isVisible { finished.append(load) }
    let moment = "killed after \(delay) ms, \(course)"
    try await expectModel(moment)

    switch course {
    case .goesOn:
      client.send(SIGCONT)
      let result = try await client.result()
      // A load that was not even opened has nothing to go on with.
      if result.end == .exited(2), !result.errors.contains("stays staged") {
        try await runAgain(load, moment)
      } else {
        #expect(result.end == .exited(0), "\(moment): \(result.errors)")
      }
    case .runAgain: try await runAgain(load, moment)
    case .abandoned:
      try await daemon.stop()
      try await restart()
      return try await expectModel(moment + ", stopped and started")
    }
    if !isVisible { finished.append(load) }
    try await expectModel(moment + ", then loaded")
    let staged = try FileManager.default.contentsOfDirectory(atPath: workspace.file("data/staging"))
    #expect(!staged.contains { $0.hasPrefix(Self.slug(load) + ".") }, "\(moment)")
  }

  /// Ends the daemon.
  func end() async throws { try await daemon.stop() }

  private static func slug(_ load: Int) -> String { "load\(load)" }

  private mutating func restart() async throws {
    daemon = try await RunningDaemon.start(in: workspace, options: Self.options)
  }

  private func ingest(_ load: Int) throws -> TestedProgram {
    let path = workspace.file("list\(load)")
    if !FileManager.default.fileExists(atPath: path) {
      _ = try workspace.write("list\(load)", Photos.list(Self.photos(load), padding: 300))
    }
    return try workspace.startClient(["ingest", "--dataset", Self.slug(load), "--retry-for", "60", path])
  }

  private func runAgain(_ load: Int, _ moment: String) async throws {
    let result = try await ingest(load).result()
    #expect(result.end == .exited(0), "\(moment), run again: \(result.errors)")
  }

  /// Compares counts, and the answers for some photos, with the model.
  private mutating func expectModel(_ moment: String) async throws {
    let images = finished.reduce(into: Set<Int>()) { $0.formUnion(Self.photos($1)) }
    let figures = try await daemon.figures()
    #expect(figures["images"] == images.count, "\(moment)")
    #expect(figures["memberships"] == finished.count * Self.rows, "\(moment)")
    let datasets = try await daemon.ask("DATASETS")
    let expected = finished.map { [Self.slug($0), "\(Self.rows)", "0", "\(Self.rows)", "0"] }
    #expect(datasets == expected.sorted { $0[0] < $1[0] }, "\(moment)")
    let last = (finished.max() ?? 0) + 2
    let sample = (0..<100).map { _ in
      Int.random(in: 1...Self.photos(last).upperBound, using: &generator)
    }
    let questions = sample.map { "flickr:\(Photos.number($0))\n" }.joined()
    let answers = try await daemon.ask("MCHECK \(sample.count)\n\(questions.dropLast())")
    for (photo, answer) in zip(sample, answers) {
      let names = finished.filter { Self.photos($0).contains(photo) }.map(Self.slug).sorted()
      #expect(
        answer == [names.isEmpty ? "MISS" : "HIT " + names.joined(separator: ",")],
        "photo \(photo), \(moment)")
    }
  }
}
