// `whichset identify`.

import ArgumentParser
import Client

struct Identify: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Tell the keys of identifiers. Needs no daemon.",
    discussion: """
      With --format tsv, a line an input: input, key. Where there is no key, its column says !invalid or \
      !unresolvable.

      EXAMPLES
        whichset identify https://farm1.static.flickr.com/2/1234567890_abcdef_b.jpg
        whichset identify --format json - < urls.txt

      EXIT STATUS: 0 all have keys, 1 there was no input, 2 trouble or an input that is no identifier.
      """)

  @OptionGroup var input: IdentifierOptions
  @OptionGroup var output: FormatOptions

  func run() throws {
    try Program.run { () throws(Trouble) in
      let exchange = IdentifyExchange(output.resolved, style: output.style)
      return try Program.pump(exchange, input: try input.open(), daemon: DaemonLink())
    }
  }
}
