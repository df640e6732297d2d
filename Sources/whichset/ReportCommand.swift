// `whichset report`: an index as a document.

import ArgumentParser
import Client
import Console
import ListFormats
import Platform
import Report
import WireProtocol

extension ReportFormat: ExpressibleByArgument {}
extension ReportFigure.Name: ExpressibleByArgument {}

struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Write a report on the index that can be printed and cited.",
    usage: """
      whichset report [--output <file>] [--title <text>] [--format <format>]
      whichset report --datasets <slugs> [<options>]
      whichset report --xref <list> [--figure <name>] [<options>]
      """,
    discussion: """
      Datasets, overlap, lineage, coverage, and the versions of all lists. html is one file with figures, which \
      needs no network and no script. SOURCE_DATE_EPOCH, if set, is the date of the report. Labels are sorted by \
      LC_COLLATE.

      --figure writes one of the figures of html as SVG: labels (of --xref), sizes, overlap, lineage or coverage. \
      For a PDF, print html with a browser:
      chromium --headless --no-pdf-header-footer --print-to-pdf=a.pdf a.html

      EXAMPLES
        whichset report
        whichset report --output report.html --title 'Strangers in the park'
        whichset report --xref a.csv --column identifier=url --output embassies.html
        whichset report --datasets megaface,pipa --format markdown
        whichset report --figure overlap --output overlap.svg
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
  @Option(help: ArgumentHelp("Write only this figure, as SVG.", valueName: "name"))
  var figure: ReportFigure.Name?
  @Flag(help: "Put the digest of all rows into the stamp. The daemon reads the whole index for it.")
  var digest = false
  @OptionGroup var catalogue: CatalogueOptions
  @OptionGroup var daemon: DaemonOptions

  func validate() throws {
    if xref != nil, datasets != nil {
      throw ValidationError("--xref counts all datasets of the index; give it without --datasets.")
    }
    if figure != nil, format != nil {
      throw ValidationError("--figure writes SVG; give it without --format.")
    }
    if figure == .labels, xref == nil {
      throw ValidationError("--figure labels is of a list; name the list with --xref.")
    }
    guard let output, let dot = output.lastIndex(of: ".") else { return }
    let ending = output[dot...].lowercased()
    if ending == ".pdf" {
      let page = output[..<dot] + ".html"
      throw ValidationError(
        """
        A browser makes the PDF: whichset report --output \(page), then
        chromium --headless --no-pdf-header-footer --print-to-pdf=\(output) \(page)
        """)
    }
    if ending == ".svg", figure == nil {
      let names = ReportFigure.Name.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("SVG is for one figure; say which with --figure: \(names).")
    }
    if figure != nil, ReportFormat(fileName: output) != nil {
      throw ValidationError("--figure writes SVG; name a file that ends in .svg.")
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
      let bytes = try bytes(of: model, style: TextStyle(isColoured: isColoured))
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

  private func bytes(of model: ReportModel, style: TextStyle) throws(Trouble) -> [UInt8] {
    guard let figure else { return resolved.write(model, style: style) }
    guard let drawn = ReportFigure(figure, of: model) else {
      throw Trouble("there is nothing to draw for \(figure.rawValue)")
    }
    return SVGFile.write(drawn, of: model)
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
