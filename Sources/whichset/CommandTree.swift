// The commands of the program by their names, for those that are mistyped.

import ArgumentParser
import Client
import Console
import WireProtocol

/// The sub-commands of `Whichset`.
enum CommandTree {
  /// A command and what it is called.
  typealias Entry = (name: String, command: any ParsableCommand.Type)

  /// The sub-commands of a command, as `--help` lists them.
  static func children(of command: any ParsableCommand.Type) -> [Entry] {
    command.configuration.subcommands.map { ($0._commandName, $0) }
  }

  /// Options of nearly all commands, which take a value and may stand in front of the command.
  private static let leadingOptions = ["--socket", "--format"]

  /// The words with such options behind the command.
  static func ordered(_ words: [String]) -> [String] {
    var options: [String] = []
    var rest = words[...]
    while let word = rest.first {
      let takesNext = leadingOptions.contains(word)
      guard takesNext || leadingOptions.contains(where: { word.hasPrefix($0 + "=") }) else { break }
      options += rest.prefix(takesNext ? 2 : 1)
      rest = rest.dropFirst(takesNext ? 2 : 1)
    }
    var entries = children(of: Whichset.self)
    var names: [String] = []
    while let word = rest.first, let next = entries.first(where: { $0.name == word }) {
      names.append(word)
      rest = rest.dropFirst()
      entries = children(of: next.command)
    }
    return names.isEmpty ? rest + options : names + options + rest
  }

  /// What to say of words whose first ones name no command; nil where they do, or begin with an option.
  static func complaint(about words: [String]) -> String? {
    var command: any ParsableCommand.Type = Whichset.self
    var names = ["whichset"]
    for word in words.first == "help" ? words.dropFirst() : words[...] {
      let entries = children(of: command)
      guard !entries.isEmpty, !word.hasPrefix("-") else { return nil }
      guard let next = entries.first(where: { $0.name == word }) else {
        if command.configuration.defaultSubcommand != nil { return nil }
        if names.count == 1, KeyReader.isIdentifier(word) {
          return "\(word.shown) is no command. To ask about an image: whichset check '\(word.shown)'"
        }
        let nearest = NearName.nearest(to: word, among: entries.map(\.name))
        let hint =
          nearest.map { "Did you mean \($0)?" } ?? "There are \(entries.map(\.name).joined(separator: ", "))."
        return "\(names.joined(separator: " ")) has no command \(word.shown). \(hint)"
      }
      command = next.command
      names.append(next.name)
    }
    return nil
  }
}
