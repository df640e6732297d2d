// `whichset shell` off a terminal, mistyped names, and what shells complete.

import Foundation
import Testing

@Suite("The client")
struct ShellCommandTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  private func park() async throws -> RunningDaemon {
    let daemon = try await RunningDaemon.start(in: workspace)
    let list = try workspace.write("list", Photos.list(1...100))
    for dataset in ["park", "strangers"] {
      #expect(try await workspace.client("ingest", "--dataset", dataset, list).end == .exited(0))
    }
    return daemon
  }

  private func shell(_ lines: String) async throws -> ProgramResult {
    try await workspace.client(["shell"], input: lines)
  }

  @Test("carries out commands and raw requests from a pipe, on one connection each")
  func script() async throws {
    let daemon = try await park()
    let photo = Photos.number(1)
    let result = try await shell(
      """
      # a comment
      check --format tsv flickr:\(photo)
      .PING
        raw CHECK flickr:\(photo)
      .INGEST new
      .ABORT
      whichset check --format tsv 'flickr:\(photo)'
      help
      exit
      check no
      """)
    #expect(result.end == .exited(0), "\(result.errors)")
    let lines = result.output.split(separator: "\n")
    #expect(lines.first == "flickr:\(photo)\tflickr:\(photo)\tpark,strangers")
    #expect(lines.filter { $0 == "HIT park,strangers" }.count == 1)
    #expect(lines.contains("PONG") && lines.contains("OK") && result.output.contains("OK load=new."))
    #expect(lines.contains { $0.hasPrefix("check ") } && result.errors.isEmpty, "\(result.errors)")
    try await daemon.stop()
  }

  @Test("ends a script with grep's statuses, and goes on after trouble")
  func statuses() async throws {
    let daemon = try await park()
    let hit = "check flickr:\(Photos.number(1))\n"
    let miss = "check flickr:1\n"
    #expect(try await shell("").end == .exited(0))
    #expect(try await shell(miss).end == .exited(1))
    #expect(try await shell(miss + hit).end == .exited(0))
    let trouble = try await shell(hit + "dataset show parc\n" + "nonsense\n" + miss)
    #expect(trouble.end == .exited(2))
    #expect(trouble.output.contains("flickr:1\tflickr:1\t-"))
    #expect(try await shell("nonsense\n" + hit).end == .exited(64))
    #expect(try await shell("check 'a\n").end == .exited(2))
    #expect(try await shell("check a | sort\n").errors.contains("no pipes"))
    #expect(try await shell(".MCHECK 1\n").errors.contains("has a body"))
    #expect(try await shell("check -\nflickr:1\n").output.isEmpty)
    try await daemon.stop()
    #expect(try await shell(".PING\n").end == .exited(2))
  }

  @Test("refuses requests that hand a file over, and answers what comes behind them")
  func handedFiles() async throws {
    let daemon = try await park()
    let result = try await shell(".BACKUP\n.restore force=1\n.PING\n")
    #expect(result.output == "PONG\n", "\(result.output)")
    #expect(result.errors.contains("backup FILE") && result.errors.contains("restore FILE"))
    try await daemon.stop()
  }

  @Test("forgets what earlier shells have remembered, also where this one remembers nothing")
  func forget() async throws {
    let result = try await workspace.script(
      """
      export XDG_STATE_HOME=$PWD/state
      mkdir -p state/whichset && echo 'check a' > state/whichset/history
      echo forget | whichset shell && test ! -e state/whichset/history
      """)
    #expect(result.end == .exited(0), "\(result.errors)")
  }

  @Test("says which command or dataset a mistyped one was meant to be")
  func nearNames() async throws {
    let daemon = try await park()
    for (words, hint) in [
      (["chek", "flickr:1"], "Did you mean check?"), (["dataset", "shwo", "park"], "Did you mean show?"),
      (["dataset", "show", "parc"], "did you mean park?"),
      (["dataset", "remove", "--yes", "parc"], "did you mean park?"),
      (["reindex", "--dataset", "parc"], "did you mean park?"),
      (["export", "--dataset", "parc"], "did you mean park?"),
      (["list", "--all-of", "parc"], "did you mean park?"),
      (["report", "--datasets", "parc"], "did you mean park?"),
      (["check", "--fromat", "tsv"], "Did you mean '--format'?"), (["frobnicate"], "There are check, "),
    ] {
      let result = try await workspace.client(words)
      #expect(result.errors.contains(hint), "\(words): \(result.errors)")
      #expect([.exited(2), .exited(64)].contains(result.end), "\(words)")
    }
    try await daemon.stop()
  }

  @Test("completes names of datasets, and nothing without a daemon", arguments: ["bash", "zsh", "fish"])
  func completion(_ shell: String) async throws {
    let script = try await workspace.client("--generate-completion-script", shell)
    #expect(script.end == .exited(0))
    #expect(script.output.contains("xref") && script.output.contains("---completion"))
    let daemon = try await park()
    let words = ["whichset", "reindex", "--dataset", "st"]
    let question = ["---completion", "reindex", "--", "--dataset", "3", "2"] + words
    let variables = ["WHICHSET_SOCKET": workspace.file("s"), "SAP_SHELL": shell]
    func ask() async throws -> ProgramResult {
      try await TestedProgram(Programs.client, question, folder: workspace, environment: variables).result()
    }
    #expect(try await ask().output.contains("strangers"))
    try await daemon.stop()
    let result = try await ask()
    #expect(!result.output.contains("strangers") && result.errors.isEmpty, "\(result.errors)")
  }
}
