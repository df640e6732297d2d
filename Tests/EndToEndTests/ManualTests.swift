// The manual pages and the helps against the programs' own account of their commands and options: nothing is missing in
// them, and nothing stands there that is not.

import Foundation
import Testing

@Suite("The manual", .fewAtOnce)
struct ManualTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  /// A command as the program tells it.
  private struct Command {
    let path: String
    let options: Set<String>
    let help: String
    let isGroup: Bool
  }

  /// The commands of a program; its own options are those of the command "".
  private func commands(of program: String) async throws -> [Command] {
    let dump = try await TestedProgram(program, ["--experimental-dump-help"], folder: workspace).result()
    let object = try JSONSerialization.jsonObject(with: Data(dump.output.utf8))
    let root = try #require((object as? [String: Any])?["command"] as? [String: Any])
    return Self.commands(root, path: "")
  }

  private static func commands(_ command: [String: Any], path: String) -> [Command] {
    let subcommands = (command["subcommands"] as? [[String: Any]] ?? []).filter {
      $0["commandName"] as? String != "help"
    }
    var options: Set<String> = []
    for argument in command["arguments"] as? [[String: Any]] ?? []
    where argument["shouldDisplay"] as? Bool ?? true && argument["kind"] as? String != "positional" {
      for name in argument["names"] as? [[String: Any]] ?? [] where name["kind"] as? String == "long" {
        if let text = name["name"] as? String { options.insert("--" + text) }
      }
    }
    let own = Command(
      path: path, options: options.subtracting(["--help", "--version"]),
      help: command["discussion"] as? String ?? "", isGroup: !subcommands.isEmpty)
    return [own]
      + subcommands.flatMap { subcommand in
        let name = subcommand["commandName"] as? String ?? ""
        return commands(subcommand, path: path.isEmpty ? name : path + " " + name)
      }
  }

  /// The source of a page.
  private func page(_ name: String) throws -> [Substring] {
    try String(contentsOfFile: Lists.package + "/man/" + name, encoding: .utf8)
      .split(separator: "\n", omittingEmptySubsequences: false)
  }

  /// The long options that the macros of a line name: `.Op Fl -explain | Fl -no-explain`.
  private static func options(in line: Substring) -> [String] {
    guard line.hasPrefix("."), !line.hasPrefix(".\\\"") else { return [] }
    let words = line.dropFirst().split(separator: " ")
    return zip(words, words.dropFirst()).compactMap { $0 == "Fl" && $1.hasPrefix("-") ? "-" + $1 : nil }
  }

  @Test("whichset(1) has each command with its options, and no others")
  func client() async throws {
    var sections: [String: Set<String>] = [:]
    var isInCommands = false
    var section: String?
    for line in try page("whichset.1") {
      if line.hasPrefix(".Sh ") {
        isInCommands = line == ".Sh COMMANDS"
        section = nil
      } else if isInCommands, line.hasPrefix(".Ss ") {
        section = String(line.dropFirst(4))
        sections[String(line.dropFirst(4)), default: []] = []
      } else if let section {
        sections[section]?.formUnion(Self.options(in: line))
      }
    }
    // Of a group, its commands are told.
    let commands = try await commands(of: Programs.client).filter { !$0.isGroup }
    #expect(commands.count > 20)
    for command in commands {
      guard let told = sections.removeValue(forKey: command.path) else {
        Issue.record("whichset.1 has no .Ss \(command.path)")
        continue
      }
      #expect(told.subtracting(["--help"]) == command.options, "\(command.path)")
    }
    #expect(sections.isEmpty, "commands that there are not")
  }

  @Test(
    "whichsetd(8) and whichset-http(8) have each option, and no others",
    arguments: [("whichsetd.8", Programs.daemon, 5), ("whichset-http.8", Programs.http, 3)])
  func servers(_ name: String, _ program: String, _ least: Int) async throws {
    var told: Set<String> = []
    for line in try page(name) { told.formUnion(Self.options(in: line)) }
    let command = try #require(try await commands(of: program).first)
    #expect(command.options.count > least)
    #expect(told.subtracting(["--help", "--version"]) == command.options)
  }

  @Test("each command's help fits 80 columns, with three lines of usage at most and each example on one line")
  func width() async throws {
    for command in try await commands(of: Programs.client) {
      let words = command.path.split(separator: " ").map(String.init) + ["--help"]
      let help = try await workspace.client(words).output.split(
        separator: "\n", omittingEmptySubsequences: false)
      #expect(help.allSatisfy { $0.count <= 80 }, "\(command.path)")
      let usage = help.drop { !$0.hasPrefix("USAGE") }.prefix { !$0.isEmpty }
      #expect((1...3).contains(usage.count), "\(command.path)")
      let examples = command.help.split(separator: "\n").drop { $0 != "EXAMPLES" }.dropFirst()
        .prefix { $0.hasPrefix("  ") }
      for example in examples { #expect(help.contains(example), "\(command.path): \(example)") }
    }
  }

  @Test("each command's help has examples")
  func examples() async throws {
    for program in [Programs.client, Programs.daemon, Programs.http] {
      for command in try await commands(of: program) {
        let name = (program as NSString).lastPathComponent
        let hasExamples = command.help.uppercased().contains("EXAMPLES")
        let usesIt = command.help.split(separator: "\n").contains { $0.hasPrefix("  ") && $0.contains(name) }
        #expect(hasExamples && usesIt, "\(name) \(command.path)")
      }
    }
  }
}
