// The commands that print one report of the daemon: `datasets`, `overlap`, `stats`, `loads`.

import ArgumentParser
import Client
import WireProtocol

struct Datasets: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List the datasets of the index and their counts.",
    discussion: """
      images: distinct images. accounts: distinct Flickr accounts. rows, rejected: rows of the published \
      lists that were taken, and that were not.

      EXAMPLES
        whichset datasets
        whichset datasets --format json | jq -r 'select(.images > 1000).dataset'
      """)

  @OptionGroup var output: FormatOptions
  @OptionGroup var daemon: DaemonOptions

  func run() throws {
    try Program.report(
      DatasetsRequest(), .datasets, none: "this index holds no dataset yet; see: whichset ingest --help",
      output: output, daemon: daemon
    ) { conversation throws(Trouble) in
      let stats = PairReport(try conversation.demand(StatsRequest()))
      guard let count = stats.number(StatsRequest.Line.outdated), count > 0 else { return }
      Program.note(
        "keys of \(Figures.counted(count, "dataset")) were made by older rules; whichset reindex makes them anew"
      )
    }
  }
}

struct Overlap: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List the pairs of datasets that share images, and how many.",
    discussion: """
      EXAMPLES
        whichset overlap
        whichset overlap --namespace flickr
        whichset overlap --format tsv | sort -t"$(printf '\\t')" -k3,3nr
      """)

  @Option(help: ArgumentHelp("Only keys of this namespace (flickr, url...).", valueName: "name"))
  var namespace: String?

  @OptionGroup var output: FormatOptions
  @OptionGroup var daemon: DaemonOptions

  func run() throws {
    try Program.report(
      OverlapRequest(namespace: namespace), .overlap, none: "no two datasets of this index share an image",
      output: output,
      daemon: daemon)
  }
}

struct Loads: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List the loads that are staged and not visible yet.",
    discussion: """
      A load that was cut off goes on when its ingest is run again; whichset abort drops it.

      EXAMPLES
        whichset loads
        whichset loads --format json
      """)

  @OptionGroup var output: FormatOptions
  @OptionGroup var daemon: DaemonOptions

  func run() throws {
    try Program.report(LoadsRequest(), .loads, none: "no load is staged", output: output, daemon: daemon)
  }
}

struct Stats: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show the counts of the index and figures of the daemon.",
    discussion: """
      queries: identifiers answered since the daemon started; slow: requests beyond its slow log's bound. With \
      --format tsv, a line a figure: name, value.

      EXAMPLES
        whichset stats
        whichset stats --format tsv | awk '$1 == "images" { print $2 }'
        whichset stats --digest

      --digest adds figures that are the same in every index that holds the same rows: digest, and digest.<slug> \
      for each dataset. The daemon reads the whole index for them.
      """)

  @Flag(help: "Add digests of what the index and each dataset hold.") var digest = false
  @OptionGroup var output: FormatOptions
  @OptionGroup var daemon: DaemonOptions

  func run() throws {
    try Program.run { () throws(Trouble) in
      var conversation = try Conversation(path: daemon.path)
      let reply = try conversation.demand(StatsRequest())
      let digests = digest ? try ContentDigests.ask(daemon.path, IngestConsole(Program.standardError)) : []
      let report = StatsReport(PairReport(reply, further: digests))
      var answer: [UInt8] = []
      report.write(output.resolved, style: output.style, to: &answer)
      try Program.print(answer)
      return ExitStatus.found
    }
  }
}

extension Program {
  /// Asks for a list of records and prints it; then `further` may say more.
  static func report(
    _ request: some Request, _ columns: RecordColumns, none: String,
    output: FormatOptions, daemon: DaemonOptions,
    further: (inout Conversation) throws(Trouble) -> Void = { _ throws(Trouble) in }
  ) throws {
    try run { () throws(Trouble) in
      var conversation = try Conversation(path: daemon.path)
      let report = RecordReport(columns, try conversation.demand(request))
      var answer: [UInt8] = []
      report.write(output.resolved, style: output.style, none: none, to: &answer)
      try print(answer)
      try further(&conversation)
      return ExitStatus.found
    }
  }
}
