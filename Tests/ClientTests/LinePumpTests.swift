// The pump between real descriptors: order, slow ends, full pipes, a daemon that dies.

import Client
import Console
import DaemonClient
import Foundation
import Platform
import Testing

@Suite struct LinePumpTests {
  private func check(_ inputs: [String], daemon path: String, output: Catch) throws -> Tally {
    var pump = LinePump(CheckExchange(Presentation(.tsv)), input: LineInput(arguments: inputs))
    var answers = LineOutput(output.descriptor())
    var link = try DaemonLink(path: path)
    try link.run(&pump, output: &answers)
    return pump.exchange.tally
  }

  /// Answers every `MCHECK`: ids that end in 7 are hits.
  private static func answerAll(_ peer: FakePeer) {
    while let head = peer.line() {
      guard head.hasPrefix("MCHECK "), let count = Int(head.dropFirst(7)) else { return }
      var reply = "OK \(count)\n"
      for _ in 0..<count { reply += (peer.line() ?? "").hasSuffix("7") ? "HIT some-set\n" : "MISS\n" }
      peer.send(reply)
    }
  }

  @Test("answers come in the order of the inputs, over many batches")
  func order() throws {
    let daemon = try FakeDaemon([Self.answerAll])
    let inputs = (1...20_000).map { "flickr:\($0)" }
    let output = Catch()
    let tally = try check(inputs, daemon: daemon.path, output: output)
    daemon.finish()
    #expect((tally.found, tally.missed) == (2_000, 18_000))
    let expected = inputs.map { "\($0)\t\($0)\t\($0.hasSuffix("7") ? "some-set" : "-")\n" }.joined()
    #expect(output.text == expected)
  }

  @Test("a daemon that answers byte by byte is understood")
  func slowDaemon() throws {
    let daemon = try FakeDaemon([
      { peer in
        peer.expect("MCHECK 2")
        peer.expect("flickr:1")
        peer.expect("flickr:2")
        for character in "OK 2\nHIT a,b\nMISS\n" {
          peer.send(String(character))
          usleep(1_000)
        }
      }
    ])
    let output = Catch()
    _ = try check(["flickr:1", "flickr:2"], daemon: daemon.path, output: output)
    daemon.finish()
    #expect(output.text == "flickr:1\tflickr:1\ta,b\nflickr:2\tflickr:2\t-\n")
  }

  @Test("a measurement asks a million identifiers, and no more of a longer input", arguments: [-1, 0, 1])
  func enough(beyond: Int) throws {
    var questions = BenchQuestions()
    var (requests, output): ([UInt8], [UInt8]) = ([], [])
    let count = BenchQuestions.countMax + beyond
    var asked = 0
    while asked < count, questions.wantsInput {
      questions.accept(Array("1".utf8).span, requests: &requests, output: &output)
      requests.removeAll(keepingCapacity: true)
      try questions.receive(Array("MISS".utf8).span, output: &output)
      asked += 1
    }
    #expect(asked == min(count, BenchQuestions.countMax))
    let (hasEnough, wantsInput) = (questions.hasEnough, questions.wantsInput)
    #expect(hasEnough == (beyond >= 0))
    #expect(wantsInput == (beyond < 0))
  }

  /// Takes some lines, and leaves the rest of the input.
  private struct Few: LineExchange {
    var left = 3
    var taken: [String] = []
    var wantsInput: Bool { left > 0 }
    var hasEnough: Bool { left == 0 }
    var awaitsReplies: Bool { false }
    var tally: Tally { Tally() }
    mutating func accept(_ line: Span<UInt8>, requests: inout [UInt8], output: inout [UInt8]) {
      left -= 1
      taken.append(String(decoding: line.indices.map { line[$0] }, as: UTF8.self))
    }
    mutating func receive(_ line: Span<UInt8>, output: inout [UInt8]) throws(Trouble) {}
  }

  @Test("an exchange that has enough ends, though the input goes on")
  func hasEnough() throws {
    let daemon = try FakeDaemon([{ _ in }])
    var pump = LinePump(Few(), input: LineInput(arguments: (1...9).map(String.init)))
    var answers = LineOutput(Catch().descriptor())
    var link = try DaemonLink(path: daemon.path)
    try link.run(&pump, output: &answers)
    let (taken, isOver) = (pump.exchange.taken, pump.isOver)
    #expect(taken == ["1", "2", "3"])
    #expect(isOver)
  }

  @Test("a daemon that dies midway is an error, and the answers that came are written")
  func deadDaemon() throws {
    let daemon = try FakeDaemon([
      { peer in
        peer.expect("MCHECK 2")
        peer.send("OK 2\nHIT a\n")
        _ = peer.line()
        _ = peer.line()
      }
    ])
    let output = Catch()
    #expect(throws: DaemonSocket.lost(daemon.path)) {
      _ = try check(["flickr:1", "flickr:2"], daemon: daemon.path, output: output)
    }
    daemon.finish()
    #expect(output.text == "flickr:1\tflickr:1\ta\n")
  }

  @Test("what a daemon says unasked before it closes reaches the user")
  func unasked() throws {
    let daemon = try FakeDaemon([{ peer in peer.send("ERR CONNECTIONS RETRY too many connections\n") }])
    let output = Catch()
    #expect(throws: Trouble("the daemon cannot do it now: too many connections. Try again later")) {
      _ = try check(["flickr:1"], daemon: daemon.path, output: output)
    }
    daemon.finish()
  }

  @Test("a daemon that is not there is named, with how to start one")
  func noDaemon() throws {
    let path = "/nonexistent/whichset.sock"
    #expect(
      throws: Trouble(
        "no daemon at \(path) (No such file or directory). "
          + "Start one with: whichsetd --data DIR --socket \(path)")
    ) { _ = try DaemonLink(path: path) }
  }

  @Test("two full pipes do not lock each other: a daemon that reads nothing before it has answered")
  func bigReplies() throws {
    let slugs = (1...200).map { "dataset-number-\($0)" }.joined(separator: ",")
    let count = 4_096
    let daemon = try FakeDaemon([
      { peer in
        for _ in 0..<4 {
          peer.expect("MCHECK \(count)")
          // 12 MB of reply before a line of the request is read: more than any socket buffers.
          peer.send("OK \(count)\n" + String(repeating: "HIT \(slugs)\n", count: count))
          for _ in 0..<count { _ = peer.line() }
        }
      }
    ])
    let inputs = (1...(4 * count)).map { "https://example.org/a/long/enough/path/to/fill/\($0)" }
    let output = Catch()
    let tally = try check(inputs, daemon: daemon.path, output: output)
    daemon.finish()
    #expect(tally.found == 4 * count)
  }

  @Test("each line of slow input is answered before the next comes")
  func interactive() throws {
    let daemon = try FakeDaemon([Self.answerAll])
    let (input, output) = (Pipe(), Pipe())
    let reader = FakeReader(output.fileHandleForReading.fileDescriptor)
    let path = daemon.path
    let finished = DispatchSemaphore(value: 0)
    let (inputEnd, outputEnd) = (
      dup(input.fileHandleForReading.fileDescriptor), dup(output.fileHandleForWriting.fileDescriptor)
    )
    Thread.detachNewThread {
      let lines = LineInput(stream: Descriptor(owning: inputEnd), name: "test")
      var answers = LineOutput(Descriptor(owning: outputEnd))
      if var link = try? DaemonLink(path: path) {
        var pump = LinePump(CheckExchange(Presentation(.tsv)), input: lines)
        try? link.run(&pump, output: &answers)
      }
      finished.signal()
    }
    for id in [7, 8, 17] {
      try input.fileHandleForWriting.write(contentsOf: Data("flickr:\(id)\n\n".utf8))
      #expect(reader.line() == "flickr:\(id)\tflickr:\(id)\t\(id % 10 == 7 ? "some-set" : "-")")
    }
    try input.fileHandleForWriting.write(contentsOf: Data("flickr:27".utf8))
    try input.fileHandleForWriting.close()
    #expect(reader.line() == "flickr:27\tflickr:27\tsome-set")
    #expect(finished.wait(timeout: .now() + 300) == .success)
    daemon.finish()
  }
}

/// Reads lines from a descriptor, one byte at a time.
private struct FakeReader {
  private let raw: Int32

  init(_ raw: Int32) { self.raw = raw }

  func line() -> String {
    var bytes: [UInt8] = []
    var byte: UInt8 = 0
    // One byte into one byte.
    while unsafe read(raw, &byte, 1) == 1, byte != 10 { bytes.append(byte) }
    return String(decoding: bytes, as: UTF8.self)
  }
}
