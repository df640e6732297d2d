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

      With --file, files are asked for by their MD5, SHA-1 and SHA-256, a line each in TSV. Only identical bytes \
      match: a resized, cropped or re-encoded copy of an image has other hashes, and is not found this way. The \
      column key of a file that cannot be read says !unreadable.

      EXAMPLES
        whichset check https://www.flickr.com/photos/someone/53000000001/
        whichset check --input urls.txt --format tsv
        tail -f log | whichset check --format json -
        whichset check --file photo.jpg other.jpg
        whichset extract mail.eml | whichset check -
        whichset check - < ids.txt | awk -F'\\t' '$3 != "-"'

      EXIT STATUS: 0 at least one was found, 1 none was, 2 trouble, an input that is no identifier, or \
      a file that cannot be read. All others are answered nevertheless.
      """)

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Ask for these files by their hashes.", valueName: "path"))
  var file: [String] = []

  @OptionGroup var input: IdentifierOptions
  @OptionGroup var output: FormatOptions
  @OptionGroup var daemon: DaemonOptions

  func validate() throws {
    if file.isEmpty { return try input.requireSome() }
    guard input.identifiers.isEmpty, input.input == nil else {
      throw ValidationError("Give identifiers or --file, not both.")
    }
  }

  func run() throws {
    try Program.run { () throws(Trouble) in
      guard file.isEmpty else { return try checkFiles() }
      let input = try input.open()
      let renderer = CheckRenderer(output.resolved, style: output.style)
      return try Program.pump(
        CheckExchange(renderer), input: input, daemon: try DaemonLink(path: daemon.path))
    }
  }

  private func checkFiles() throws(Trouble) -> Int32 {
    var check = try PictureCheck(
      try Conversation(path: daemon.path), format: output.resolved, style: output.style)
    for path in file {
      var answer: [UInt8] = []
      let unreadable = try check.check(path, to: &answer)
      try Program.print(answer)
      // Text says it in its place.
      if let unreadable, output.resolved != .text { Program.note(unreadable.text) }
    }
    if check.tally.missed > 0 { Program.note(PictureCheck.caution) }
    return check.tally.exitStatus
  }
}
