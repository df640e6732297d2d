// An index out of its daemon and into another one: export, import and digests, with the real programs, and with readers
// that do not read.

import Foundation
import TestSupport
import Testing

@Suite("An export", .fewAtOnce)
struct ExportTests {
  private static let datasets = ["empty", "parks", "strangers"]

  /// An index with three datasets, one of them large enough for many parts.
  private static func load(_ workspace: Workspace, photos: Int = 30_000) async throws {
    _ = try workspace.write("parks.txt", Photos.list(1...photos))
    _ = try workspace.write(
      "strangers.txt", "flickr:1\tnsid=10000001@N02\nhttps://example.org/a b.jpg\nbad\n")
    let result = try await workspace.script(
      """
      set -e
      whichset ingest --dataset parks parks.txt
      whichset ingest --dataset strangers --list-format plain strangers.txt
      whichset dataset set strangers title='Strangers in the Park' note=$'two\\tcolumns'
      whichset dataset set empty note=
      """)
    #expect(result.end == .exited(0), "\(result.errors)")
  }

  /// What the client says of an index, as far as it has to be the same in another one with the same rows.
  private static func content(_ workspace: Workspace, socket: String = "s") async throws -> [String] {
    let result = try await workspace.script(
      """
      export WHICHSET_SOCKET=\(workspace.file(socket))
      whichset stats --digest --format tsv | grep -E '^(images|memberships|accounts|rows|rejected|keys|digest)'
      whichset datasets --format tsv
      whichset overlap --format tsv
      for dataset in \(datasets.joined(separator: " ")); do whichset dataset show $dataset --format tsv; done
      """)
    #expect(result.end == .exited(0), "\(result.errors)")
    return result.output.split(separator: "\n").map(String.init)
  }

  @Test("that is imported makes the same index, once, also through a pipe and compressed")
  func roundTrip() async throws {
    let workspace = try Workspace()
    let daemon = try await RunningDaemon.start(in: workspace)
    let second = try await RunningDaemon.start(in: workspace, data: "data2", socket: "s2")
    let third = try await RunningDaemon.start(in: workspace, data: "data3", socket: "s3")
    try await Self.load(workspace)
    let content = try await Self.content(workspace)
    #expect(content.contains("images\t30002"), "\(content)")
    let result = try await workspace.script(
      """
      set -e -o pipefail
      whichset export --output all.tsv
      test -z "$(ls | grep part)"
      whichset import --socket s2 all.tsv
      whichset import --socket s2 all.tsv
      whichset export | gzip | whichset import --socket s3 -
      """)
    #expect(result.end == .exited(0), "\(result.errors)")
    #expect(result.output.contains("unchanged: parks"), "\(result.output)")
    #expect(try await Self.content(workspace, socket: "s2") == content)
    #expect(try await Self.content(workspace, socket: "s3") == content)
    // A list that was loaded there is known here.
    let again = try await workspace.client(
      ["ingest", "--dataset", "parks", workspace.file("parks.txt")], socket: "s2")
    #expect(again.output.hasPrefix("unchanged: "), "\(again.output)")
    // The export of one dataset is a plain list.
    let plain = try await workspace.script(
      """
      set -e -o pipefail
      whichset export --dataset strangers | whichset ingest --socket s3 --dataset copy --list-format plain -
      """)
    #expect(plain.output.contains("2 rows, 2 accepted, 0 rejected"), "\(plain.output)\(plain.errors)")
    for daemon in [daemon, second, third] { try await daemon.stop() }
  }

  @Test("that was cut off is imported up to its last whole dataset, and goes on from there")
  func cutOff() async throws {
    let workspace = try Workspace()
    let daemon = try await RunningDaemon.start(in: workspace)
    let second = try await RunningDaemon.start(in: workspace, data: "data2", socket: "s2")
    try await Self.load(workspace)
    let cut = try await workspace.script(
      """
      whichset export --output all.tsv
      head -c 1000000 all.tsv > cut.tsv
      whichset import --socket s2 cut.tsv
      """)
    #expect(cut.end == .exited(2))
    #expect(cut.errors.contains("it ends in the middle"), "\(cut.errors)")
    #expect(try await second.ask("DATASETS").map(\.first) == ["empty"])
    let whole = try await workspace.client(["import", workspace.file("all.tsv")], socket: "s2")
    #expect(whole.end == .exited(0), "\(whole.errors)")
    #expect(try await Self.content(workspace, socket: "s2") == Self.content(workspace))
    // Other lists are replaced only where that is said.
    let other = try await workspace.script(
      """
      echo flickr:5 | whichset ingest --socket s2 --dataset strangers --append --list-format plain --name more -
      whichset import --socket s2 all.tsv && exit 9
      whichset import --socket s2 --replace all.tsv
      """)
    #expect(other.end == .exited(0), "\(other.errors)")
    #expect(other.errors.contains("Use --replace"), "\(other.errors)")
    #expect(try await Self.content(workspace, socket: "s2") == Self.content(workspace))
    try await daemon.stop()
    try await second.stop()
  }

  @Test("of an empty index is an export; what there is not, or is none, is refused")
  func nothing() async throws {
    let workspace = try Workspace()
    let daemon = try await RunningDaemon.start(in: workspace)
    let result = try await workspace.script(
      """
      set -e -o pipefail
      whichset export | tee empty.tsv
      whichset import empty.tsv
      whichset reindex --format text
      whichset stats --digest --format tsv | grep ^digest
      """)
    #expect(result.end == .exited(0), "\(result.errors)")
    #expect(
      result.output == """
        # whichset export 1
        # datasets: 0
        nothing to do: all keys were made by the present rules
        digest\t00000000000000000000000000000000

        """)
    _ = try workspace.write("list", Photos.list(1...5))
    let failing = [
      ["export", "--dataset", "nowhere"], ["export", "--dataset", "No Slug"],
      ["import", workspace.file("list")],
      ["import", workspace.file("missing")], ["reindex", "--dataset", "nowhere"],
      ["export", "--output", workspace.file("no/folder")],
    ]
    for arguments in failing {
      let result = try await workspace.client(arguments)
      #expect(result.end == .exited(2), "\(arguments): \(result.errors)")
      #expect(result.errors.hasPrefix("whichset: "), "\(arguments): \(result.errors)")
      #expect(result.output == "", "\(arguments)")
    }
    let wrong = try await workspace.client(["import"])
    #expect(wrong.end == .exited(64))
    try await daemon.stop()
  }

  @Test("ends on both sides when its reader has enough, or is interrupted")
  func readerLeaves() async throws {
    let workspace = try Workspace()
    let daemon = try await RunningDaemon.start(in: workspace)
    try await Self.load(workspace)
    let head = try await workspace.script("whichset export | head -n 2; echo ${PIPESTATUS[0]}")
    #expect(head.output == "# whichset export 1\n# dataset: empty\n141\n", "\(head.errors)")
    #expect(head.errors == "")
    // One whose output nobody takes waits; an interrupt ends it.
    var ends: [Int32] = [0, 0]
    #expect(unsafe pipe(&ends) == 0)  // two descriptors into two elements
    let waiting = try TestedProgram(
      Programs.client, ["export"], folder: workspace, environment: ["WHICHSET_SOCKET": daemon.socket],
      output: ends[1])
    close(ends[1])
    let isWaiting = await holds { FileHandle(fileDescriptor: ends[0]).hasBytes }
    #expect(isWaiting)
    waiting.send(SIGINT)
    #expect(try await waiting.result().end == .killed(SIGINT))
    close(ends[0])
    let isOver = try await holds { try await daemon.figures()["streams"] == 0 }
    #expect(isOver)
    try await daemon.stop()
  }

  @Test("that nobody reads holds up no question, no load and no end of the daemon")
  func slowReader() async throws {
    let workspace = try Workspace()
    let daemon = try await RunningDaemon.start(in: workspace, options: ["--stop-timeout", "2"])
    try await Self.load(workspace)
    let slow = try daemon.connect()
    try await slow.send("EXPORT\nPING\n")
    #expect(try await holds { try await daemon.figures()["streams"] == 1 })
    for round in 1...2 {
      let list = try workspace.write("more\(round)", Photos.list((40_000 + round)...(40_010 + round)))
      let loaded = try await workspace.client("ingest", "--dataset", "more\(round)", list)
      #expect(loaded.end == .exited(0), "\(loaded.errors)")
      let answer = try await workspace.client("get", "flickr:\(Photos.number(40_005 + round))")
      #expect(answer.end == .exited(0), "\(answer.errors)")
    }
    #expect(try await daemon.figures()["streams"] == 1)
    // It was asked before the loads and shows none of them.
    var rows = 0
    while true {
      let line = try await slow.line()
      if line.hasPrefix("END ") { break }
      #expect(!line.hasPrefix("# dataset: more"))
      if !line.hasPrefix("#"), !line.hasPrefix("MORE ") { rows += 1 }
    }
    #expect(rows == 30_002)
    #expect(try await slow.line() == "PONG")
    #expect(try await daemon.figures()["streams"] == 0)
    let another = try daemon.connect()
    try await another.send("EXPORT\n")
    #expect(try await holds { try await daemon.figures()["streams"] == 1 })
    try await daemon.stop()
  }

  @Test("whose connection is dropped in the middle is no work any more")
  func dropped() async throws {
    let workspace = try Workspace()
    let daemon = try await RunningDaemon.start(in: workspace)
    try await Self.load(workspace)
    do {
      let connection = try daemon.connect()
      try await connection.send("EXPORT\n")
      #expect(try await connection.line().hasPrefix("MORE "))
    }
    #expect(try await holds { try await daemon.figures()["streams"] == 0 })
    try await daemon.stop()
  }
}

extension FileHandle {
  /// Whether a read would not wait. The corresponding C function is `poll`.
  fileprivate var hasBytes: Bool {
    var entry = pollfd(fd: fileDescriptor, events: Int16(POLLIN), revents: 0)
    return unsafe poll(&entry, 1, 0) > 0  // one entry
  }
}
