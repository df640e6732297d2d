// `whichset account`.

import ArgumentParser
import Client
import Console
import DaemonClient
import ListFormats

struct Account: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Count the images of Flickr accounts by dataset.",
    usage: """
      whichset account <account> ... [--images] [--format <format>]
      whichset account --list <file> [<options>] [--images | --summary]
      """,
    discussion: """
      An account is given by its NSID (12345678@N00), by its alias or by its URL. Names that a row of some list ties \
      together, having both, are one account. An image counts in every dataset that has it, also in those that do not \
      say whose it is.

      With --list, accounts come from files, one a row, with a label (a country, say) behind a TAB, or in the columns \
      that --column names. Counts of all accounts together follow, by label too, as whichset xref writes them: an image \
      counts once however many accounts it came with.

      With --format tsv, a line an account: account, input, names, images, memberships, dataset=images,...; with \
      --images, before it, a line an image: image, input, key, datasets.

      EXAMPLES
        whichset account 12345678@N00 someone https://www.flickr.com/people/someone/
        whichset account someone --images --format tsv | cut -f3
        whichset account --list members.tsv --summary
        whichset account --list a.csv --column identifier=owner

      EXIT STATUS: 0 at least one was found, 1 none was, 2 trouble or an input that is no account.
      """)

  @Argument(help: ArgumentHelp("NSIDs, aliases or URLs.", valueName: "account"))
  var accounts: [String] = []

  @Option(
    help: ArgumentHelp("Take the accounts from this list; - is standard input.", valueName: "file"),
    completion: .file())
  var list: [String] = []

  @OptionGroup var reading: LabelledListOptions

  @Flag(help: "List the images.") var images = false
  @Flag(help: "With --list: write only what all accounts have together.") var summary = false

  @OptionGroup var output: FormatOptions
  @OptionGroup var daemon: DaemonOptions

  func validate() throws {
    guard accounts.isEmpty != list.isEmpty else { throw ValidationError("Give accounts or --list.") }
    guard !summary || !list.isEmpty else { throw ValidationError("--summary is for --list.") }
    guard !(summary && images) else { throw ValidationError("Give --summary or --images, not both.") }
  }

  func run() throws {
    try Program.run { () throws(Trouble) in
      let exchange = AccountExchange(
        output.show, listsImages: images, countsTogether: !list.isEmpty, isSummary: summary)
      return try Program.pump(exchange, input: try input(), daemon: try daemon.connect())
    }
  }

  private func input() throws(Trouble) -> LineInput {
    guard !list.isEmpty else { return LineInput(arguments: accounts) }
    // Names of accounts have no shape by which a list of them could be recognised.
    let format = reading.format ?? (reading.column.isEmpty ? .plain : nil)
    return try LineInput(
      list: try FileBlocks(
        try ListFiles.examine(list), format: format, options: reading.options, notice: { _ in }))
  }
}
