// `whichset identify`.

import ArgumentParser
import Client
import Console
import DaemonClient

struct Identify: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Tell the keys of identifiers. Needs no daemon.",
    usage: """
      whichset identify [--explain] [--rules <version>] [<identifier> ...]
                        [--input <file>]
      """,
    discussion: """
      With --format tsv, a line an input: input, key. Where there is no key, its column says !invalid or \
      !unresolvable.

      With --explain, each step from the input to its key: the rule, its version if it is one for a family of \
      hosts, what it gives, and why. With --format tsv, a header and a line a step: input, step, rule, version, \
      text, reason.

      EXAMPLES
        whichset identify https://farm1.static.flickr.com/2/1234567890_abcdef_b.jpg
        whichset identify --format json - < urls.txt
        whichset identify --explain 'https://wsrv.nl/?url=https://flic.kr/p/2p4QbKN'

      EXIT STATUS: 0 all have keys, 1 there was no input, 2 trouble or an input that is no identifier.
      """)

  @Flag(help: "Tell each step from the input to its key.") var explain = false

  @Option(
    help: ArgumentHelp(
      "Refuse unless keys are made by rules of this version, as manifest.json of an export names it.",
      valueName: "version"))
  var rules: Int?

  @OptionGroup var input: IdentifierOptions
  @OptionGroup var output: FormatOptions

  func validate() throws { try input.requireSome() }

  func run() throws {
    try Program.run { () throws(Trouble) in
      if let rules { try KeyReader.require(rules: rules) }
      let input = try input.open()
      return explain
        ? try Program.pump(ExplainExchange(output.show), input: input, daemon: DaemonLink())
        : try Program.pump(IdentifyExchange(output.show), input: input, daemon: DaemonLink())
    }
  }
}
