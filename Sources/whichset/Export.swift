// `whichset export` and `whichset import`: all rows of datasets as a file, and back.

import ArgumentParser
import Client
import Console
import Report
import WireProtocol

struct Export: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write every row of datasets as plain lists.",
    usage: """
      whichset export [--dataset <slug> ...] [--output <file>]
      whichset export --by key [--part-keys <number>] [--dataset <slug> ...]
                      --output <folder>
      """,
    discussion: """
      Without --dataset, all datasets. Rows are those that were loaded, the form as listed in front where it is an \
      identifier; their order is the index's own. Lines that start with # tell datasets apart and hold their lists \
      and catalogue entries. What was exported is one state of the index, however long it takes.

      An export of one dataset is a plain list for whichset ingest too; whichset import loads any export whole.

      With --by key, part files for programs that join, such as DuckDB or Spark: a line a key of an image, as \
      whichset identify writes it, and behind a TAB the datasets that have it, separated by commas, both sorted by \
      their bytes. manifest.json has the versions of rules and lists, counts, and the range of keys and the SHA-256 of \
      each part. The same index gives the same bytes. The folder is there only when it is whole. Accounts are left out. \
      Keys of older rules are refused; whichset reindex rebuilds them.

      EXAMPLES
        whichset export --output index.tsv
        whichset export --dataset strangers --dataset parks | zstd > two.tsv.zst
        whichset export --dataset strangers | grep -v '^#' | head
        whichset export --by key --output keys
      """)

  enum Unit: String, ExpressibleByArgument, CaseIterable {
    case row
    case key
  }

  @Option(help: "What a line is: a row as loaded, or a key.") var by = Unit.row

  @Option(help: ArgumentHelp("Keys of each part file with --by key.", valueName: "number"))
  var partKeys: Int?

  @Option(
    help: ArgumentHelp("A dataset to export; may be given several times.", valueName: "slug"),
    completion: .datasetNames)
  var dataset: [String] = []

  @Option(
    help: ArgumentHelp(
      "Write to this file, or with --by key this new folder, which is there only when it is whole.",
      valueName: "file"),
    completion: .file())
  var output: String?

  @OptionGroup var daemon: DaemonOptions

  func validate() throws {
    guard by == .key else {
      guard partKeys == nil else { throw ValidationError("--part-keys is for --by key.") }
      return
    }
    guard output.map({ !$0.isEmpty }) == true else {
      throw ValidationError("--by key needs --output <folder>.")
    }
    let range = KeyExportLimits.partKeys
    if let partKeys, !range.contains(partKeys) {
      throw ValidationError("--part-keys takes \(range.lowerBound) to \(range.upperBound).")
    }
  }

  func run() throws {
    try Program.run { () throws(Trouble) in
      if by == .key, let output { return try exportKeys(to: output) }
      let rows = try Exportation(slugs: dataset, path: output).run(socket: daemon.path)
      if let output { Program.note("\(Figures.counted(rows, "row")) written to \(output)") }
      return ExitStatus.found
    }
  }

  private func exportKeys(to folder: String) throws(Trouble) -> Int32 {
    let export = KeyExport(
      slugs: dataset, folder: folder, partKeys: partKeys ?? KeyExportLimits.partKeysDefault,
      version: { IndexVersion.text($0.map { ($0.slug, $0.lists) }) })
    let (keys, parts) = try export.run(socket: daemon.path)
    Program.note("\(Figures.counted(keys, "key")) in \(Figures.counted(parts, "part")) written to \(folder)")
    return ExitStatus.found
  }
}

struct Import: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Load what whichset export wrote.",
    usage: """
      whichset import [--replace] [--retry-for <seconds>] <file>
      """,
    discussion: """
      Each dataset is loaded as any list is: visible as a whole or not at all. Its lists and its catalogue entry come \
      with it. Keys are made by the present rules. A dataset that has the same lists already is left as it is, so an \
      import that was cut off goes on when it is run again.

      EXAMPLES
        whichset import index.tsv
        zstd -dc two.tsv.zst | whichset import -
        whichset export --socket old.sock | whichset import --socket new.sock -

      EXIT STATUS: 0 all datasets are there; 2 trouble, and then those that were told are there.
      """)

  @Flag(help: "Replace the lists of datasets that have other ones.") var replace = false

  @Option(help: ArgumentHelp("How long to wait for a daemon that was lost.", valueName: "seconds"))
  var retryFor = 60

  @OptionGroup var daemon: DaemonOptions

  @Argument(
    help: ArgumentHelp("An export, compressed or not; - is standard input.", valueName: "file"),
    completion: .file())
  var file: String

  func validate() throws {
    guard retryFor >= 0 else { throw ValidationError("--retry-for takes seconds, 0 or more.") }
  }

  func run() throws {
    try Program.run { () throws(Trouble) in
      let importation = Importation(path: file, replaces: replace, patience: .seconds(retryFor))
      let console = ProgressConsole(Program.standardError)
      try importation.run(socket: daemon.path(for: .load), console: console) {
        slug, dataset throws(Trouble) in
        try Program.print(Self.text(slug, dataset))
      }
      return ExitStatus.found
    }
  }

  private static func text(_ slug: String, _ dataset: ImportedDataset) -> String {
    switch dataset {
    case .loaded(let outcome):
      "imported \(slug): \(Figures.counted(outcome.accepted, "row")), \(Figures.grouped(outcome.rejected)) rejected"
    case .unchanged: "unchanged: \(slug) has these lists already"
    case .described: "imported \(slug): it has no list"
    }
  }
}
