// `whichset reindex`.

import ArgumentParser
import Client
import Console
import WireProtocol

struct Reindex: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Rebuild the keys of datasets by the rules of the running daemon.",
    discussion: """
      Without --dataset, those whose keys older rules made; whichset stats counts them as datasets.outdated, and \
      whichset dataset show tells the version. The rows that the index keeps are read again; no list is needed. \
      Each dataset changes in one step; until then, and if this is interrupted, it is as it was. Rows that the \
      present rules refuse stay under the keys that they have, and are counted as kept.

      EXAMPLES
        whichset reindex
        whichset reindex --dataset strangers
      """)

  @Option(
    help: ArgumentHelp("The dataset, whatever rules its keys were made by.", valueName: "slug"),
    completion: .datasetNames)
  var dataset: String?

  @OptionGroup var output: FormatOptions
  @OptionGroup var daemon: DaemonOptions

  func run() throws {
    try Program.answer(output) { () throws(Trouble) in
      let console = ProgressConsole(Program.standardError)
      return .records(try Care(socket: daemon.path(for: .admin), console: console).reindex(dataset))
    }
  }
}
