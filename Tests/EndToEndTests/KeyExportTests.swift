// An index as part files with a row a key, for programs that join: `whichset export --by key`.

import Foundation
import TestSupport
import Testing

@Suite("An export by key", .fewAtOnce)
struct KeyExportTests {
  private static let sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

  private static func load(_ workspace: Workspace) async throws {
    _ = try workspace.write(
      "parks.txt",
      """
      flickr:99100000002\tsha256=\(sha256)\tnsid=10000001@N02
      https://live.staticflickr.com/65535/99100000001_0123456789_b.jpg
      flickr:99100000001
      https://example.org/two words.jpg\tlisted=first
      nsid:10000009@N02
      bad

      """)
    _ = try workspace.write(
      "strangers.txt", "flickr:99100000001\nhttp://www.example.org:80/two words.jpg\nflickr:7\n")
    let result = try await workspace.script(
      """
      set -e
      whichset ingest --dataset strangers --list-format plain strangers.txt
      whichset ingest --dataset parks --list-format plain parks.txt
      whichset dataset set empty note=
      """)
    #expect(result.end == .exited(0), "\(result.errors)")
  }

  /// The rows of a folder's parts.
  private static func rows(_ workspace: Workspace, _ folder: String) async throws -> [String] {
    let result = try await workspace.script("cat \(folder)/part-*.tsv")
    return result.output.split(separator: "\n").map(String.init)
  }

  private static func manifest(_ workspace: Workspace, _ folder: String) throws -> [String: Any] {
    let data = try Data(contentsOf: URL(fileURLWithPath: workspace.file("\(folder)/manifest.json")))
    return try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  @Test("has each key of an image once, as identify writes it, with its datasets, in order of their bytes")
  func rows() async throws {
    let workspace = try Workspace()
    let daemon = try await RunningDaemon.start(in: workspace)
    try await Self.load(workspace)
    let result = try await workspace.client("export", "--by", "key", "--output", workspace.file("keys"))
    #expect(result.end == .exited(0), "\(result.errors)")
    let rows = try await Self.rows(workspace, "keys")
    #expect(
      rows == [
        "flickr:7\tstrangers", "flickr:99100000001\tparks,strangers", "flickr:99100000002\tparks",
        "sha256:\(Self.sha256)\tparks", "url:example.org/two%20words.jpg\tparks,strangers",
      ])
    // Each key is its own identifier, and the daemon finds it in the same datasets.
    _ = try workspace.write("list", rows.map { $0.prefix { $0 != "\t" } + "\n" }.joined())
    let asked = try await workspace.script(
      "whichset identify --format tsv - < list | cut -f 2 | diff - list && whichset check --format tsv - < list | cut -f 2,3"
    )
    #expect(asked.output.split(separator: "\n").map(String.init) == rows, "\(asked.errors)")
    try await daemon.stop()
  }

  @Test("goes with keys that identify makes only by the rules that are asked for")
  func rules() async throws {
    let workspace = try Workspace()
    let result = try await workspace.script(
      """
      whichset identify --rules 4 --format tsv flickr:7; echo $?
      for version in 3 5; do whichset identify --rules $version --format tsv flickr:7; echo $?; done
      """)
    #expect(result.output == "flickr:7\tflickr:7\n0\n2\n2\n")
    #expect(result.errors.contains("this program makes keys by rules 4, not 3"), "\(result.errors)")
  }

  @Test("has a manifest with versions, counts, ranges and digests, which the parts agree with")
  func manifest() async throws {
    let workspace = try Workspace()
    let daemon = try await RunningDaemon.start(in: workspace)
    try await Self.load(workspace)
    let result = try await workspace.script(
      """
      set -e
      whichset export --by key --part-keys 2 --output keys/
      cd keys
      sha256sum part-*.tsv | cut -d ' ' -f 1
      ls
      whichset report --format tsv | grep -P '^report\\tindex\\t' | cut -f 3
      """)
    #expect(result.end == .exited(0), "\(result.errors)")
    let lines = result.output.split(separator: "\n").map(String.init)
    #expect(lines[3...6] == ["manifest.json", "part-0001.tsv", "part-0002.tsv", "part-0003.tsv"])
    let manifest = try Self.manifest(workspace, "keys")
    #expect(manifest["index"] as? String == lines[7])
    #expect(manifest["keys"] as? Int == 5)
    #expect(manifest["memberships"] as? Int == 7)
    #expect(manifest["rules"] as? Int == 4)
    let namespaces = try #require(manifest["namespaces"] as? [String: Int])
    #expect(namespaces.filter { $0.value > 0 } == ["flickr": 3, "sha256": 1, "url": 1])
    // All that name images, and none that names an account.
    #expect(namespaces["coco"] == 0 && namespaces["nsid"] == nil)
    #expect(manifest["unsearchable"] as? [String] == ["md5", "sha1", "yfcc-hash"])
    let parts = try #require(manifest["parts"] as? [[String: Any]])
    #expect(parts.map { $0["sha256"] as? String } == lines[0...2].map { $0 })
    #expect(parts.map { $0["keys"] as? Int } == [2, 2, 1])
    #expect(parts[1]["first"] as? String == "flickr:99100000002")
    #expect(parts[1]["last"] as? String == "sha256:\(Self.sha256)")
    let datasets = try #require(manifest["datasets"] as? [[String: Any]])
    #expect(datasets.map { $0["slug"] as? String } == ["empty", "parks", "strangers"])
    #expect(datasets.map { $0["keys"] as? Int } == [0, 4, 3])
    // A photo and its URL are two rows.
    #expect(datasets.map { $0["rows"] as? Int } == [0, 5, 3])
    let lists = try #require(datasets[1]["lists"] as? [[String: Any]])
    #expect(lists[0]["rejected"] as? Int == 1)
    #expect((lists[0]["sha256"] as? String)?.count == 64)
    try await daemon.stop()
  }

  @Test("is the same bytes from the same index, and has the same parts in another index of the same rows")
  func deterministic() async throws {
    let workspace = try Workspace()
    let daemon = try await RunningDaemon.start(in: workspace)
    let second = try await RunningDaemon.start(in: workspace, data: "data2", socket: "s2")
    try await Self.load(workspace)
    let result = try await workspace.script(
      """
      set -e
      whichset export --by key --part-keys 2 --output one
      mkdir two
      whichset export --by key --part-keys 2 --output two
      diff -r one two
      whichset export | whichset import --socket s2 -
      whichset export --by key --part-keys 2 --socket s2 --output three
      rm */manifest.json
      diff -r one three
      whichset export --by key --dataset parks --output parks
      """)
    #expect(result.end == .exited(0), "\(result.errors)\(result.output)")
    #expect(
      try await Self.rows(workspace, "parks").map { $0.split(separator: "\t")[1] }
        == Array(repeating: "parks", count: 4))
    for daemon in [daemon, second] { try await daemon.stop() }
  }

  @Test("has no keys of images that were erased")
  func erased() async throws {
    let workspace = try Workspace()
    let daemon = try await RunningDaemon.start(in: workspace)
    try await Self.load(workspace)
    let result = try await workspace.script(
      """
      set -e
      whichset erase --yes flickr:99100000002
      whichset export --by key --output keys
      """)
    #expect(result.end == .exited(0), "\(result.errors)")
    #expect(
      try await Self.rows(workspace, "keys") == [
        "flickr:7\tstrangers", "flickr:99100000001\tparks,strangers",
        "url:example.org/two%20words.jpg\tparks,strangers",
      ])
    try await daemon.stop()
  }

  @Test("of an index without images is a manifest without parts")
  func nothing() async throws {
    let workspace = try Workspace()
    let daemon = try await RunningDaemon.start(in: workspace)
    let result = try await workspace.script("whichset export --by key --output keys && ls keys")
    #expect(result.output == "manifest.json\n", "\(result.errors)")
    #expect(try Self.manifest(workspace, "keys")["keys"] as? Int == 0)
    try await daemon.stop()
  }

  @Test("leaves nothing that has the folder's name if it is refused, or cannot be sorted")
  func failures() async throws {
    let workspace = try Workspace()
    let daemon = try await RunningDaemon.start(in: workspace)
    try await Self.load(workspace)
    _ = try workspace.write("file", "")
    let result = try await workspace.script(
      """
      mkdir full bin && touch full/file
      whichset export --by key --output full; echo $?
      whichset export --by key --output file; echo $?
      whichset export --by key --dataset nowhere --output out; echo $?
      whichset export --by key --output no/folder; echo $?
      ln -s /bin/false bin/sort
      PATH=$PWD/bin:$PATH whichset export --by key --output out; echo $?
      ls -d bin file full* no* out*
      """)
    #expect(result.output == "2\n2\n2\n2\n2\nbin\nfile\nfull\n", "\(result.errors)")
    #expect(result.errors.contains("the folder is not empty"), "\(result.errors)")
    #expect(result.errors.contains("sort failed with exit status 1"), "\(result.errors)")
    for wrong in [["--by", "key"], ["--part-keys", "5"], ["--by", "image", "--output", "x"]] {
      #expect(try await workspace.client(["export"] + wrong).end == .exited(64))
    }
    try await daemon.stop()
  }

  @Test(
    "leaves nothing on a disk that gets full",
    .enabled("only root can mount a small disk, and not in every container") { await SmallDisk.isPossible() })
  func fullDisk() async throws {
    let disk = try await SmallDisk(mebibytes: 1)
    let daemon = try await RunningDaemon.start(in: disk.workspace)
    _ = try disk.workspace.write("list", Photos.list(1...60_000))
    let result = try await disk.workspace.script(
      "whichset ingest --dataset parks list && whichset export --by key --output disk/keys; echo $?; ls -A disk"
    )
    #expect(result.output.hasSuffix("\n2\n"), "\(result.output)")
    #expect(result.errors.contains("part-0001.tsv: No space left on device"), "\(result.errors)")
    try await daemon.stop()
  }

  @Test("that is interrupted says what it leaves, under another name than the folder's")
  func interrupted() async throws {
    let workspace = try Workspace()
    let daemon = try await RunningDaemon.start(in: workspace)
    try await Self.load(workspace)
    _ = try workspace.write("bin-sort", "#!/bin/sh\n: > sorting; exec sleep 600\n")
    let client = try TestedProgram(
      "/bin/bash",
      [
        "-c",
        "cd \(workspace.path); mkdir bin; install bin-sort bin/sort; PATH=$PWD/bin:$PATH exec whichset export --by key --output keys",
      ], folder: workspace, environment: ["WHICHSET_SOCKET": daemon.socket])
    let isSorting = await holds { FileManager.default.fileExists(atPath: workspace.file("sorting")) }
    #expect(isSorting)
    client.send(SIGTERM)
    let result = try await client.result()
    #expect(result.end == .killed(SIGTERM))
    #expect(
      result.errors.contains("interrupted; keys was not written. Remove keys.part-"), "\(result.errors)")
    #expect(!FileManager.default.fileExists(atPath: workspace.file("keys")))
    try await daemon.stop()
  }

  @Test("has at most 1,000 parts, of 1 to 1,000,000,000 keys")
  func bounds() async throws {
    let workspace = try Workspace()
    let daemon = try await RunningDaemon.start(in: workspace)
    _ = try workspace.write("list", Photos.list(1...1_000))
    let result = try await workspace.script(
      """
      whichset ingest --dataset parks list
      whichset export --by key --part-keys 1 --output most && ls most | wc -l
      echo flickr:7 | whichset ingest --dataset more --list-format plain -
      whichset export --by key --part-keys 1 --output more; echo $?
      ls -d more*
      whichset export --by key --part-keys 2 --output more && ls more | wc -l
      whichset export --by key --part-keys 1000000000 --output one && ls one | wc -l
      whichset export --by key --part-keys 1000000001 --output none; echo $?
      whichset export --by key --part-keys 0 --output none; echo $?
      """)
    let lines = result.output.split(separator: "\n").filter { Int($0) != nil }
    #expect(lines == ["1001", "2", "502", "2", "64", "64"], "\(result.output)\(result.errors)")
    #expect(
      result.errors.contains("the keys need more than 1000 part files. Give --part-keys a greater number"))
    #expect(result.errors.contains("cannot access 'more*'"))
    try await daemon.stop()
  }
}
