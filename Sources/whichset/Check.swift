// `whichset check`.

import ArgumentParser
import Client

struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Tell which datasets images are in.",
    discussion: """
      Answers come in the order of the inputs, and as soon as the inputs come.

      With --format tsv, a line an input: input, key, datasets. The datasets are parted by commas; - stands \
      for none. Where there is no key, its column says !invalid, !unresolvable (a short link that only the \
      network knows; neither found nor not found) or !failed.

      EXAMPLES
        whichset check https://www.flickr.com/photos/someone/53000000001/
        whichset check --input urls.txt --format tsv
        tail -f log | whichset check --format json -
        whichset check - < ids.txt | awk -F'\\t' '$3 != "-"'

      EXIT STATUS: 0 at least one was found, 1 none was, 2 trouble or an input that is no identifier.
      """)

  @OptionGroup var input: IdentifierOptions
  @OptionGroup var output: FormatOptions
  @OptionGroup var daemon: DaemonOptions

  func run() throws {
    try Program.run { () throws(Trouble) in
      let input = try input.open()
      let renderer = CheckRenderer(output.resolved, style: output.style)
      return try Program.pump(
        CheckExchange(renderer), input: input, daemon: try DaemonLink(path: daemon.path))
    }
  }
}
