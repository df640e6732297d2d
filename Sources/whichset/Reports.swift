// The commands that print one report of the daemon: `datasets`, `overlap`, `stats`, `loads`.

import ArgumentParser
import Client
import Console
import DaemonClient
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
    try Program.run { () throws(Trouble) in
      var daemon = try daemon.connect()
      try output.print(.records(try daemon.ask(DatasetsRequest()).records))
      let stats = NamedValues(try daemon.ask(StatsRequest()))
      if let count = stats.number(StatsRequest.Line.outdated), count > 0 {
        Program.note(
          "keys of \(Figures.counted(count, "dataset")) were made by older rules; whichset reindex rebuilds them"
        )
      }
      return ExitStatus.found
    }
  }
}

struct Overlap: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List the pairs of datasets that share images, and how many.",
    usage: "whichset overlap [--namespace <name>] [--format <format>]",
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
    try Program.answer(output) { () throws(Trouble) in
      var daemon = try daemon.connect()
      return .records(try daemon.ask(OverlapRequest(namespace: namespace)).records)
    }
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
    try Program.answer(output) { () throws(Trouble) in
      var daemon = try daemon.connect()
      return .records(try daemon.ask(LoadsRequest()).records)
    }
  }
}

struct Stats: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show the counts of the index and metrics of the daemon.",
    usage: """
      whichset stats [--digest] [--format <format>]
      whichset stats --watch <seconds> [--count <blocks>]
      """,
    discussion: """
      queries: identifiers answered since the daemon started; slow: requests beyond its slow log's bound. With \
      --format tsv, a line a metric: name, value.

      EXAMPLES
        whichset stats
        whichset stats --format tsv | awk '$1 == "images" { print $2 }'
        whichset stats --digest
        whichset stats --watch 10
        whichset stats --watch 60 --count 1 >> whichset.log

      --watch prints, every so many seconds, what happened meanwhile: lookups a second, hits, durations by verb, \
      connections, loads, room. Times are upper bounds, from histograms of powers of two.

      --digest adds figures that are the same in every index that holds the same rows: digest, and digest.<slug> \
      for each dataset. The daemon reads the whole index for them.
      """)

  @Flag(help: "Add digests of what the index and each dataset hold.") var digest = false
  @Option(
    help: ArgumentHelp("Print rates and durations, again and again; Ctrl-C ends it.", valueName: "seconds"))
  var watch: Double?
  @Option(help: ArgumentHelp("With --watch: end after so many blocks.", valueName: "blocks"))
  var count: Int?
  @OptionGroup var output: FormatOptions
  @OptionGroup var daemon: DaemonOptions

  func validate() throws {
    guard let watch else {
      if count != nil { throw ValidationError("--count is for --watch.") }
      return
    }
    guard (0.1...3_600).contains(watch) else { throw ValidationError("--watch takes 0.1 to 3600 seconds.") }
    guard count ?? 1 > 0 else { throw ValidationError("--count takes 1 or more.") }
    guard !digest, output.format ?? .text == .text else {
      throw ValidationError("--watch prints text; give it without --digest and --format.")
    }
  }

  func run() throws {
    try Program.run { () throws(Trouble) in
      if let watch {
        try Watch.run(daemon.path, interval: .seconds(watch), count: count) { block throws(Trouble) in
          try Program.print(Array(block.utf8))
        }
        return ExitStatus.found
      }
      let care = Care(socket: daemon.path, console: ProgressConsole(Program.standardError))
      var daemon = try daemon.connect()
      let reply = try daemon.ask(StatsRequest())
      try output.print(NamedValues(reply, further: digest ? try care.digests() : []).shownInGroups)
      return ExitStatus.found
    }
  }
}
