// Mistyped names, and what shells complete.

import Foundation
import TestSupport
import Testing

@Suite("The client", .fewAtOnce)
struct CommandNameTests {
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
    // It does not wait long for the daemon.
    #expect(try await holds { try await ask().output.contains("strangers") })
    try await daemon.stop()
    let result = try await ask()
    #expect(!result.output.contains("strangers") && result.errors.isEmpty, "\(result.errors)")
  }
}
