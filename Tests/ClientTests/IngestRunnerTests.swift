// Loads against a daemon that breaks off, loses blocks and loses replies.

@testable import Client
import Console
import Foundation
import Testing
import WireProtocol

@Suite struct IngestRunnerTests {
  /// Blocks of one row each, `flickr:<number>`.
  private struct FakeBlocks: BlockSource {
    let total: Int
    var isReplayable = true
    var failsAfter: Int?
    var blockCount = 0
    var restarts = 0
    var bytesRead: Int { blockCount * 10 }
    var digest: String? { "f00d" }

    init(_ total: Int) { self.total = total }

    mutating func next() throws(Trouble) -> ListBlock? {
      if blockCount == failsAfter { throw Trouble("cannot read list: it is cut") }
      guard blockCount < total else { return nil }
      blockCount += 1
      return ListBlock(
        number: blockCount, bytes: Array("flickr:\(blockCount)\n".utf8), file: "list",
        lines: [UInt64(blockCount)])
    }

    mutating func restart() throws(Trouble) { blockCount = 0 }
  }

  private static let committed = "OK rows=3 accepted=3 rejected=0 images=3 memberships=3\n"

  private func run(
    _ source: FakeBlocks, _ daemon: FakeDaemon, rejects: String? = nil, patience: Duration = .seconds(5)
  ) throws -> LoadOutcome {
    // The C string lives through the call.
    let silence = unsafe open("/dev/null", O_WRONLY)
    defer { close(silence) }
    let request = LoadRequest(
      slug: "s", mode: .create, source: "abc", name: "list", format: "plain", byteCount: nil)
    var runner = IngestRunner(
      IngestSession(request, sha256: nil), source: source, rejectLog: try RejectLog(path: rejects),
      console: ProgressConsole(silence), path: daemon.path, patience: patience)
    return try runner.run()
  }

  /// Opens the load; whether the digest is known by then depends on how far the list was read.
  private static func admit(_ peer: FakePeer, block: Int) {
    let line = peer.line() ?? ""
    #expect(line.hasPrefix("INGEST s mode=create source=abc name=list format=plain"))
    peer.send("OK load=s.abc block=\(block) rows=\(block) accepted=\(block) rejected=0\n")
  }

  private static func take(_ peer: FakePeer, _ blocks: ClosedRange<Int>, durable: Int = 0) {
    for number in blocks {
      #expect(peer.rows() == "\(number): flickr:\(number)\n")
      peer.send("OK 0 block=\(number) durable=\(durable)\n")
    }
  }

  @Test("all blocks go over and are committed")
  func whole() throws {
    let daemon = try FakeDaemon([
      { peer in
        Self.admit(peer, block: 0)
        Self.take(peer, 1...20)
        peer.expect("COMMIT blocks=20 sha256=f00d")
        peer.send(Self.committed)
      }
    ])
    #expect(try !run(FakeBlocks(20), daemon).isUnchanged)
    daemon.finish()
  }

  @Test("a load resumes at the block that the daemon names, over one connection or several")
  func resumes() throws {
    for isReplayable in [true, false] {
      let daemon = try FakeDaemon([
        { peer in
          Self.admit(peer, block: 2)
          Self.take(peer, 3...6, durable: 4)
        },
        { peer in
          Self.admit(peer, block: 4)
          Self.take(peer, 5...12, durable: 12)
          peer.expect("COMMIT blocks=12 sha256=f00d")
          peer.send(Self.committed)
        },
      ])
      var source = FakeBlocks(12)
      source.isReplayable = isReplayable
      _ = try run(source, daemon)
      daemon.finish()
    }
  }

  @Test("a daemon that lost what cannot be read again ends the load with words")
  func lostForGood() throws {
    let daemon = try FakeDaemon([
      { peer in
        Self.admit(peer, block: 0)
        Self.take(peer, 1...3, durable: 3)
      },
      { peer in
        Self.admit(peer, block: 1)
        while let line = peer.line(), line != "ABORT" { _ = line }
        peer.send("OK\n")
      },
    ])
    var source = FakeBlocks(100)
    source.isReplayable = false
    #expect(
      throws: Trouble(
        "the daemon lost rows that standard input cannot give a second time; put the list into a file")
    ) { try run(source, daemon) }
    daemon.finish()
  }

  @Test("a lost reply to COMMIT is asked for again by the list's digest")
  func lostCommit() throws {
    let daemon = try FakeDaemon([
      { peer in
        Self.admit(peer, block: 0)
        Self.take(peer, 1...3)
        peer.expect("COMMIT blocks=3 sha256=f00d")
      },
      { peer in
        peer.expect("INGEST s mode=create source=abc name=list format=plain sha256=f00d")
        peer.send("OK unchanged=1 rows=3 accepted=3 rejected=0 images=3 memberships=3\n")
      },
    ])
    let outcome = try run(FakeBlocks(3), daemon)
    daemon.finish()
    #expect(!outcome.isUnchanged && outcome.rows == 3)
  }

  @Test("a COMMIT that did not happen is made again")
  func commitAgain() throws {
    let daemon = try FakeDaemon([
      { peer in
        Self.admit(peer, block: 0)
        Self.take(peer, 1...3)
        peer.expect("COMMIT blocks=3 sha256=f00d")
      },
      { peer in
        Self.admit(peer, block: 3)
        peer.expect("COMMIT blocks=3 sha256=f00d")
        peer.send(Self.committed)
      },
    ])
    _ = try run(FakeBlocks(3), daemon)
    daemon.finish()
  }

  @Test("a list that cannot be read to its end is aborted")
  func aborts() throws {
    let daemon = try FakeDaemon([
      { peer in
        Self.admit(peer, block: 0)
        Self.take(peer, 1...2)
        peer.expect("ABORT")
        peer.send("OK\n")
      }
    ])
    var source = FakeBlocks(5)
    source.failsAfter = 2
    #expect(throws: Trouble("cannot read list: it is cut")) { try run(source, daemon) }
    daemon.finish()
  }

  @Test("a daemon that is busy is asked again; one that stays away is given up with how to go on")
  func givesUp() throws {
    let daemon = try FakeDaemon([
      { peer in
        _ = peer.line()
        peer.send("ERR BUSY RETRY the dataset is in use\n")
      },
      { peer in Self.admit(peer, block: 0) },
    ])
    #expect {
      try run(FakeBlocks(3), daemon, patience: .milliseconds(300))
    } throws: { error in
      let text = (error as? Trouble)?.text ?? ""
      return text.contains("gave up after") && text.contains("whichset abort s.abc")
    }
    daemon.finish()
  }

  @Test("rejected rows are written with file and line, each once, though their block is sent twice")
  func rejects() throws {
    let path = NSTemporaryDirectory() + "whichset-\(UUID().uuidString.prefix(8)).rejects"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try "left from before\n".write(toFile: path, atomically: true, encoding: .utf8)
    let daemon = try FakeDaemon([
      { peer in
        Self.admit(peer, block: 0)
        _ = peer.rows()
        peer.send("OK 1 block=1 durable=1\n1\tidentifier\tnot one\n")
        _ = peer.rows()
        peer.send("OK 1 block=2 durable=1\n1\tidentifier\tnot one either\n")
      },
      { peer in
        Self.admit(peer, block: 1)
        _ = peer.rows()
        peer.send("OK 1 block=2 durable=2\n1\tidentifier\tnot one either\n")
        peer.expect("COMMIT blocks=2 sha256=f00d")
        peer.send("OK rows=2 accepted=0 rejected=2 images=0 memberships=0\n")
      },
    ])
    _ = try run(FakeBlocks(2), daemon, rejects: path)
    daemon.finish()
    let text = try String(contentsOfFile: path, encoding: .utf8)
    #expect(text == "list\t1\tidentifier\tnot one\nlist\t2\tidentifier\tnot one either\n")
  }
}
