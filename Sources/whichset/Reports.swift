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
      try output.print(RecordColumns.datasets.answer(try daemon.ask(.datasets)))
      let stats = NamedValues(try daemon.ask(.stats))
      if let count = stats.number("datasets.outdated"), count > 0 {
        Program.note(
          "keys of \(Figures.counted(count, "dataset")) were made by older rules; whichset reindex makes them anew"
        )
      }
      return ExitStatus.found
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
    let fields = namespace.map { [Arguments.Field(name: "namespace", value: $0)] } ?? []
    try Program.run { () throws(Trouble) in
      var daemon = try daemon.connect()
      try output.print(RecordColumns.overlap.answer(try daemon.ask(.overlap, fields: fields)))
      return ExitStatus.found
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
    try Program.run { () throws(Trouble) in
      var daemon = try daemon.connect()
      try output.print(RecordColumns.loads.answer(try daemon.ask(.loads)))
      return ExitStatus.found
    }
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
      let care = Care(socket: daemon.path, console: ProgressConsole(Program.standardError))
      var daemon = try daemon.connect()
      let reply = try daemon.ask(.stats)
      try output.print(NamedValues(reply, further: digest ? try care.digests() : []).shownInGroups)
      return ExitStatus.found
    }
  }
}
