// `whichset dataset show | set | remove`: one dataset.

import ArgumentParser
import Catalogue
import Client
import Console
import DaemonClient
import Platform
import WireProtocol

struct DatasetCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dataset",
    abstract: "Show, describe or remove one dataset.",
    discussion: """
      EXAMPLES
        whichset dataset show strangers
        whichset dataset set strangers title='Strangers in the Park' year=2016
        whichset dataset remove strangers
      """,
    subcommands: [Show.self, SetFields.self, Remove.self], defaultSubcommand: nil)
}

extension DatasetCommand {
  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show a dataset's counts, lists and catalogue entry.",
      discussion: """
        EXAMPLES
          whichset dataset show strangers
          whichset dataset show strangers --format json | jq '.lists[].sha256'
        """)

    @Argument(help: "The dataset's slug.", completion: .datasetNames) var slug: String
    @OptionGroup var output: FormatOptions
    @OptionGroup var daemon: DaemonOptions

    func run() throws {
      try Program.answer(output) { () throws(Trouble) in
        var daemon = try daemon.connect()
        return NamedValues(try daemon.ask(DatasetRequest(slug))).shown
      }
    }
  }

  struct SetFields: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "set",
      abstract: "Set fields of a dataset's catalogue entry; an empty value clears one.",
      discussion: """
        Makes the dataset if there is none. The fields are \
        \(CatalogueField.allCases.map(\.rawValue).joined(separator: " ")). \
        They win over those of the catalogue, and are written as there: see whichset catalogue --help.

        EXAMPLES
          whichset dataset set strangers title='Strangers in the Park' year=2016
          whichset dataset set strangers note=
        """)

    @Argument(help: "The dataset's slug.", completion: .datasetNames) var slug: String
    @Argument(help: ArgumentHelp("Fields.", valueName: "name=value")) var fields: [String]
    @OptionGroup var daemon: DaemonOptions

    func validate() throws {
      for field in fields where !field.contains("=") {
        throw ValidationError("A field is written name=value: \(field)")
      }
      // An unknown field is the daemon's to refuse; an empty value clears a field.
      for field in parsed where !field.value.isEmpty {
        guard let known = CatalogueField(rawValue: field.name) else { continue }
        do throws(CatalogueValueError) {
          try CatalogueEntry.check(field.value, of: known)
        } catch {
          throw ValidationError("\(field.name): \(error.reason)")
        }
      }
    }

    private var parsed: [Arguments.Field] {
      fields.map { field in
        let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        return Arguments.Field(name: String(parts[0]), value: String(parts[1]))
      }
    }

    func run() throws {
      try Program.run { () throws(Trouble) in
        var daemon = try daemon.connect(for: .load)
        _ = try daemon.ask(DescribeRequest(slug, parsed))
        return ExitStatus.found
      }
    }
  }

  struct Remove: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Remove a dataset, its list and its catalogue entry.",
      usage: "whichset dataset remove <slug> [--yes] [--now] [--format <format>]",
      discussion: """
        Asks before it does so, unless --yes is given. Off a terminal, --yes must be given. With --now, staged loads \
        that nobody has open are dropped and the data file is rewritten, so that no file of the data folder has the \
        rows any more.

        EXAMPLES
          whichset dataset remove strangers
          whichset dataset remove strangers --yes

        EXIT STATUS: 0 removed, 1 kept since the question was not answered with yes, 2 trouble.
        """)

    @Argument(help: "The dataset's slug.", completion: .datasetNames) var slug: String
    @Flag(help: "Do not ask.") var yes = false
    @Flag(help: "Rewrite the data file as well.") var now = false
    @OptionGroup var output: FormatOptions
    @OptionGroup var daemon: DaemonOptions

    func validate() throws {
      if !yes, !Terminal.isTerminal(Program.standardInput) {
        throw ValidationError("Off a terminal nobody can be asked: give --yes to remove.")
      }
    }

    func run() throws {
      try Program.run { () throws(Trouble) in
        var daemon = try daemon.connect(for: .admin)
        if !yes {
          let counts: DatasetCounts = try NamedValues.read(try daemon.ask(DatasetRequest(slug)).lines)
          let images = Figures.counted(counts.images, "image")
          guard Program.confirm("Remove the dataset \(slug) with \(images)? [y/N] ") else {
            Program.note("nothing is removed")
            return ExitStatus.nothingFound
          }
        }
        let removed = try daemon.ask(RemoveRequest(slug))
        let (images, memberships) = (removed.images, removed.memberships)
        try output.print(
          Answer(["dataset": slug, "images": images, "memberships": memberships]) { _ in
            "removed \(slug): the index holds \(Figures.counted(images, "image")) and "
              + "\(Figures.counted(memberships, "membership")) fewer\n"
          })
        if now { try Program.purge(self.daemon) }
        return ExitStatus.found
      }
    }
  }
}

extension Program {
  /// Asks a question on the terminal; only y and yes agree.
  static func confirm(_ question: String) -> Bool {
    write(question)
    guard let answer = readLine() else { return false }
    return ["y", "yes"].contains(answer.lowercased())
  }
}
