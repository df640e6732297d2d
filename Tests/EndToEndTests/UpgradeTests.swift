// An index that an older version wrote, kept in the fixtures: its upgrade, and its restoration as a backup.

import Foundation
import Platform
import TestSupport
import Testing

@Suite("An index of an older format", .fewAtOnce)
struct UpgradeTests {
  private static let fixture = Lists.package + "/Tests/Fixtures/format-1"
  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  /// A data folder with the old index.
  private func oldFolder(_ name: String = "data") throws {
    try FileManager.default.createDirectory(
      atPath: workspace.file(name), withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    try FileManager.default.copyItem(
      atPath: "\(Self.fixture)/data.mdb", toPath: workspace.file("\(name)/data.mdb"))
  }

  private func upgrade(_ data: String = "data") async throws -> ProgramResult {
    try await TestedProgram(
      Programs.daemon, ["--data", workspace.file(data), "--upgrade"], folder: workspace
    )
    .result()
  }

  /// What `DIGEST` says, as the fixture has it.
  private func digests() async throws -> [[String]] {
    let result = try await workspace.client("stats", "--digest", "--format", "tsv")
    #expect(result.end == .exited(0), "\(result.errors)")
    return result.records.filter { $0[0].hasPrefix("digest") }.map {
      [$0[0] == "digest" ? "all" : String($0[0].dropFirst("digest.".count)), $0[1]]
    }.sorted { $0[0] < $1[0] }
  }

  private static func expected() throws -> [[String]] {
    try String(contentsOfFile: "\(fixture)/digests.tsv", encoding: .utf8).split(separator: "\n").map {
      $0.split(separator: "\t").map(String.init)
    }.sorted { $0[0] < $1[0] }
  }

  private func expectWhole(_ workspace: Workspace, sourceLocation: SourceLocation = #_sourceLocation)
    async throws
  {
    #expect(try await digests() == Self.expected(), sourceLocation: sourceLocation)
    let verified = try await workspace.client("verify", "--format", "tsv")
    #expect(
      verified.end == .exited(0), "\(verified.output)\(verified.errors)", sourceLocation: sourceLocation)
    // A photo, one whose id is the greatest, and one of the dataset that was removed.
    for (identifier, status) in [
      ("flickr:18446744073709551615", 0), ("flickr:137438953472", 0), ("flickr:1", 1),
    ] {
      let found = try await workspace.client("check", identifier)
      #expect(found.end == .exited(Int32(status)), "\(identifier)", sourceLocation: sourceLocation)
    }
  }

  @Test("is refused with what to do, upgraded whole, and then loaded into and asked like any other")
  func upgraded() async throws {
    try oldFolder()
    let refused = try await workspace.failingDaemon()
    #expect(refused.end == .exited(65) && refused.errors.contains("whichsetd --upgrade"), "\(refused.errors)")
    let upgraded = try await upgrade()
    #expect(upgraded.end == .exited(0), "\(upgraded.errors)")
    #expect(upgraded.output.contains("format 1 became format 2"), "\(upgraded.output)")
    let left = try FileManager.default.contentsOfDirectory(atPath: workspace.file("data")).sorted()
    #expect(left == ["data.mdb", "lock.mdb", "staging", "whichset.lock"])
    #expect(try FileManager.default.contentsOfDirectory(atPath: workspace.file("data/staging")) == [])
    #expect(try await upgrade().output.contains("nothing to do"))
    let daemon = try await RunningDaemon.start(in: workspace)
    try await expectWhole(workspace)
    let list = try workspace.write("list", Photos.list(1...2_000))
    #expect(try await workspace.client("ingest", "--dataset", "more", list).end == .exited(0))
    #expect(try await workspace.client("dataset", "remove", "--yes", "more").end == .exited(0))
    #expect(try await workspace.client("compact").end == .exited(0))
    #expect(await holds { (try? Connection(daemon.socket)) != nil })
    try await expectWhole(workspace)
    try await daemon.stop()
  }

  @Test("is restored from a backup as it was")
  func restored() async throws {
    let daemon = try await RunningDaemon.start(in: workspace)
    let restored = try await workspace.client("restore", "\(Self.fixture)/data.mdb")
    #expect(restored.end == .exited(0), "\(restored.errors)")
    try await expectWhole(workspace)
    try await daemon.stop()
  }

  @Test(
    "is not upgraded by another user than its own, nor by two at once",
    .enabled(if: geteuid() == 0, "only root can give a folder away"))
  func others() async throws {
    try oldFolder()
    try FileManager.default.setAttributes(
      [.ownerAccountID: 65_534], ofItemAtPath: workspace.file("data"))
    let refused = try await upgrade()
    #expect(
      refused.end == .exited(78) && refused.errors.contains("belongs to user 65534"), "\(refused.errors)")
    try FileManager.default.setAttributes([.ownerAccountID: 0], ofItemAtPath: workspace.file("data"))
    let held = try SystemFile<SystemFailure>(reading: workspace.file("data/data.mdb"))
    let isHeld = held.tryShare()
    #expect(isHeld)
    let second = try await upgrade()
    #expect(second.end == .exited(69), "\(second.errors)")
    #expect(!FileManager.default.fileExists(atPath: workspace.file("data/data.mdb.part")))
  }

  @Test("stays as it is where loads are staged, where it is damaged, and where the upgrade is killed")
  func refused() async throws {
    try oldFolder()
    let path = workspace.file("data/data.mdb")
    let old = try Data(contentsOf: URL(fileURLWithPath: path))
    let load = workspace.file("data/staging/ants.s")
    try FileManager.default.createDirectory(atPath: load, withIntermediateDirectories: true)
    try Data("x".utf8).write(to: URL(fileURLWithPath: load + "/load"))
    let staged = try await upgrade()
    #expect(staged.end == .exited(65) && staged.errors.contains("ants.s"), "\(staged.errors)")
    try FileManager.default.removeItem(atPath: load)
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == old)

    // The checksum of some block or listing fails, wherever the byte is that is changed in the middle of a page.
    var refusals = 0
    for page in stride(from: 8, to: old.count / 4_096, by: 3) {
      var damaged = old
      damaged[page * 4_096 + 1_000] ^= 0x10
      try damaged.write(to: URL(fileURLWithPath: path))
      let result = try await upgrade()
      if result.end == .exited(0) {
        // It was in no page that is read.
        try old.write(to: URL(fileURLWithPath: path))
        continue
      }
      refusals += 1
      #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == damaged, "\(page)")
      #expect(!FileManager.default.fileExists(atPath: path + ".part"))
    }
    #expect(refusals > 3)

    try old.write(to: URL(fileURLWithPath: path))
    let killed = try TestedProgram(
      Programs.daemon, ["--data", workspace.file("data"), "--upgrade"], folder: workspace)
    killed.kill()
    _ = try await killed.result()
    let again = try await upgrade()
    #expect(again.end == .exited(0), "\(again.errors)")
    let daemon = try await RunningDaemon.start(in: workspace)
    try await expectWhole(workspace)
    try await daemon.stop()
  }
}
