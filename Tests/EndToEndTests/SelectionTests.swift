// `check` as a filter, as grep is one; and what people type who do not know the commands yet.

import Foundation
import Testing

@Suite("A question in a script", .fewAtOnce)
struct SelectionTests {
  @Test("selects, counts and keeps quiet as grep does, and never hides an input without an answer")
  func selection() async throws {
    let workspace = try Workspace()
    let daemon = try await RunningDaemon.start(in: workspace)
    let list = try workspace.write("list", "flickr:1\nflickr:2\n")
    #expect(try await workspace.client("ingest", "--dataset", "park", list).end == .exited(0))
    func check(_ words: String...) async throws -> (output: String, status: Int32, errors: String) {
      let result = try await workspace.client(["check", "--format", "tsv"] + words)
      guard case .exited(let status) = result.end else { return (result.output, -1, result.errors) }
      return (result.output, status, result.errors)
    }
    var answer = try await check("-v", "flickr:1", "flickr:3")
    #expect((answer.output, answer.status) == ("flickr:3\tflickr:3\t-\n", 0))
    answer = try await check("--hits", "flickr:1", "flickr:3")
    #expect((answer.output, answer.status) == ("flickr:1\tflickr:1\tpark\n", 0))
    answer = try await check("-v", "flickr:1")
    #expect((answer.output, answer.status) == ("", 1))
    answer = try await check("-c", "flickr:1", "flickr:2", "flickr:3")
    #expect((answer.output, answer.status) == ("2\n", 0))
    answer = try await check("-vc", "flickr:1", "flickr:2", "flickr:3")
    #expect((answer.output, answer.status) == ("1\n", 0))
    answer = try await check("-q", "flickr:3", "flickr:1", "no identifier")
    #expect((answer.output, answer.status) == ("", 0))
    answer = try await check("-q", "flickr:3", "no identifier")
    #expect((answer.output, answer.status) == ("", 2))
    answer = try await check("-v", "flickr:3", "no identifier")
    #expect((answer.output, answer.status) == ("flickr:3\tflickr:3\t-\n", 2))
    #expect(answer.errors.contains("1 input without an answer"))
    for words in [["--hits", "-v", "flickr:1"], ["-c", "--file", list], ["-q", "--letter", "flickr:1"]] {
      #expect(try await workspace.client(["check"] + words).end == .exited(64), "\(words)")
    }
    let parts = try await workspace.script(
      #"printf 'flickr:1\0a\nb\0flickr:3' | whichset check -0 --format tsv -"#)
    #expect(parts.output == "flickr:1\tflickr:1\tpark\na\\nb\t!invalid\t-\nflickr:3\tflickr:3\t-\n")
    try await daemon.stop()
  }

  @Test("has its socket and form in front of the command too, and a word that is none gets a suggestion")
  func words() async throws {
    let workspace = try Workspace()
    let daemon = try await RunningDaemon.start(in: workspace)
    let front = try await workspace.script(
      "whichset --format=json --socket \"$WHICHSET_SOCKET\" dataset show x; whichset --format tsv ping")
    #expect(!front.errors.contains("Unknown option"), "\(front.errors)")
    #expect(front.end == .exited(0))
    for (words, said) in [
      (["https://flic.kr/p/2p4QbKN"], "whichset check 'https://flic.kr/p/2p4QbKN'"),
      (["help", "chek"], "Did you mean check?"), (["help", "dataset", "shwo"], "Did you mean show?"),
      (["--socket", "x", "chek"], "chek"),
    ] {
      let result = try await workspace.client(words)
      #expect(result.end == .exited(64), "\(words)")
      #expect(result.errors.contains(said), "\(words): \(result.errors)")
    }
    let picture = try workspace.write("p.jpg", "x")
    let file = try await workspace.client("check", picture)
    #expect(file.errors.contains("whichset check --file"), "\(file.errors)")
    try await daemon.stop()
  }
}
