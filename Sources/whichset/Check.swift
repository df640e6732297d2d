// `whichset check`.

import ArgumentParser
import Client
import Console
import DaemonClient
import Platform

struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Tell which datasets images are in.",
    usage: """
      whichset check [-vcq0] [<identifier> ...] [--input <file>] [<options>]
      whichset check --explain|--letter|--letters-to <folder> <identifier> ...
      whichset check --file <path> ... [--format <format>]
      """,
    discussion: """
      Answers come in the order of the inputs, and as soon as the inputs come.

      With --format tsv, a line an input: input, key, datasets. The datasets are separated by commas; - stands \
      for none. Where there is no answer, the column of the key says why: !invalid, !unresolvable (a short link that \
      only the network knows), !unsearchable (a hash or an account, where no list of the index has any) or !failed. \
      !unresolvable and !unsearchable are neither found nor not found.

      As with grep, -v writes the inputs that are in no dataset instead, -c only counts, -q only says by the status \
      whether any was found, and -0 ends inputs with NUL. Inputs without an answer are then counted on standard error.

      With --file, files are asked for by their MD5, SHA-1 and SHA-256, a line each in TSV. Only identical bytes \
      match: a resized, cropped or re-encoded copy of an image has other hashes, and is not found this way. Hashes of \
      a kind that no list of the index has are left out. The column key of a file that cannot be read says \
      !unreadable.

      On a terminal, up to three identifiers are answered in plain words: who made the datasets, for what, who used \
      them, whether they were withdrawn, and how sure that is; of a miss, what it covers and what it does not prove. \
      --explain does so for any number, --no-explain keeps to a line each. With --explain --format tsv, a header and a \
      line an identifier, dataset and list: \(ExplanationRecords.columns.joined(separator: ", ")). searchable is no \
      where the dataset has no identifier of that kind, so that it could not be found there. With --explain \
      --format json, an object an identifier.

      --letter writes a request for access and erasure (Articles 15 and 17 GDPR) to the makers of each dataset that \
      was found, with the rows that list it; what only you know is left open in [brackets]. It is no legal advice.

      With --published, a publication is asked instead of a daemon. Nothing of it is believed that the key has not \
      signed: what was changed, is older than --max-age, or than what was seen before, is refused with status 2.

      With --cluster, a cluster of Redis servers is asked instead of a daemon. What a node has lost is refused with \
      status 2, and is never a miss.

      EXAMPLES
        whichset check https://www.flickr.com/photos/someone/53000000001/
        whichset check --input urls.txt --format tsv
        whichset check --explain --format text flickr:53000000001 | less
        whichset check --letter flickr:53000000001 > letters.txt
        whichset check --letters-to letters - < my-photos.txt
        tail -f log | whichset check --format json -
        whichset check --file photo.jpg other.jpg
        whichset extract mail.eml | whichset check -
        whichset check --hits - < ids.txt
        whichset check -vc - < ids.txt
        whichset check --published /mnt/whichset --key publisher.pub - < ids.txt
        whichset check --cluster redis://10.0.0.1:6379 - < ids.txt

      EXIT STATUS: 0 at least one was found, 1 none was, 2 trouble, an input without an answer, or \
      a file that cannot be read. All others are answered nevertheless.
      """)

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Ask for these files by their hashes.", valueName: "path"), completion: .file())
  var file: [String] = []

  @Flag(inversion: .prefixedNo, help: "Tell what is known of the datasets, and what a miss covers.")
  var explain: Bool?

  @Flag(help: "Write a request for access and erasure to the makers of each dataset.")
  var letter = false

  @Option(
    help: ArgumentHelp("Write such letters to this folder, a file a dataset.", valueName: "folder"),
    completion: .directory)
  var lettersTo: String?

  @Flag(help: "Write only inputs that are in some dataset.")
  var hits = false

  @Flag(name: [.customShort("v"), .long], help: "Write only inputs that are in none.")
  var misses = false

  @Flag(
    name: .shortAndLong, help: "Write only how many there are: of those found, or with -v of those not found."
  )
  var count = false

  @Flag(name: .shortAndLong, help: "Write nothing; the exit status says whether any was found.")
  var quiet = false

  @Flag(name: [.customShort("0"), .long], help: "Inputs end with NUL instead of a line end.")
  var null = false

  @OptionGroup var catalogue: CatalogueOptions
  @OptionGroup var input: IdentifierOptions
  @OptionGroup var output: FormatOptions
  @OptionGroup var published: PublishedOptions
  @OptionGroup var daemon: DaemonOptions

  func validate() throws {
    guard !hits || !misses else { throw ValidationError("Give --hits or --misses, not both.") }
    guard !isSelective || (file.isEmpty && explain != true && !writesLetters) else {
      throw ValidationError("-v, -c, -q, -0 and --hits are not for --file, --explain and --letter.")
    }
    if let chosen = published.chosen, explain == true || writesLetters || daemon.socket != nil {
      throw ValidationError("\(chosen) is not for --explain, --letter and --socket.")
    }
    if file.isEmpty { return try input.requireSome() }
    guard input.identifiers.isEmpty, input.input == nil else {
      throw ValidationError("Give identifiers or --file, not both.")
    }
    guard explain != true, !writesLetters else {
      throw ValidationError("--explain and --letter take identifiers, not --file.")
    }
  }

  func run() throws {
    try Program.run { () throws(Trouble) in
      guard file.isEmpty else { return try checkFiles() }
      if writesLetters { return try writeLetters() }
      if explain ?? isForOnePerson { return try explainAll() }
      guard isSelective else {
        return try Program.pump(
          CheckExchange(output.show), input: try input.open(), daemon: try published.connect(else: daemon))
      }
      return try select()
    }
  }

  private var isSelective: Bool { hits || misses || count || quiet || null }

  /// As grep does: the status says whether something was selected; a found one outweighs trouble with `-q`.
  private func select() throws(Trouble) -> Int32 {
    let selection: CheckExchange.Selection = hits ? .hits : misses ? .misses : .all
    let tally = try Program.tally(
      CheckExchange(output.show, writing: selection, isSilent: count || quiet),
      input: try input.open(separator: null ? 0 : UInt8(ascii: "\n")),
      daemon: try published.connect(else: daemon))
    let selected = misses ? tally.missed : tally.found
    if count, !quiet { try Program.print("\(selected)") }
    if tally.refused > 0, selection != .all || count, !quiet {
      Program.note("\(Figures.counted(tally.refused, "input")) without an answer")
    }
    if quiet, selected > 0 { return ExitStatus.found }
    if tally.refused > 0 { return ExitStatus.trouble }
    return selected > 0 ? ExitStatus.found : ExitStatus.nothingFound
  }

  private var writesLetters: Bool { letter || lettersTo != nil }

  /// Whether a person asks at a terminal about few enough images to read about each.
  private var isForOnePerson: Bool {
    !isSelective && published.chosen == nil && output.show.format == .text
      && Terminal.isTerminal(Program.standardOutput)
      && input.input == nil
      && (1...Self.explainedMax).contains(input.identifiers.count) && input.identifiers != ["-"]
  }

  /// Identifiers up to which a terminal gets plain words without being asked.
  private static let explainedMax = 3

  private func indexedDatasets() throws(Trouble) -> IndexedDatasets {
    let known = try catalogue.load()
    var daemon = try daemon.connect()
    return try IndexedDatasets(&daemon, catalogue: known)
  }

  private func explainAll() throws(Trouble) -> Int32 {
    let index = try indexedDatasets()
    let input = try input.open()
    let show = output.show
    guard show.format == .text else {
      return try Program.pump(
        MatchExchange(ExplanationRecords(index, show)), input: input, daemon: try daemon.connect())
    }
    let explanation = Explanation(index, prose: output.prose, style: show.style)
    return try Program.pump(MatchExchange(explanation), input: input, daemon: try daemon.connect())
  }

  private func writeLetters() throws(Trouble) -> Int32 {
    let writer = LetterWriter(try indexedDatasets(), isSilent: lettersTo != nil)
    var pump = LinePump(MatchExchange(writer), input: try input.open())
    var daemon = try daemon.connect()
    var output = LineOutput(Descriptor(borrowing: Program.standardOutput))
    try daemon.run(&pump, output: &output)
    let letters = pump.exchange.writer.letters
    if let lettersTo, !letters.isEmpty {
      for path in try LetterFolder.write(letters, to: lettersTo) {
        try Program.print(path)
      }
    }
    let tally = pump.exchange.tally
    if tally.missed > 0 { Program.note("\(Figures.counted(tally.missed, "input")) not found: no letter") }
    if tally.refused > 0 {
      Program.note("\(Figures.counted(tally.refused, "input")) not looked up: no letter")
    }
    return tally.exitStatus
  }

  private func checkFiles() throws(Trouble) -> Int32 {
    let show = output.show
    var check = try PictureCheck(try published.connect(else: daemon), show)
    for path in file {
      var answer: [UInt8] = []
      let unreadable = try check.check(path, to: &answer)
      try Program.print(answer)
      // Text says it in its place.
      if let unreadable, show.format != .text { Program.note(unreadable.text) }
    }
    if check.tally.missed > 0 { Program.note(PictureCheck.caution) }
    return check.tally.exitStatus
  }
}
