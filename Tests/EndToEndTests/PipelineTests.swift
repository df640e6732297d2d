// The client among other programs: in pipes that end early or come slowly, in scripts, and under Ctrl-C.

import Foundation
import TestSupport
import Testing

@Suite("The client in a pipeline", .fewAtOnce)
struct PipelineTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  /// A daemon whose dataset `park` lists photos 1 to 1,000.
  private func loadedDaemon() async throws -> RunningDaemon {
    let list = try workspace.write("list", Photos.list(1...1_000))
    let daemon = try await RunningDaemon.start(in: workspace)
    #expect(try await workspace.client("ingest", "--dataset", "park", list).end == .exited(0))
    return daemon
  }

  @Test("that is closed early ends quietly")
  func closedEarly() async throws {
    let daemon = try await loadedDaemon()
    let questions = (1...50_000).map { "flickr:\(Photos.number($0))\n" }.joined()
    _ = try workspace.write("questions", questions)
    let result = try await workspace.script(
      "whichset check --format tsv - < questions | head -1; echo \"${PIPESTATUS[*]}\"")
    let records = result.records
    #expect(records.first == ["flickr:\(Photos.number(1))", "flickr:\(Photos.number(1))", "park"])
    // 141 is what the shell makes of SIGPIPE.
    #expect(records.last == ["141 0"])
    #expect(result.errors.isEmpty, "\(result.errors)")
    try await daemon.stop()
  }

  /// A client that checks what is written to a pipe.
  private func checkOnPipe() throws -> (TestedProgram, FileHandle) {
    let pipe = Pipe()
    // Only this program may hold the end that is written to, or the client never sees the pipe's end.
    _ = fcntl(pipe.fileHandleForWriting.fileDescriptor, F_SETFD, FD_CLOEXEC)
    let client = try TestedProgram(
      Programs.client, ["check", "--format", "tsv", "-"], folder: workspace,
      environment: ["WHICHSET_SOCKET": workspace.file("s")], input: pipe.fileHandleForReading.fileDescriptor)
    return (client, pipe.fileHandleForWriting)
  }

  @Test("answers each line of a slow pipe as it comes")
  func slowPipe() async throws {
    let daemon = try await loadedDaemon()
    let (client, writer) = try checkOnPipe()
    for photo in 1...5 {
      try writer.write(contentsOf: Data("flickr:\(Photos.number(photo))\n".utf8))
      let isAnswered = await holds { Table.records(client.output).count == photo }
      #expect(isAnswered, "no answer to line \(photo) while the pipe is open")
    }
    try writer.close()
    #expect(try await client.result().end == .exited(0))
    try await daemon.stop()
  }

  @Test("answers all that it read before the daemon went, and says that it went")
  func daemonLost() async throws {
    let daemon = try await loadedDaemon()
    let (client, writer) = try checkOnPipe()
    try writer.write(contentsOf: Data("flickr:\(Photos.number(1))\n".utf8))
    #expect(await holds { !client.output.isEmpty })
    daemon.crash()
    try writer.write(contentsOf: Data("flickr:\(Photos.number(2))\n".utf8))
    let result = try await client.result()
    #expect(result.end == .exited(2))
    #expect(result.records.count == 1)
    #expect(result.errors.contains(workspace.file("s")), "\(result.errors)")
  }

  @Test("holds a script that says set -e to its promises")
  func script() async throws {
    let daemon = try await loadedDaemon()
    let result = try await workspace.script(
      """
      set -e -o pipefail
      whichset ping > /dev/null
      whichset ingest --dataset park list > /dev/null 2>&1
      whichset check flickr:\(Photos.number(1)) > /dev/null
      if whichset check flickr:12345678901 > /dev/null; then echo wrong; fi
      whichset stats --format tsv | awk '$1 == "images" { print $2 }'
      whichset datasets --format tsv | cut -f 1,2 | tail -n +2
      whichset check flickr:12345678901 > /dev/null
      echo not reached
      """)
    #expect(result.end == .exited(1))
    #expect(result.records == [["1000"], ["park", "1000"]])
    #expect(result.errors.isEmpty, "\(result.errors)")
    try await daemon.stop()
  }

  @Test("ends a check with 2 where an input is no identifier, and answers the others")
  func badInput() async throws {
    let daemon = try await loadedDaemon()
    let result = try await workspace.client(
      ["check", "--format", "tsv", "-"],
      input: "flickr:\(Photos.number(1))\n12345\nhttps://flic.kr/s/aHsjExample\nflickr:12345678901")
    #expect(result.end == .exited(2))
    #expect(result.records.map { $0.last } == ["park", "-", "-", "-"])
    #expect(result.records.map { $0[1] }.dropFirst().prefix(2) == ["!invalid", "!unresolvable"])
    try await daemon.stop()
  }

  @Test("leaves its load staged on Ctrl-C, says how to go on, and goes on", arguments: [SIGINT, SIGTERM])
  func interrupted(_ signal: Int32) async throws {
    let daemon = try await RunningDaemon.start(in: workspace)
    // On a busy machine all rows can have arrived before they are seen to arrive: then a longer list is taken.
    var count = 200_000
    var (list, result) = try await interruptedLoad(of: count, by: signal, into: daemon)
    while result.end == .exited(0) || !result.errors.contains("interrupted")
      || result.errors.contains("The daemon goes on"), count < 4_000_000
    {
      let isVisible = try await holds { try await daemon.figures()["images"] == count }
      #expect(isVisible)
      #expect(try await workspace.client("dataset", "remove", "park", "--yes").end == .exited(0))
      count *= 3
      (list, result) = try await interruptedLoad(of: count, by: signal, into: daemon)
    }
    #expect(result.end == .killed(signal))
    let load = try #require(staged.first { !$0.contains("/") })
    #expect(result.errors.contains("The load stays staged; nothing of it is visible."), "\(result.errors)")
    #expect(result.errors.contains("Run the same command again to go on with it"))
    #expect(result.errors.contains("whichset abort \(load)"))
    #expect(try await daemon.figures()["images"] == 0)
    let isIdle = try await holds { try await daemon.ask("LOADS").first?.last == "idle" }
    #expect(isIdle, "\(staged)")
    let again = try await workspace.client("ingest", "--dataset", "park", list)
    #expect(again.end == .exited(0), "\(again.errors)")
    #expect(try await daemon.figures()["images"] == count)
    try await daemon.stop()
  }

  @Test("never leaves a load on Ctrl-C without a word, however early it comes")
  func interruptedEarly() async throws {
    let daemon = try await RunningDaemon.start(in: workspace)
    let list = try workspace.write("list", Photos.list(1...100_000))
    for number in 1...8 {
      let client = try workspace.startClient(["ingest", "--dataset", "park-\(number)", list])
      while client.end == nil, !staged.contains(where: { $0.hasPrefix("park-\(number).") }) {
        await Task.yield()
      }
      daemon.process.send(SIGSTOP)
      client.send(SIGINT)
      let result = try await client.result()
      // While the daemon stands still, its folder shows whether the load had ended before the signal came.
      let wasOpen = staged.contains { $0.hasPrefix("park-\(number).") }
      daemon.process.send(SIGCONT)
      guard wasOpen else { continue }
      #expect(result.end == .killed(SIGINT))
      #expect(result.errors.contains("whichset: interrupted. "), "\(result.errors)")
    }
    try await daemon.stop()
  }

  /// A load of so many rows that gets the signal while its rows arrive.
  private func interruptedLoad(
    of count: Int, by signal: Int32, into daemon: RunningDaemon
  ) async throws -> (list: String, result: ProgramResult) {
    let list = try workspace.write("list", Photos.list(1...count))
    let client = try workspace.startClient(["ingest", "--dataset", "park", list])
    while client.end == nil, !staged.contains(where: { $0.hasSuffix("/load") }) {
      try await Task.sleep(for: .milliseconds(5))
    }
    // A load that is at work has no figures.
    while client.end == nil, try await !daemon.ask("LOADS").contains(where: { !["0", "-"].contains($0[2]) }) {
      try await Task.sleep(for: .milliseconds(5))
    }
    // While the daemon stands still, the load cannot end.
    daemon.process.send(SIGSTOP)
    client.send(signal)
    let result = try await client.result()
    daemon.process.send(SIGCONT)
    return (list, result)
  }

  private var staged: [String] {
    (try? FileManager.default.subpathsOfDirectory(atPath: workspace.file("data/staging"))) ?? []
  }
}
