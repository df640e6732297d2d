// The commands of the program by their names, for those that are mistyped.

import ArgumentParser
import WireProtocol

/// The sub-commands of `Whichset`.
enum CommandTree {
  /// A command and what it is called.
  typealias Entry = (name: String, command: any ParsableCommand.Type)

  /// The sub-commands of a command, as `--help` lists them.
  static func children(of command: any ParsableCommand.Type) -> [Entry] {
    command.configuration.subcommands.map { ($0._commandName, $0) }
  }

  /// What to say of words whose first ones name no command; nil where they do, or begin with an option.
  static func complaint(about words: [String]) -> String? {
    var command: any ParsableCommand.Type = Whichset.self
    var names = ["whichset"]
    for word in words {
      let entries = children(of: command)
      guard !entries.isEmpty, !word.hasPrefix("-"), word != "help" else { return nil }
      guard let next = entries.first(where: { $0.name == word }) else {
        let nearest = NearName.nearest(to: word, among: entries.map(\.name))
        let hint =
          nearest.map { "Did you mean \($0)?" } ?? "There are \(entries.map(\.name).joined(separator: ", "))."
        return "\(names.joined(separator: " ")) has no command \(word). \(hint)"
      }
      command = next.command
      names.append(next.name)
    }
    return nil
  }
}
