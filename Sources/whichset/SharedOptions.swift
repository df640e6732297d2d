// Options that several commands have.

import ArgumentParser
import Client
import Console
import DaemonClient
import Platform
import WireProtocol

extension OutputFormat: ExpressibleByArgument {}

struct DaemonOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The daemon's socket (default: WHICHSET_SOCKET, else the user's or the system's own).",
      valueName: "path"),
    completion: .file())
  var socket: String?

  /// The socket's path, for a command that only asks.
  var path: String { path(for: .read) }

  /// The socket's path, for a command that needs this role.
  func path(for role: Role) -> String { SocketPath.resolve(option: socket, role: role) }

  /// Connects to the socket of a role.
  func connect(for role: Role = .read, patience: Duration? = nil) throws(Trouble) -> DaemonLink {
    try DaemonLink(path: path(for: role), patience: patience)
  }
}

struct FormatOptions: ParsableArguments {
  @Option(help: "text, tsv or json (default: text on a terminal, tsv otherwise).")
  var format: OutputFormat?

  var show: Presentation {
    Presentation(
      format ?? .fitting(Program.standardOutput),
      style: TextStyle(isColoured: Terminal.allowsColour(Program.standardOutput)))
  }

  func print(_ answer: Answer) throws(Trouble) { try Program.print(show.bytes(answer)) }

  var prose: Prose { Prose(width: Terminal.columns(Program.standardOutput)) }
}

/// Which identifiers a command works on.
struct IdentifierOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "URLs, namespace:value or hashes; - reads standard input, one a line. Blank lines are skipped.",
      valueName: "identifier"))
  var identifiers: [String] = []

  @Option(
    help: ArgumentHelp("Read the identifiers from this file, one a line.", valueName: "file"),
    completion: .file())
  var input: String?

  func validate() throws {
    if input != nil, !identifiers.isEmpty {
      throw ValidationError("Give identifiers or --input, not both.")
    }
    if identifiers.contains("-"), identifiers.count > 1 {
      throw ValidationError("Give identifiers or -, not both.")
    }
  }

  /// Refuses to wait at a terminal where nothing was given.
  func requireSome() throws {
    if input == nil, identifiers.isEmpty, Terminal.isTerminal(Program.standardInput) {
      throw ValidationError("Give identifiers, or - to read them from standard input.")
    }
  }

  /// Opens what was asked for.
  ///
  /// - Parameter separator: what ends a line.
  func open(separator: UInt8 = UInt8(ascii: "\n")) throws(Trouble) -> LineInput {
    if let input {
      return LineInput(stream: try Descriptor.reading(input), name: input, separator: separator)
    }
    if identifiers.isEmpty || identifiers == ["-"] {
      return LineInput(
        stream: Descriptor(borrowing: Program.standardInput), name: "standard input", separator: separator)
    }
    for identifier in identifiers {
      if let suggestion = Suggestion(for: identifier) { Program.note(suggestion.text) }
    }
    return LineInput(arguments: identifiers)
  }
}
