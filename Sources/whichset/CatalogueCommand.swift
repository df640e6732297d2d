// `whichset catalogue`: what is known of datasets, with or without an index of them.

import ArgumentParser
import Catalogue
import Client
import Console

/// Which catalogue a command goes by.
struct CatalogueOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Correct the catalogue by this file's entries, as those of /etc/whichset/catalogue.txt and "
        + "$XDG_CONFIG_HOME/whichset/catalogue.txt do.", valueName: "file"), completion: .file())
  var catalogue: String?

  func load() throws(Trouble) -> Catalogue { try CatalogueFiles.load(option: catalogue) }
}

struct CatalogueCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "catalogue",
    abstract: "Show what is known of datasets: who made them, who used them, where their lists are.",
    discussion: """
      whichset catalogue shows entries; the word show may be left out.

      EXAMPLES
        whichset catalogue
        whichset catalogue megaface yfcc100m
        whichset catalogue get-lists diveface
      """,
    subcommands: [Show.self, GetLists.self], defaultSubcommand: Show.self)
}

extension CatalogueCommand {
  struct GetLists: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "get-lists",
      abstract: "Print where the lists of datasets are to be had, and on which terms.",
      usage: "whichset catalogue get-lists [<dataset> ...] [--format <format>]",
      discussion: """
        For the datasets named, or else for all of the catalogue. Fetches nothing and needs no daemon. Lists that were \
        never published, or are gone, are said to be so; where no source was found, that is said as well.

        With --format tsv, a header and a line a list: dataset, what it is, URL, terms, source, confidence; - for what \
        is not known. With --format json, an object a dataset.

        EXAMPLES
          whichset catalogue get-lists
          whichset catalogue get-lists pipa ffhq --format json

        EXIT STATUS: 0 shown; 2 no such entry.
        """)

    @Argument(help: ArgumentHelp("Datasets to show.", valueName: "dataset"), completion: .catalogueNames)
    var datasets: [String] = []

    @OptionGroup var catalogue: CatalogueOptions
    @OptionGroup var output: FormatOptions

    func run() throws {
      try Program.answer(output) { () throws(Trouble) in
        try CatalogueReport(try catalogue.load()).lists(datasets, prose: output.prose)
      }
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show entries of the catalogue, or check a file of them.",
      usage: """
        whichset catalogue [<dataset> ...] [--raw] [--format <format>]
        whichset catalogue --check <file>
        """,
      discussion: """
        Without a name, a table of all entries; with names, these entries in plain words. Needs no daemon. Facts that \
        whichset dataset set has entered in an index are shown by whichset dataset show, and used by whichset check.

        The program ships a catalogue. Entries in /etc/whichset/catalogue.txt, then in \
        ${XDG_CONFIG_HOME:-~/.config}/whichset/catalogue.txt, then in the file of --catalogue take the place of its \
        entries of the same name. How such a file is written stands at the head of the shipped one, which --raw prints \
        whole where no dataset is named. --check says what is wrong with a file, by its line.

        With --format tsv, a header and a line an entry, - for facts that are not known. With --format json, an object \
        an entry: dataset, facts (each with value, confidence, entered and, where its parts stand in sources of their \
        own, claims), lineage.

        EXAMPLES
          whichset catalogue
          whichset catalogue megaface yfcc100m
          whichset catalogue --raw megaface >> ~/.config/whichset/catalogue.txt
          whichset catalogue --check mine.txt
          whichset catalogue --format json | jq .facts.year.value

        EXIT STATUS: 0 shown, or the file is right; 2 no such entry, or the file is wrong.
        """)

    @Argument(help: ArgumentHelp("Datasets to show.", valueName: "dataset"), completion: .catalogueNames)
    var datasets: [String] = []

    @Flag(help: "Write entries as they are written in a catalogue file.") var raw = false

    @Option(
      help: ArgumentHelp("Check this catalogue file and show nothing.", valueName: "file"),
      completion: .file())
    var check: String?

    @OptionGroup var catalogue: CatalogueOptions
    @OptionGroup var output: FormatOptions

    func validate() throws {
      if check != nil, raw || !datasets.isEmpty || catalogue.catalogue != nil {
        throw ValidationError("Give --check FILE alone.")
      }
    }

    func run() throws {
      try Program.run { () throws(Trouble) in
        if let check {
          let count = try CatalogueFiles.check(check)
          try Program.print("\(check): \(Self.entries(count)), nothing is wrong")
          return ExitStatus.found
        }
        if raw, datasets.isEmpty, catalogue.catalogue == nil {
          try Program.print(Array(Catalogue.shippedText.utf8))
          return ExitStatus.found
        }
        let report = CatalogueReport(try catalogue.load())
        if raw {
          try Program.print(Array(try report.raw(datasets).utf8))
        } else {
          try output.print(try report.answer(datasets, prose: output.prose))
        }
        return ExitStatus.found
      }
    }

    private static func entries(_ count: Int) -> String { count == 1 ? "1 entry" : "\(count) entries" }
  }
}
