// The commands of the program by their names, for the shell and for those that are mistyped.

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

  /// The commands that the first words name, from the outermost on; none where the first word names none.
  static func path(_ words: [String]) -> [Entry] {
    var path: [Entry] = []
    for word in words {
      guard let next = children(of: path.last?.command ?? Whichset.self).first(where: { $0.name == word })
      else { break }
      path.append(next)
    }
    return path
  }

  /// The long options of a command, in the order of its help.
  static func options(of command: any ParsableCommand.Type) -> [String] {
    // Wide enough that no name is broken over two lines.
    let help = Whichset.helpMessage(for: command, columns: 1_000)
    var names: [String] = []
    for line in help.split(separator: "\n") where line.hasPrefix("  -") {
      for word in line.split(whereSeparator: { " ,/".contains($0) }) {
        guard word.hasPrefix("-") else { break }
        if word.hasPrefix("--") { names.append(String(word)) }
      }
    }
    return names
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
