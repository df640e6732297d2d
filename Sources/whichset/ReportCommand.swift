// `whichset report`: an index as a document.

import ArgumentParser
import Client
import Console
import ListFormats
import Platform
import Report
import WireProtocol

extension ReportFormat: ExpressibleByArgument {}

struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Write a report on the index that can be printed and cited.",
    usage: """
      whichset report [--output <file>] [--title <text>] [--format <format>]
      whichset report --datasets <slugs> [<options>]
      whichset report --xref <list> [<options>]
      """,
    discussion: """
      Datasets, overlap, lineage, coverage, and the versions of all lists. html is one file with figures, which \
      needs no network and no script. SOURCE_DATE_EPOCH, if set, is the date of the report.

      EXAMPLES
        whichset report
        whichset report --output report.html --title 'Strangers in the park'
        whichset report --xref a.csv --column identifier=url --output embassies.html
        whichset report --datasets megaface,pipa --format markdown
        whichset report --format tsv | awk -F'\\t' '$1 == "overlap"'
      """)

  @Option(
    help:
      "text, markdown, tsv, json or html (default: by the name of --output, else text on a terminal, else tsv)."
  )
  var format: ReportFormat?
  @Option(
    help: ArgumentHelp("Write to this file; it appears whole or not at all.", valueName: "file"),
    completion: .file())
  var output: String?
  @Option(help: ArgumentHelp("The heading.", valueName: "text"))
  var title = "Which images are in which datasets"
  @Option(
    help: ArgumentHelp("Only these datasets, their slugs separated by commas.", valueName: "slugs"),
    completion: .datasetNames)
  var datasets: String?
  @Option(
    help: ArgumentHelp(
      "Compare this list with all datasets, by label; - is standard input.", valueName: "list"),
    completion: .file())
  var xref: String?
  @OptionGroup var list: LabelledListOptions
  @Flag(help: "Put the digest of all rows into the stamp. The daemon reads the whole index for it.")
  var digest = false
  @OptionGroup var catalogue: CatalogueOptions
  @OptionGroup var daemon: DaemonOptions

  func validate() throws {
    if xref != nil, datasets != nil {
      throw ValidationError("--xref counts all datasets of the index; give it without --datasets.")
    }
  }

  func run() throws {
    try Program.run { () throws(Trouble) in
      let moment = try ReportMoment.resolve(ProcessEnvironment.value("SOURCE_DATE_EPOCH"))
      let care = Care(socket: daemon.path, console: ProgressConsole(Program.standardError))
      let digests = digest ? try care.digests() : []
      var gathering = ReportGathering(try daemon.connect(), catalogue: try catalogue.load())
      var model = try gathering.model(
        title: title, slugs: (datasets ?? "").split(separator: ",").map(String.init), moment: moment,
        digest: digests.first?.value)
      model.crossReference = try crossReference()
      let isColoured = output == nil && Terminal.allowsColour(Program.standardOutput)
      let bytes = resolved.write(model, style: TextStyle(isColoured: isColoured))
      guard let output else {
        try Program.print(bytes)
        return ExitStatus.found
      }
      try WholeFile.write(output) { descriptor throws(Trouble) in
        try LineOutput.write(bytes, to: descriptor)
      }
      Program.note("written to \(output)")
      return ExitStatus.found
    }
  }

  private func crossReference() throws(Trouble) -> CrossReference? {
    guard let xref else { return nil }
    let files = try ListFiles.examine([xref])
    var crossref = try Crossref(
      paths: [xref], format: list.format, options: list.options, matchesPath: nil, rejectsPath: nil,
      console: ProgressConsole(Program.standardError))
    let counts = try crossref.run(try daemon.connect())
    return CrossReference(
      counts, list: files.title, sha256: files.isReplayable ? try files.digest() : nil,
      labelName: list.column.labelName ?? "label")
  }

  private var resolved: ReportFormat {
    if let format { return format }
    if let output { return ReportFormat(fileName: output) ?? .text }
    return Terminal.isTerminal(Program.standardOutput) ? .text : .tsv
  }
}

extension [ListColumn] {
  /// What the header calls the column of labels; nil where a number names it, or nothing.
  fileprivate var labelName: String? {
    for column in self where column.target == "label" {
      if case .named(let name) = column.place { return name }
    }
    return nil
  }
}
