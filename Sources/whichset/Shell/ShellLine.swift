// What a line of the shell means, and doing it. Commands run in a process of their own, which is this one once more, not
// a new program: Ctrl-C ends only them, and nothing that they leave behind stays.

import ArgumentParser
import CEdit
import Client
import Console
import Glibc

/// What a line asks for.
enum ShellLine: Equatable {
  /// Nothing.
  case blank
  /// A command of this program.
  case command([String])
  /// A request to the daemon, as it is.
  case raw(String)
  case help
  case forget
  case leave

  /// Reads a line.
  init(_ line: String) throws(Trouble) {
    let text = String(line.trimmingPrefix(while: \.isWhitespace))
    if text.hasPrefix(".") {
      self = .raw(String(text.dropFirst()))
      return
    }
    if text == "raw" || text.hasPrefix("raw ") {
      self = .raw(String(text.dropFirst(4)))
      return
    }
    var words = try ShellWords.parse(line)
    // Out of habit.
    if words.count > 1, words[0] == "whichset" { words.removeFirst() }
    switch words.first {
    case nil: self = .blank
    case "help" where words.count == 1, "?": self = .help
    case "forget" where words.count == 1: self = .forget
    case "exit" where words.count == 1, "quit" where words.count == 1: self = .leave
    case "shell" where words.count == 1: throw Trouble("this is the shell already")
    default:
      if let foreign = words.first(where: ShellWords.foreignWords.contains) {
        throw Trouble(
          "this shell has no pipes and redirections: \(foreign). Use --input and --output, or quote what is meant so"
        )
      }
      self = .command(words)
    }
  }

  /// The words that are no commands of this program, for completion and help.
  static let own: [(name: String, meaning: String)] = [
    ("raw", "Send the rest of the line to the daemon; a dot in front does so too."),
    ("forget", "Remove the file of remembered lines."),
    ("help", "Show this list; help COMMAND tells more."),
    ("exit", "Leave, as Ctrl-D does."),
  ]

  /// The answer to `help`.
  static var helpText: String {
    let commands = CommandTree.children(of: Whichset.self).map {
      ($0.name, $0.command.configuration.abstract)
    }
    let rows = commands + own.map { ($0.name, $0.meaning) }
    let width = rows.map(\.0.count).max() ?? 0
    return rows.map { "\($0.0)\(String(repeating: " ", count: width - $0.0.count + 2))\($0.1)\n" }.joined()
  }
}

/// Runs commands.
enum CommandRunner {
  /// Above this, a status is that of a command which a signal has ended.
  static let signalled: Int32 = 128

  /// Runs a command of this program in a process of its own and waits for its end. The corresponding C functions are
  /// `fork` and `waitpid`.
  ///
  /// - Parameter hasInput: whether it may read standard input; else that is empty.
  /// - Returns: its exit status; for one that a signal has ended 128 and the signal's number.
  static func run(_ words: [String], hasInput: Bool) throws(Trouble) -> Int32 {
    fflush(nil)  // what waits in the C library would be written twice
    let child = whichset_fork()
    guard child >= 0 else { throw Trouble("cannot start a process", code: errno) }
    if child == 0 { become(words, hasInput: hasInput) }
    var status: Int32 = 0
    // The call fills in the variable.
    while unsafe waitpid(child, &status, 0) < 0 {
      guard errno == EINTR else { throw Trouble("cannot wait for the command", code: errno) }
    }
    let signal = status & 0x7F
    return signal == 0 ? status >> 8 & 0xFF : signalled + signal
  }

  /// Is the command, in a new process.
  private static func become(_ words: [String], hasInput: Bool) -> Never {
    signal(SIGINT, SIG_DFL)
    if !hasInput {
      let nothing = unsafe open("/dev/null", O_RDONLY)  // the C string lives through the call
      // It must not read the lines behind its own.
      guard nothing >= 0, dup2(nothing, Program.standardInput) >= 0 else {
        Program.note(Trouble("cannot open /dev/null", code: errno).text)
        _exit(ExitStatus.trouble)
      }
    }
    Whichset.main(words)
    Glibc.exit(0)
  }
}
