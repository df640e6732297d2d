// An index that follows the backups of another one: systemd/follow-backups, as its unit runs it.

import Foundation
import Testing

@Suite("A copy of an index", .fewAtOnce)
struct CopyTests {
  private static let first = "whichset-20250101T000000Z.backup"
  private static let second = "whichset-20250102T000000Z.backup"

  /// Runs the script at the daemon behind `s2`.
  private static func follow(_ workspace: Workspace, _ environment: String = "") async throws -> ProgramResult
  {
    try await workspace.script(
      "WHICHSET=whichset WHICHSET_SOCKET=\(workspace.file("s2")) \(environment) "
        + "\(Lists.package)/systemd/follow-backups incoming state")
  }

  private static func answer(_ workspace: Workspace) async throws -> String {
    let result = try await workspace.client(
      ["check", "--format", "tsv", "flickr:7", "flickr:8"], socket: "s2")
    return result.output.split(separator: "\n").map { $0.split(separator: "\t")[2] }.joined(separator: " ")
  }

  @Test("takes the newest whole backup, once, and never goes back")
  func follows() async throws {
    let workspace = try Workspace()
    let daemon = try await RunningDaemon.start(in: workspace)
    let copy = try await RunningDaemon.start(in: workspace, data: "data2", socket: "s2")
    let none = try await workspace.script("mkdir incoming state")
    #expect(none.end == .exited(0))
    let early = try await Self.follow(workspace)
    #expect(early.end == .exited(1))
    #expect(early.errors.contains("there is no backup in incoming"), "\(early.errors)")
    let made = try await workspace.script(
      """
      set -e
      echo flickr:7 | whichset ingest --dataset parks --list-format plain -
      whichset backup incoming/\(Self.first)
      echo flickr:8 | whichset ingest --dataset lakes --list-format plain -
      whichset backup incoming/.\(Self.second).Xy12
      """)
    #expect(made.end == .exited(0), "\(made.errors)")
    let taken = try await Self.follow(workspace)
    #expect(taken.end == .exited(0), "\(taken.errors)")
    #expect(taken.output.hasPrefix("the index is a copy of \(Self.first), "), "\(taken.output)")
    #expect(try await Self.answer(workspace) == "parks -")
    let again = try await Self.follow(workspace)
    #expect(again.end == .exited(0))
    #expect(again.errors == "", "\(again.errors)")
    // A damaged one, then the whole one of the same name.
    _ = try await workspace.script("head -c 9000 incoming/.*.Xy12 > incoming/\(Self.second)")
    #expect(try await Self.follow(workspace).end != .exited(0))
    #expect(try await Self.answer(workspace) == "parks -")
    _ = try await workspace.script("mv incoming/.*.Xy12 incoming/\(Self.second)")
    #expect(try await Self.follow(workspace).end == .exited(0))
    #expect(try await Self.answer(workspace) == "parks lakes")
    _ = try await workspace.script("rm incoming/\(Self.second)")
    let left = try await Self.follow(workspace)
    #expect(left.output.hasPrefix("the index is a copy of \(Self.second), "), "\(left.output)\(left.errors)")
    #expect(try await Self.answer(workspace) == "parks lakes")
    for daemon in [daemon, copy] { try await daemon.stop() }
  }

  @Test("undoes what was loaded into it, and tells its age to monitors")
  func watched() async throws {
    let workspace = try Workspace()
    let daemon = try await RunningDaemon.start(in: workspace)
    let copy = try await RunningDaemon.start(in: workspace, data: "data2", socket: "s2")
    let made = try await workspace.script(
      """
      set -e
      mkdir incoming state
      echo flickr:7 | whichset ingest --dataset parks --list-format plain -
      whichset backup incoming/\(Self.first)
      """)
    #expect(made.end == .exited(0), "\(made.errors)")
    let taken = try await Self.follow(workspace, "TEXTFILE=$PWD/copy.prom")
    #expect(taken.end == .exited(0), "\(taken.errors)")
    let text = try String(contentsOfFile: workspace.file("copy.prom"), encoding: .utf8)
    #expect(text.hasSuffix("gauge\nwhichset_copy_time_seconds 1735689600\n"), "\(text)")
    _ = try await workspace.script(
      "echo flickr:8 | whichset ingest --socket s2 --dataset lakes --list-format plain -")
    #expect(try await Self.answer(workspace) == "parks lakes")
    let old = try await Self.follow(workspace, "MAX_AGE=3600")
    #expect(old.end == .exited(1))
    #expect(old.errors.contains("at most 3600 s are expected"), "\(old.errors)")
    #expect(try await Self.answer(workspace) == "parks -")
    #expect(try await Self.follow(workspace, "MAX_AGE=9999999999").end == .exited(0))
    #expect(try await Self.follow(workspace, "MAX_AGE=soon").end == .exited(64))
    for daemon in [daemon, copy] { try await daemon.stop() }
  }
}
