// Each work that changes the data folder, ended at each of its calls: killed before it, after half of it or after it, or
// told that it failed or did half. What the next start finds is the index as it was or as it was to be, and the work can be done again.
//
// Some of the calls are tried. WHICHSET_EVERY_CALL=1 tries all of them.

import Foundation
import TestSupport
import Testing

@Suite(
  "A work that ends at any of its calls", .fewAtOnce,
  .enabled("a C compiler is needed") { Faults.library != nil })
struct CrashStateTests {
  /// A change of the data folder, by its command.
  enum Work: String, CaseIterable, Sendable {
    case load, replace, remove, reindex, compact, restore, erase, suppress

    var command: [String] {
      switch self {
      case .load: ["ingest", "--retry-for", "0", "--dataset", "new", "lists/new"]
      case .replace: ["ingest", "--retry-for", "0", "--replace", "--dataset", "old", "lists/new"]
      case .remove: ["dataset", "remove", "--yes", "old"]
      case .reindex: ["reindex", "--dataset", "old"]
      case .compact: ["compact"]
      case .restore: ["restore", "--force", "backup"]
      case .erase: ["erase", "--yes", "--now", "flickr:99100000003", "flickr:99100000004"]
      case .suppress: ["suppress", "--yes", "--import", "export"]
      }
    }
  }

  /// How a call ends: the numbers that the library knows.
  private enum Ending: Int32, CaseIterable {
    case killedBefore = -2
    case killedHalfway = -3
    case killedAfter = -4
    case noSpace = 28
    case failure = 5
    case interrupted = 4
    case noDescriptors = 24
    case noMemory = 12
    /// The call does half, and says so.
    case half = -1

    var kills: Bool { rawValue < -1 }

    /// Whether such a call may end so.
    func isPossible(_ call: FailingCall) -> Bool {
      switch self {
      case .killedBefore, .killedAfter: true
      case .killedHalfway: [.write, .meta].contains(call)
      case .half: [.write, .meta, .read].contains(call)
      case .noSpace: ![.read, .map].contains(call)
      case .failure: call != .map
      case .interrupted: [.write, .meta, .read, .sync].contains(call)
      case .noDescriptors: call == .open
      case .noMemory: [.map, .open].contains(call)
      }
    }
  }

  /// What an index holds, as far as anybody can ask.
  private struct Contents: Equatable {
    var digest: String
    var suppressed: String
  }

  private static let calls: [FailingCall] = [
    .write, .meta, .sync, .rename, .mkdir, .unlink, .open, .read, .map,
  ]
  private static let triesEach = ProcessInfo.processInfo.environment["WHICHSET_EVERY_CALL"] != nil
  private let workspace: Workspace
  private let faults: Faults

  init() throws {
    workspace = try Workspace()
    faults = try Faults(in: workspace)
  }

  private func start() async throws -> RunningDaemon {
    try await RunningDaemon.start(
      in: workspace, options: ["--disk-reserve", "0", "--map-size", "1", "--load-memory", "1"],
      environment: faults.environment())
  }

  private func contents(_ what: String) async throws -> Contents {
    let digest = try await workspace.client("stats", "--digest", "--format", "tsv")
    #expect(digest.end == .exited(0), "\(what): \(digest.errors)")
    let lines = digest.output.split(separator: "\n").filter { $0.hasPrefix("digest") }
    let suppressed = try await workspace.client("suppressed", "--format", "tsv")
    #expect(suppressed.end == .exited(0), "\(what): \(suppressed.errors)")
    return Contents(digest: lines.joined(separator: "\n"), suppressed: suppressed.output)
  }

  private func perform(_ work: Work) async throws -> ProgramResult {
    let words = work.command.map {
      $0.hasPrefix("lists/") || ["backup", "export"].contains($0) ? workspace.file($0) : $0
    }
    return try await workspace.client(words)
  }

  private func copy(_ from: String, _ to: String) throws {
    try? FileManager.default.removeItem(atPath: workspace.file(to))
    try FileManager.default.copyItem(atPath: workspace.file(from), toPath: workspace.file(to))
  }

  /// An index with two datasets in `template`, and a backup of an earlier one.
  private func prepare() async throws {
    try FileManager.default.createDirectory(
      atPath: workspace.file("lists"), withIntermediateDirectories: false)
    func list(_ name: String, _ ids: Range<Int>) throws -> String {
      try workspace.write(
        "lists/\(name)",
        ids.map { "flickr:\(99_100_000_000 + $0)\tnsid=\(10_000_000 + $0 % 9)@N02\n" }.joined())
    }
    let daemon = try await start()
    _ = try list("new", 100..<400)
    for (name, ids) in [("old", 0..<300), ("other", 200..<300)] {
      #expect(try await workspace.client("ingest", "--dataset", name, list(name, ids)).end == .exited(0))
      if name == "old" {
        #expect(try await workspace.client("backup", workspace.file("backup")).end == .exited(0))
      }
    }
    let key = try await workspace.client("suppressed", "--key").output.filter { !$0.isNewline }
    try await daemon.stop()
    try copy("data", "template")
    try await export(for: key)
  }

  /// Has another index suppress two images, one of which the index does not have, and export them.
  private func export(for key: String) async throws {
    let other = try Workspace()
    let daemon = try await RunningDaemon.start(in: other, options: ["--disk-reserve", "0"])
    let erased = ["flickr:99100000250", "https://example.org/one.jpg"]
    #expect(try await other.client(["erase", "--yes"] + erased).end == .exited(1))
    let exported = try await other.client("suppressed", "--export", workspace.file("export"), "--for", key)
    #expect(exported.end == .exited(0), "\(exported.errors)")
    try await daemon.stop()
  }

  @Test("leaves the index as it was or as it was to be", arguments: Work.allCases)
  func ends(_ work: Work) async throws {
    try await prepare()
    let daemon = try await start()
    let before = try await contents("before")
    #expect(try await perform(work).end == .exited(0))
    let after = try await contents("after")
    try await daemon.stop()
    #expect((before == after) == [.reindex, .compact].contains(work))

    var tried: Set<FailingCall> = []
    for (place, call) in Self.calls.enumerated() {
      let endings = Ending.allCases.filter { $0.isPossible(call) }
      if Self.triesEach {
        for ending in endings {
          var nth = 1
          while try await trial(work, call, nth, ending, before, after) {
            tried.insert(call)
            nth += 1
          }
        }
      } else {
        // Every call ends in some way in each work, and in every way in some of them.
        for (turn, nth) in [1, 3].enumerated() {
          let ending = endings[(place + turn * 2 + Work.allCases.firstIndex(of: work)!) % endings.count]
          guard try await trial(work, call, nth, ending, before, after) else { break }
          tried.insert(call)
        }
      }
    }
    // A new file is named in place of a new meta page. How many pages are written is chance.
    #expect(tried.isSuperset(of: [.write, .sync]) && !tried.isDisjoint(with: [.meta, .rename]), "\(tried)")
  }

  /// Has the `nth` call end this way; false if the work has fewer.
  private func trial(
    _ work: Work, _ call: FailingCall, _ nth: Int, _ ending: Ending, _ before: Contents, _ after: Contents
  ) async throws -> Bool {
    let what = "\(work), \(call) \(nth), \(ending)"
    try copy("template", "data")
    var daemon = try await start()
    try faults.arm(call, nth: nth, error: ending.rawValue)
    let result = try await perform(work)
    guard try faults.disarm() > 0 else {
      #expect(result.end == .exited(0), "\(what): \(result.errors)")
      daemon.crash()
      return false
    }
    if ending.kills {
      // A restore looks at the file in a process of its own.
      let bound = Duration.milliseconds(work == .restore ? 500 : 20_000)
      let isOver = await holds(within: bound) { daemon.process.end != nil }
      #expect(isOver || work == .restore, "\(what)")
    } else if await holds(within: .milliseconds(200), { daemon.process.end != nil }) {
      // What the disk has is not known, so that only a start can tell.
      // A compaction and a restore start the daemon again, which may be refused memory or files.
      let isStart = [.compact, .restore].contains(work) && [.noMemory, .noDescriptors].contains(ending)
      #expect(daemon.process.end == .exited(isStart ? 71 : 74), "\(what): \(daemon.log)")
    }
    if result.end == .exited(0), !ending.kills, daemon.process.end == nil {
      // It got over it, or it was no part of the work.
      #expect(try await contents(what) == after, "\(what)")
    } else if result.end != .exited(0) {
      #expect(!result.errors.isEmpty, "\(what)")
    }
    daemon.crash()
    daemon = try await start()
    let found = try await contents(what)
    #expect(found == before || found == after, "\(what): \(found)")
    if result.end == .exited(0) { #expect(found == after, "\(what), acknowledged") }
    let verified = try await workspace.client("verify")
    #expect(verified.end == .exited(0), "\(what): \(verified.output)\(verified.errors)")
    // It can be done again, or is done.
    let again = try await perform(work)
    let isDone = found == after && work == .remove
    #expect(
      again.end == .exited(isDone ? 2 : 0) || [.erase, .suppress].contains(work),
      "\(what), again: \(again.errors)")
    #expect(try await contents(what) == after, "\(what), again")
    let strays = try FileManager.default.contentsOfDirectory(atPath: workspace.file("data"))
      .filter { $0.contains(".part") }
    #expect(strays.isEmpty, "\(what)")
    daemon.crash()
    return true
  }
}
