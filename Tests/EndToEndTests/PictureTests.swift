// Asking for local files by their hashes.

import Foundation
import Testing

@Suite("Local files", .fewAtOnce)
struct PictureTests {
  // RFC 1321, A.5, and FIPS 180, of "abc".
  private static let md5 = "900150983cd24fb0d6963f7d28e17f72"
  private static let sha1 = "a9993e364706816aba3e25717850c26c9cd0d89d"
  private static let sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

  @Test("are found by any of their hashes, and one that cannot be read keeps no other from its answer")
  func files() async throws {
    let workspace = try Workspace()
    let daemon = try await RunningDaemon.start(in: workspace)
    let list = try workspace.write("list", "flickr:1\tmd5=\(Self.md5)\nsha256:\(Self.sha256)\n")
    #expect(try await workspace.client("ingest", "--dataset", "park", list).end == .exited(0))
    let known = try workspace.write("known.jpg", "abc")
    let other = try workspace.write("other file.jpg", "abd")
    let missing = workspace.file("missing.jpg")
    let result = try await workspace.client(
      "check", "--format", "tsv", "--file", known, missing, other, workspace.path)
    #expect(result.end == .exited(2))
    #expect(
      result.records.prefix(3) == [
        [known, "md5:\(Self.md5)", "park"], [known, "sha256:\(Self.sha256)", "park"],
        [missing, "!unreadable", "-"],
      ])
    // No list has SHA-1 hashes, so none is asked for.
    #expect(result.records.count == 6)
    #expect(result.errors.contains("\(missing): No such file or directory"), "\(result.errors)")
    #expect(result.errors.contains("\(workspace.path): Is a directory"))
    #expect(result.errors.contains("only identical bytes match"))
    let found = try await workspace.client("check", "--format", "text", "--file", known)
    #expect(found.end == .exited(0))
    #expect(found.output == "\(known): in 1 dataset, by md5, sha256: park\n")
    #expect(found.errors.isEmpty)
    let miss = try await workspace.client("check", "--format", "json", "--file", other)
    #expect(miss.end == .exited(1))
    #expect(miss.output.contains("\"found\":false,\"datasets\":[]"))
    #expect(miss.errors.contains("only identical bytes match"))
    try await daemon.stop()
  }

  @Test("may be of any size, and are not asked for beside identifiers")
  func large() async throws {
    let workspace = try Workspace()
    let daemon = try await RunningDaemon.start(in: workspace)
    let path = try workspace.write("large", [UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000))
    let none = try await workspace.client("check", "--format", "tsv", "--file", path)
    #expect(none.records == [[path, "!unsearchable", "-"]])
    #expect(none.end == .exited(2))
    let list = try workspace.write("list", "sha1:\(Self.sha1)\n")
    #expect(try await workspace.client("ingest", "--dataset", "park", list).end == .exited(0))
    let result = try await workspace.client("check", "--format", "tsv", "--file", path)
    // FIPS 180-2, B.3: a million times `a`.
    #expect(result.records.map { $0[1] }.contains("sha1:34aa973cd4c4daa4f61eeb2bdbad27316534016f"))
    #expect(result.end == .exited(1))
    let both = try await workspace.client("check", "flickr:1", "--file", path)
    #expect(both.end == .exited(64))
    try await daemon.stop()
  }
}
