// `whichset get`.

import ArgumentParser
import Client
import Console
import DaemonClient

struct Get: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what each dataset lists for images or accounts.",
    usage: """
      whichset get [<identifier> ...] [--input <file>] [--format <format>]
      """,
    discussion: """
      With --format tsv, a header and a line a listed row: input, dataset, key, listed, fields. A miss has - \
      in all columns but the first. With --format json, an object an input.

      EXAMPLES
        whichset get flickr:53000000001
        whichset get nsid:12345678@N00 --format tsv

      EXIT STATUS: 0 at least one was found, 1 none was, 2 trouble or an input that is no identifier.
      """)

  @OptionGroup var input: IdentifierOptions
  @OptionGroup var output: FormatOptions
  @OptionGroup var daemon: DaemonOptions

  func validate() throws { try input.requireSome() }

  func run() throws {
    try Program.run { () throws(Trouble) in
      let input = try input.open()
      return try Program.pump(GetExchange(output.show), input: input, daemon: try daemon.connect())
    }
  }
}
