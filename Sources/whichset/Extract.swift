// `whichset extract`.

import ArgumentParser
import Client
import Console
import ListFormats
import Platform

struct Extract: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Find identifiers in any text. Needs no daemon.",
    usage: """
      whichset extract [<file> ...] [--column <name>] [--key] [--unique]
      """,
    discussion: """
      Prints one identifier a line, ready for whichset check. Found are URLs with their scheme or with // in \
      front, www. addresses, addresses of known image hosts (flic.kr/p/...), namespace:value (flickr:123, \
      md5:...), and Flickr account ids; in plain text, Markdown, HTML, JSON, and mail with its quoted-printable \
      and base64 parts. Files may be of any size, binary, or compressed by gzip, bzip2, xz or zstd.

      A URL ends at white space, quotes, angle brackets, braces and |; punctuation behind it is not its own, nor \
      is a parenthesis that was opened before it. Bare hashes and bare numbers are not looked for: they could \
      be anything. A URL with raw spaces or | in it is found whole only by --column.

      With --column, the files are CSV or TSV, and only this column is looked at: a value that is an identifier as \
      a whole, and else what is found in it.

      With --key, each identifier is followed by TAB and its key, or by !unresolvable for a short link that only \
      the network knows. With --unique, each key comes once, for up to \(IdentifierSink.rememberedMax / 1_000_000) million keys.

      EXAMPLES
        whichset extract article.html | whichset check -
        whichset extract --key --unique *.eml
        curl -s https://example.org/ | whichset extract -
        whichset extract --column url list.csv.gz
        whichset extract --column 3 list.tsv

      EXIT STATUS: 0 something was found, 1 nothing was, 2 a file could not be read; all others are read \
      nevertheless.
      """)

  @Argument(help: ArgumentHelp("Files; - is standard input.", valueName: "file"), completion: .file())
  var files: [String] = []

  @Option(
    help: ArgumentHelp(
      "For CSV and TSV: the column, by its name in the header or its number from 1.", valueName: "name|number"
    ),
    transform: { argument in
      if let number = Int(argument), number < 1 { throw ValidationError("Columns are numbered from 1.") }
      return Int(argument).map(ListColumn.Place.numbered) ?? .named(argument)
    })
  var column: ListColumn.Place?

  @Flag(help: "Print the key beside each identifier.") var key = false
  @Flag(help: "Print each key once.") var unique = false

  func validate() throws {
    if files.isEmpty, Terminal.isTerminal(Program.standardInput) {
      throw ValidationError("Give files, or - to read standard input.")
    }
  }

  func run() throws {
    try Program.run { () throws(Trouble) in
      var extraction = Extraction(
        column: column, sink: IdentifierSink(writesKeys: key, isUnique: unique),
        output: LineOutput(Descriptor(borrowing: Program.standardOutput)), notice: Program.note)
      for file in files.isEmpty ? ["-"] : files { try extraction.read(file) }
      return extraction.exitStatus
    }
  }
}
