// `whichset xref`.

import ArgumentParser
import Client
import Console
import DaemonClient
import ListFormats
import WireProtocol

struct Xref: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "xref",
    abstract: "Count how many images of a list are in which datasets.",
    usage: """
      whichset xref [--matches <file>] [<options>] <file> ...
      """,
    discussion: """
      One image that the list has twice, or in two spellings, counts once; a photo in three datasets is 1 image and \
      3 memberships. Where rows have a label (a country, say), counts by label come too; a plain list has it behind a \
      TAB, a csv or tsv in the column that --column label= names. All is counted in one state of the index.

      rows: of the list. invalid: without an identifier of an image. unresolvable: short links that only the network \
      knows. duplicates: rows whose image came before. identifiers: distinct ones. images: those in some dataset. \
      unmatched: those in none. unsearchable: those of a kind (a hash, say) that no list of the index has, so that they \
      are neither found nor not found.

      With --format tsv, a line a count: total, name, count; dataset, slug, images; label, text, identifiers, images, \
      memberships, rejected rows; cell, slug, label, images. With --matches, each row that is in a dataset is written as identifier, \
      label if any, fields if any, datasets separated by commas; in the order of the list. With --rejects, each row \
      that cannot be compared is written as file, line, code and reason. A label whose rows match nothing, or are all rejected, counts 0.

      EXAMPLES
        whichset xref ids.txt
        whichset xref photos.csv.gz --column identifier=url --column label=country
        cut -f1,3 members.tsv | whichset xref --matches found.tsv -
        whichset xref ids.txt --format json | jq '.datasets[]'
        whichset xref --published /mnt/whichset --key publisher.pub ids.txt
        whichset xref --cluster redis://10.0.0.1:6379 ids.txt

      EXIT STATUS: 0 at least one image was found, 1 none was, 2 trouble.
      """)

  @OptionGroup var list: LabelledListOptions

  @Option(
    help: ArgumentHelp("Write the rows that are in some dataset to this file.", valueName: "file"),
    completion: .file())
  var matches: String?

  @Option(
    help: ArgumentHelp(
      "Write the rows that cannot be compared to this file, with reasons.", valueName: "file"),
    completion: .file())
  var rejects: String?

  @OptionGroup var output: FormatOptions
  @OptionGroup var published: PublishedOptions
  @OptionGroup var daemon: DaemonOptions

  @Argument(help: ArgumentHelp("Lists; - is standard input.", valueName: "file"), completion: .file())
  var files: [String]

  func validate() throws {
    if let chosen = published.chosen, daemon.socket != nil {
      throw ValidationError("\(chosen) is not for --socket.")
    }
  }

  func run() throws {
    try Program.run { () throws(Trouble) in
      var crossref = try Crossref(
        paths: files, format: list.format, options: list.options,
        matchesPath: matches, rejectsPath: rejects, console: ProgressConsole(Program.standardError))
      let counts = try crossref.run(try published.connect(else: daemon))
      try output.print(counts.shown)
      return counts.totals.images > 0 ? ExitStatus.found : ExitStatus.nothingFound
    }
  }
}
