// `whichset ingest`.

import ArgumentParser
import Catalogue
import Client
import Console
import ListFormats
import WireProtocol

struct Ingest: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Load a published list into a dataset.",
    usage: """
      whichset ingest --dataset <slug> [<options>] <file> ...
      whichset ingest --dry-run [<options>] <file> ...
      """,
    discussion: """
      Nothing of a load is visible before all of it is. A load that was cut off goes on when the same command \
      is run again; one whose daemon was restarted goes on by itself. The same list twice changes nothing.

      A list is recognised by what its first thousand rows hold, and the report says how it was read. Where it is \
      not clear which column identifies the image, the list is refused, with its columns and the command that would \
      load it. Names of files alone are loaded only with --list-format files, or if the dataset is known to have \
      nothing else.

      Several files are one list, in their order; so are the files of a folder. With --rejects, each row that was not taken is written as \
      file, line, code, text, separated by TAB; without, the first few are shown. The report counts them by code.

      A load is given up, and leaves nothing, once more rows are rejected than --max-rejects allows: a number of \
      rows, or a share of them, which is looked at from the \(RejectLimit.shareRowsMin)th row on and at the end. The default is \
      half of the rows, for lists of at least \(RejectLimit.shareRowsMin) rows; 100% allows all.

      With --dry-run the list is read to its end and nothing is sent; no daemon is needed, nor a dataset.

      LIST FORMATS
      \(ListFormat.allCases.map { "  \($0.rawValue): \($0.summary)" }.joined(separator: "\n"))

      EXAMPLES
        whichset ingest --dataset strangers list.csv.gz
        whichset ingest --dataset strangers --replace --rejects bad.tsv list-v2.csv
        zcat ids.gz | whichset ingest --dataset strangers --name ids.gz -
        whichset ingest --dataset strangers --column url=3 --column md5=hash list.csv
        whichset ingest --dataset strangers --format json part-1.tsv part-2.tsv
        whichset ingest --dry-run --rejects bad.tsv list.csv.gz
        whichset ingest --dataset strangers --max-rejects 5% list.csv.gz

      EXIT STATUS: 0 loaded, or loaded already, or with --dry-run, would be; 2 trouble, and then the index is \
      as it was.
      """)

  @Option(
    help: ArgumentHelp("The dataset to load into; made if there is none.", valueName: "slug"),
    completion: .datasetNames)
  var dataset: String?

  @OptionGroup var list: ListFormatOptions

  @Option(
    help: ArgumentHelp(
      "For tables and JSON: what to read from which column, by its name or its number from 1, or from which field, "
        + "by its path (a.b). The target is identifier, or a namespace (flickr, md5, nsid...). May be given several times.",
      valueName: "target=column"),
    transform: { argument in
      guard let column = ListColumn(argument: argument) else {
        throw ValidationError("A column is written target=column, as in url=3 or md5=hash: \(argument)")
      }
      return column
    })
  var column: [ListColumn] = []

  @Option(
    help: ArgumentHelp(
      "For lists of file names: what stands before the slash of file:<name>/... (default: the dataset).",
      valueName: "name"))
  var filePrefix: String?

  @Flag(help: "Add to the list that the dataset has.") var append = false
  @Flag(help: "Take the place of the list that the dataset has.") var replace = false

  @Option(
    help: ArgumentHelp("Write the rows that were not taken to this file.", valueName: "file"),
    completion: .file())
  var rejects: String?

  @Option(
    help: ArgumentHelp(
      "How many rows may be rejected (default: half, of 1,000 rows or more).", valueName: "rows|share%"),
    transform: { argument in
      guard let limit = RejectLimit(argument: argument) else {
        throw ValidationError("--max-rejects takes a number of rows, or a share such as 5%: \(argument)")
      }
      return limit
    })
  var maxRejects: RejectLimit?

  @Flag(help: "Read the list, tell what would be loaded, and send nothing.") var dryRun = false

  @Option(help: "What the list is called in the index (default: the files' names).")
  var name: String?

  @Option(help: ArgumentHelp("How long to wait for a daemon that was lost.", valueName: "seconds"))
  var retryFor = 60

  @Option(help: "text, tsv or json.") var format = OutputFormat.text

  @OptionGroup var daemon: DaemonOptions

  @Argument(
    help: ArgumentHelp("Lists, or folders of lists; - is standard input.", valueName: "file"),
    completion: .file())
  var files: [String]

  func validate() throws {
    if dataset == nil, !dryRun {
      throw ValidationError("Give the dataset to load into: --dataset <slug>. Only --dry-run can do without.")
    }
    if let dataset, !Slug.isValid(dataset) {
      throw ValidationError(
        "A dataset's slug is 1 to \(ProtocolLimits.slugBytesMax) of a-z, 0-9, - and _, and starts with a letter "
          + "or a digit: \(dataset)")
    }
    guard !(append && replace) else { throw ValidationError("Give --append or --replace, not both.") }
    guard retryFor >= 0 else { throw ValidationError("--retry-for takes seconds, 0 or more.") }
  }

  private var listOptions: ListOptions {
    var options = list.options(column)
    options.filePrefix = filePrefix ?? dataset ?? "dataset"
    options.namesFiles = dataset.map(Catalogue.namesFilesOnly) ?? false
    return options
  }

  func run() throws {
    try Program.run { () throws(Trouble) in
      let console = ProgressConsole(Program.standardError)
      let ingestion = Ingestion(
        slug: dataset ?? "", paths: files, mode: append ? .append : replace ? .replace : .create,
        format: list.format, options: listOptions, name: name, rejectsPath: rejects,
        limit: maxRejects ?? .usual, patience: .seconds(retryFor))
      let show = Presentation(format)
      if dryRun {
        let rehearsal = try ingestion.rehearse(console: console)
        try Program.print(show.bytes(rehearsal.answer(slug: dataset)))
        if let complaint = rehearsal.complaint { throw complaint }
        if rehearsal.accepted == 0 { throw Trouble("the list has no rows that could be loaded") }
        return ExitStatus.found
      }
      let outcome = try ingestion.run(socket: daemon.path(for: .load), console: console)
      try Program.print(show.bytes(outcome.answer(slug: dataset ?? "", time: console.elapsed)))
      return ExitStatus.found
    }
  }
}
