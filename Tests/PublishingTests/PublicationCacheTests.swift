// Files that were fetched are fetched again only where they are not what they were.

import Console
import Foundation
import Platform
import TestSupport
import Testing

@testable import Publishing

/// Files by name, and which were asked for.
private final class CountedSource: PublicationSource {
  let name = "https://example.org/index"
  var files: [String: [UInt8]] = [:]
  var asked: [String] = []

  func add(_ bytes: [UInt8]) -> String {
    var digester = Digester()
    let path = "rows/0000/00-" + digester.hexadecimal(bytes)
    files[path] = bytes
    return path
  }

  func read(_ paths: [String], bytesMax: Int) throws(Trouble) -> [[UInt8]?] {
    asked += paths
    return paths.map { files[$0] }
  }
}

/// A source with a cache of its own.
private final class Stage {
  let folder = try! TemporaryFolder()
  let source = CountedSource()
  var notes: [String] = []
  var root: String { folder.path + "/cache/published" }

  func open(bytesMax: Int = 8_000, filesMax: Int = 100) -> CachedPublication {
    CachedPublication(
      source,
      PublicationCache(of: source.name, in: root, bytesMax: bytesMax, filesMax: filesMax) {
        self.notes.append($0)
      })
  }

  /// Kept files, with their paths.
  var kept: [String] {
    (FileManager.default.enumerator(atPath: root)?.allObjects as? [String] ?? [])
      .filter { $0.contains("/") }.map { "\(root)/\($0)" }
  }
}

@Suite("A cache of a publication")
struct PublicationCacheTests {
  @Test(
    "has what was fetched, for the next program too; the head and what is missing are asked for each time")
  func keeps() throws {
    let stage = Stage()
    let path = stage.source.add([1, 2, 3])
    stage.source.files["head"] = [9]
    let missing = "rows/0000/00-" + String(repeating: "0", count: 64)
    let expected: [[UInt8]?] = [[9], [1, 2, 3], nil]
    for _ in 0..<2 {
      var cached = stage.open()
      #expect(try cached.read(["head", path, missing], bytesMax: 100) == expected)
    }
    #expect(stage.source.asked == ["head", path, missing, "head", missing])
    let folder = try #require(stage.kept.first).split(separator: "/").dropLast().joined(separator: "/")
    let rights = try FileManager.default.attributesOfItem(atPath: "/\(folder)")[.posixPermissions] as? Int
    #expect(rights == 0o700, "it tells what was asked")
  }

  @Test("gives nothing that is damaged, cut off or too long; it is fetched again, and kept again")
  func damage() throws {
    let stage = Stage()
    let path = stage.source.add([1, 2, 3])
    var cached = stage.open()
    _ = try cached.read([path], bytesMax: 100)
    let file = try #require(stage.kept.first)
    for damaged in [[], [1, 2], [1, 2, 4], [1, 2, 3, 0], [UInt8](repeating: 1, count: 1_000)] as [[UInt8]] {
      try Data(damaged).write(to: URL(fileURLWithPath: file))
      stage.source.asked = []
      #expect(try cached.read([path], bytesMax: 100) == [[1, 2, 3]])
      #expect(stage.source.asked == [path])
      #expect(try Data(contentsOf: URL(fileURLWithPath: file)) == Data([1, 2, 3]))
    }
    #expect(stage.notes.isEmpty)
  }

  @Test("keeps nothing that is not what it is called")
  func mistaken() throws {
    let stage = Stage()
    let path = stage.source.add([1, 2, 3])
    stage.source.files[path] = [1, 2, 4]
    var cached = stage.open()
    #expect(try cached.read([path], bytesMax: 100) == [[1, 2, 4]])
    #expect(stage.kept.isEmpty)
  }

  @Test("has so many bytes, and not one more; what was not read for the longest time goes first")
  func bytes() throws {
    let stage = Stage()
    let paths = (0..<9).map { stage.source.add([UInt8](repeating: UInt8($0), count: 1_000)) }
    var cached = stage.open(bytesMax: 8_000)
    for path in paths[..<8] { _ = try cached.read([path], bytesMax: 1_000) }
    #expect(stage.kept.count == 8)
    cached = stage.open(bytesMax: 8_000)
    _ = try cached.read([paths[0]], bytesMax: 1_000)
    _ = try cached.read([paths[8]], bytesMax: 1_000)
    #expect(stage.kept.count == 7)
    stage.source.asked = []
    _ = try cached.read([paths[0], paths[8], paths[1]], bytesMax: 1_000)
    #expect(stage.source.asked == [paths[1]])
    // A single file may have an eighth.
    let long = [1_000, 1_001].map { stage.source.add([UInt8](repeating: 77, count: $0)) }
    _ = try cached.read(long, bytesMax: 2_000)
    stage.source.asked = []
    _ = try cached.read(long, bytesMax: 2_000)
    #expect(stage.source.asked == [long[1]])
  }

  @Test("has so many files, and not one more, those of all publications and rests of programs among them")
  func files() throws {
    let stage = Stage()
    let paths = (0..<9).map { stage.source.add([UInt8($0)]) }
    for path in paths[..<8] {
      var cached = stage.open(filesMax: 8)
      _ = try cached.read([path], bytesMax: 1_000)
    }
    #expect(stage.kept.count == 8)
    let other = PublicationCache(of: "https://example.org/other", in: stage.root, filesMax: 8) { _ in }
    var cached = CachedPublication(stage.source, other)
    _ = try cached.read([paths[8]], bytesMax: 1_000)
    #expect(stage.kept.count == 7, "those over seven eighths have made room")
    try Data([1]).write(to: URL(fileURLWithPath: stage.kept[0] + ".part-x"))
    var again = stage.open(filesMax: 2)
    _ = try again.read([paths[0]], bytesMax: 1_000)
    #expect(stage.kept.count <= 2)
  }

  @Test("that cannot be written or read is done without, and that is said once")
  func without() throws {
    let stage = Stage()
    let paths = (0..<3).map { stage.source.add([UInt8($0)]) }
    try Data().write(to: URL(fileURLWithPath: stage.folder.path + "/cache"))
    var cached = stage.open()
    for _ in 0..<2 { #expect(try cached.read(paths, bytesMax: 10) == [[0], [1], [2]]) }
    #expect(stage.notes.count == 1)
    #expect(stage.notes.first?.hasSuffix("; answers come without the cache") == true, "\(stage.notes)")
  }
}
