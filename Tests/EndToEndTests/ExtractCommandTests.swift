// The command that finds identifiers in files, and the pipe from it to a check.

import Foundation
import TestSupport
import Testing

@Suite("Identifiers out of files", .fewAtOnce)
struct ExtractCommandTests {
  @Test("go straight into a check")
  func pipe() async throws {
    let workspace = try Workspace()
    let daemon = try await RunningDaemon.start(in: workspace)
    let list = try workspace.write("list", Photos.list(1...3))
    #expect(try await workspace.client("ingest", "--dataset", "park", list).end == .exited(0))
    _ = try workspace.write(
      "page.html",
      "<a href=\"https://www.flickr.com/photos/a/\(Photos.number(2))/?x=1&amp;y\">flickr:12345</a>")
    let result = try await workspace.script("whichset extract page.html | whichset check --format tsv -")
    #expect(result.end == .exited(0))
    #expect(result.records.map { $0.last } == ["park", "-"])
    try await daemon.stop()
  }

  @Test(
    "end with 0 if there are any, 1 if there are none, 2 if a file is missing, which keeps no other from being read"
  )
  func statuses() async throws {
    let workspace = try Workspace()
    let some = try workspace.write("some", "flickr:1 flickr:2")
    let none = try workspace.write("none", "nothing here")
    #expect(try await workspace.client("extract", some).end == .exited(0))
    #expect(try await workspace.client("extract", none).end == .exited(1))
    #expect(try await workspace.client("extract", none, some).end == .exited(0))
    let missing = workspace.file("missing")
    let result = try await workspace.client("extract", missing, workspace.path, some)
    #expect(result.end == .exited(2))
    #expect(result.output == "flickr:1\nflickr:2\n")
    #expect(result.errors.contains("\(missing): No such file or directory"), "\(result.errors)")
    #expect(result.errors.contains(workspace.path))
    let piped = try await workspace.client(["extract", "--key", "-"], input: "https://flic.kr/p/2p4QbKN")
    #expect(piped.output == "https://flic.kr/p/2p4QbKN\tflickr:53208249252\n")
  }

  @Test("are read from one column of a table, by its name or number, whole or within a text")
  func columns() async throws {
    let workspace = try Workspace()
    let csv = try workspace.write(
      "list.csv",
      "id,\"Photo URL\",note\r\n1,https://example.org/a b|c.jpg,flickr:9\r\n2,\"see\nflickr:2, \"\"flickr:3\"\"\",x\r\n3\r\n4,example.org/d.jpg,"
    )
    let named = try await workspace.client("extract", "--column", "photo url", csv)
    #expect(
      named.output == "https://example.org/a b|c.jpg\nflickr:2\nflickr:3\nexample.org/d.jpg\n",
      "\(named.errors)")
    let numbered = try await workspace.client("extract", "--column", "3", "--key", csv)
    #expect(numbered.output == "flickr:9\tflickr:9\n")
    let tsv = try workspace.write("list.tsv", "a\tb\nflickr:1\t\"https://example.org/a,b\"\nflickr:2")
    #expect(try await workspace.client("extract", "--column", "2", tsv).output == "https://example.org/a,b\n")
    #expect(try await workspace.client("extract", "--column", "a", tsv).output == "flickr:1\nflickr:2\n")
    let wrong = try await workspace.client("extract", "--column", "c", tsv)
    #expect(wrong.end == .exited(2))
    #expect(wrong.errors.contains("the header has no column \"c\"; its columns are a, b"), "\(wrong.errors)")
    #expect(try await workspace.client("extract", "--column", "0", tsv).end == .exited(64))
  }

  @Test(
    "are read out of compressed files, and a cut one is trouble after what was found",
    arguments: ["gz", "bz2", "xz", "zst"])
  func compressed(ending: String) async throws {
    let workspace = try Workspace()
    let path = Lists.samples + "/compressed/megaface.txt.\(ending)"
    // Its rows are no identifiers; the bytes are read all the same.
    #expect(try await workspace.client("extract", path).end == .exited(1))
    let bytes = Array(FileManager.default.contents(atPath: path) ?? Data())
    let cut = try workspace.write("cut", Array(bytes.dropLast(40)))
    let result = try await workspace.client("extract", cut)
    #expect(result.end == .exited(2))
    #expect(result.errors.contains("data ends in the middle"), "\(result.errors)")
  }

  @Test("that come slowly are given as they come, and a reader that goes away is no trouble")
  func slow() async throws {
    let workspace = try Workspace()
    let pipe = Pipe()
    _ = fcntl(pipe.fileHandleForWriting.fileDescriptor, F_SETFD, FD_CLOEXEC)
    let program = try TestedProgram(
      Programs.client, ["extract", "-"], folder: workspace, input: pipe.fileHandleForReading.fileDescriptor)
    try pipe.fileHandleForWriting.write(contentsOf: Data("see flickr:1\n".utf8))
    #expect(await holds { program.output == "flickr:1\n" })
    try pipe.fileHandleForWriting.close()
    #expect(try await program.result().end == .exited(0))
    let result = try await workspace.script(
      "yes 'see https://example.org/a.jpg now' | whichset extract - | head -2; echo \"${PIPESTATUS[1]}\"")
    #expect(result.output == "https://example.org/a.jpg\nhttps://example.org/a.jpg\n141\n")
    #expect(result.errors.isEmpty, "\(result.errors)")
  }

  @Test(
    "take the same memory whatever the size of the file",
    .disabled(if: Sanitizer.isThere, "a sanitizer takes memory of its own"))
  func memory() async throws {
    let workspace = try Workspace()
    let line =
      String(repeating: "x", count: 3_000) + " https://example.org/a.jpg "
      + String(repeating: "\u{0}é", count: 500)
    let pipe = Pipe()
    _ = fcntl(pipe.fileHandleForWriting.fileDescriptor, F_SETFD, FD_CLOEXEC)
    let output = try File.open("/dev/null", O_WRONLY)
    defer { close(output) }
    let program = try TestedProgram(
      Programs.client, ["extract", "-"], folder: workspace, input: pipe.fileHandleForReading.fileDescriptor,
      output: output)
    let piece = Data(String(repeating: line, count: 100).utf8)
    for _ in 0..<40 { try pipe.fileHandleForWriting.write(contentsOf: piece) }
    #expect(program.peakKilobytes < 64 << 10)
    try pipe.fileHandleForWriting.close()
    #expect(try await program.result().end == .exited(0))
  }
}
