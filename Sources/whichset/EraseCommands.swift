// `whichset erase`, `suppressed` and `unsuppress`: images that are taken out of the index and kept out.

import ArgumentParser
import Client
import Console
import DaemonClient
import Platform
import WireProtocol

struct Erase: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "erase",
    abstract: "Erase images from the index and keep them out.",
    usage: """
      whichset erase [<identifier> ...] [--input <file>] [<options>]
      """,
    discussion: """
      The images are in no answer, count, list, export or letter any more, at once and together. Rows that name one \
      of them go as a whole, in every dataset. What is erased is suppressed: later loads, imports, rebuilt keys and \
      restored backups leave it out, and say how many images they left out. An image that the index does not have is \
      suppressed all the same.

      The list of what is suppressed has digests under a secret of its own, no identifiers. It is in backups.

      --account erases all images that the index lists for an account, and leaves out rows with its name in later \
      lists. --dry-run says what would go. --now also rewrites the data file, as compact does, so that no file of the \
      index's folder has them any more.

      --receipt writes what was done, when and by whom to a file of JSON, by digests and without identifiers. It has the \
      digests of the index before and after, which takes as long as stats --digest, twice.

      docs/erasure.md goes through a request step by step.

      EXAMPLES
        whichset erase --dry-run flickr:53000000001
        whichset erase --yes --now flickr:53000000001
        whichset erase --yes --account nsid:12345678@N00
        whichset erase --yes --input request-17.txt

      EXIT STATUS: 0 erased, 1 the index had none of them, or the question was not answered with yes, 2 trouble.
      """)

  @Flag(help: "The identifiers name accounts (nsid, flickr-user or a URL).") var account = false
  @Flag(help: "Only say what would be erased.") var dryRun = false
  @Flag(help: "Rewrite the data file as well.") var now = false
  @Flag(help: "Do not ask.") var yes = false
  @Option(
    help: ArgumentHelp("Write what was done to this file, as JSON.", valueName: "file"), completion: .file())
  var receipt: String?
  @OptionGroup var input: IdentifierOptions
  @OptionGroup var output: FormatOptions
  @OptionGroup var daemon: DaemonOptions

  func validate() throws {
    try input.requireSome()
    guard !dryRun || !now && receipt == nil else {
      throw ValidationError("--now and --receipt are not for --dry-run.")
    }
    if !yes, !dryRun, input.identifiers.isEmpty || !Terminal.isTerminal(Program.standardInput) {
      throw ValidationError("Off a terminal nobody can be asked: give --yes to erase.")
    }
  }

  func run() throws {
    try Program.run { () throws(Trouble) in
      if !yes, !dryRun {
        let rehearsed = try erase(isRehearsal: true)
        try output.print(rehearsed.answer)
        guard Program.confirm("Erase \(Figures.counted(rehearsed.result.images, "image"))? [y/N] ") else {
          Program.note("nothing is erased")
          return ExitStatus.nothingFound
        }
      }
      var receipt = try self.receipt.map { _ throws(Trouble) in ErasureReceipt(digest: try indexDigest()) }
      let erased = try erase(isRehearsal: dryRun)
      try output.print(erased.answer)
      if let path = self.receipt {
        receipt?.noteLogical(digest: try indexDigest())
        try receipt?.write(erased, to: path)
      }
      if now {
        try Program.purge(daemon)
        receipt?.notePhysical()
        if let path = self.receipt { try receipt?.write(erased, to: path) }
      }
      return erased.result.images > 0 ? ExitStatus.found : ExitStatus.nothingFound
    }
  }

  private func indexDigest() throws(Trouble) -> String {
    let care = Care(socket: daemon.path(for: .admin), console: ProgressConsole(Program.standardError))
    return try care.digests().first?.value ?? ""
  }

  private func erase(isRehearsal: Bool) throws(Trouble) -> Erasure {
    var daemon = try daemon.connect(for: .admin)
    var lines = try input.open()
    var erasure = Erasure(isOfAccounts: account, isRehearsal: isRehearsal)
    while true {
      while let line = lines.next() { try erasure.add(lines.bytes(of: line), &daemon) }
      guard !lines.hasEnded else { break }
      try lines.read()
    }
    try erasure.flush(&daemon)
    return erasure
  }
}

struct Suppressed: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "suppressed",
    abstract: "Tell how many keys are suppressed, or whether an image is.",
    usage: """
      whichset suppressed [--check <identifier>] [--format <format>]
             whichset suppressed --key
             whichset suppressed --export <file> --for <key> [--force]
      """,
    discussion: """
      Only an administrator can ask: everybody else gets the answer that the index does not have the image.

      --export writes what the index suppresses to a file, for another index to keep it out as well (whichset suppress). \
      The file is sealed to that index's key, which --key prints there; nobody else can open it. It has digests, no \
      identifiers, and the secrets under which they can be tested: the administrator of the other index can test a guess. \
      What was imported from others is not exported.

      EXAMPLES
        whichset suppressed
        whichset suppressed --check flickr:53000000001
        whichset suppressed --key
        whichset suppressed --export for-other.sup --for "$KEY"

      EXIT STATUS: 0, or with --check: 0 suppressed, 1 not, 2 trouble.
      """)

  @Option(help: ArgumentHelp("Tell whether this image or account is suppressed.", valueName: "identifier"))
  var check: String?
  @Flag(help: "Print the key to which other indexes export for this one.") var key = false
  @Option(
    help: ArgumentHelp("Write what is suppressed to this file.", valueName: "file"), completion: .file())
  var export: String?
  @Option(
    name: .customLong("for"),
    help: ArgumentHelp("With --export: the key of the index that may open it.", valueName: "key"))
  var recipient: String?
  @Flag(help: "With --export: replace the file if it is there.") var force = false
  @OptionGroup var output: FormatOptions
  @OptionGroup var daemon: DaemonOptions

  func validate() throws {
    guard [check != nil, key, export != nil].count(where: { $0 }) <= 1 else {
      throw ValidationError("Give one of --check, --key and --export.")
    }
    guard (export != nil) == (recipient != nil) else {
      throw ValidationError(
        "--export FILE and --for KEY go together; the other index prints its KEY with --key.")
    }
    guard export != nil || !force else { throw ValidationError("--force is for --export.") }
  }

  func run() throws {
    try Program.run { () throws(Trouble) in
      if let export, let recipient { return try write(to: export, for: recipient) }
      var daemon = try daemon.connect(for: .admin)
      let reply = try daemon.ask(SuppressedRequest(check.map { Array($0.utf8) } ?? []))
      guard let check else {
        try output.print(key ? Answer(["key": reply.key]) { _ in "\(reply.key ?? "")\n" } : counts(of: reply))
        return ExitStatus.found
      }
      try output.print(
        Answer([
          "identifier": check, "suppressed": reply.isSuppressed, "since": reply.since, "digest": reply.digest,
        ]) { _ in
          let since = reply.since.map { " since \(Figures.moment($0))" } ?? ""
          return reply.isSuppressed ? "\(check): suppressed\(since)\n" : "\(check): not suppressed\n"
        })
      return reply.isSuppressed ? ExitStatus.found : ExitStatus.nothingFound
    }
  }

  private func counts(of reply: SuppressedRequest.Reply) -> Answer {
    let own = Figures.counted(reply.count, "suppressed key")
    guard let imported = reply.imported, let keyrings = reply.keyrings else {
      return Answer(["suppressed": reply.count]) { _ in "\(own)\n" }
    }
    return Answer(["suppressed": reply.count, "imported": imported, "keyrings": keyrings]) { _ in
      "\(own), and \(imported) of other indexes (\(keyrings))\n"
    }
  }

  private func write(to path: String, for recipient: String) throws(Trouble) -> Int32 {
    let care = Care(socket: daemon.path(for: .admin), console: ProgressConsole(Program.standardError))
    var file = try BackupFile(path, replaces: force, what: "export")
    let end = try care.exportSuppressions(to: file.raw, for: recipient)
    try file.sync(byteCount: end.byteCount)
    try file.keep()
    try output.print(
      Answer(["file": path, "bytes": end.byteCount, "keys": end.keys]) { _ in
        "\(path): \(Figures.counted(end.keys, "suppressed key")), \(Figures.bytes(end.byteCount))\n"
      })
    return ExitStatus.found
  }
}

struct Unsuppress: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "unsuppress",
    abstract: "Let an erased image come back with later loads.",
    usage: "whichset unsuppress <identifier> --reason <text> [--format <format>]",
    discussion: """
      Nothing is restored: its lists have to be loaded again. What was suppressed because of the image, its URLs say, \
      is lifted as well. The reason is kept in the receipt (whichset receipts) and in the daemon's log.

      EXAMPLES
        whichset unsuppress flickr:53000000001 --reason 'by mistake, ticket 17'

      EXIT STATUS: 0 lifted, 1 it was not suppressed, 2 trouble.
      """)

  @Option(help: ArgumentHelp("Why; kept in the receipt and the log.", valueName: "text")) var reason: String
  @Argument(help: "The image or the account.") var identifier: String
  @OptionGroup var output: FormatOptions
  @OptionGroup var daemon: DaemonOptions

  func validate() throws {
    guard !reason.isEmpty else { throw ValidationError("Give a --reason.") }
  }

  func run() throws {
    try Program.run { () throws(Trouble) in
      var daemon = try daemon.connect(for: .admin)
      let lifted = try daemon.ask(UnsuppressRequest(identifier, reason: reason)).lifted
      try output.print(
        Answer(["identifier": identifier, "lifted": lifted]) { _ in
          lifted > 0
            ? "\(identifier): lifted, \(Figures.counted(lifted, "key"))\n" : "\(identifier): not suppressed\n"
        })
      return lifted > 0 ? ExitStatus.found : ExitStatus.nothingFound
    }
  }
}

struct Receipts: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "receipts",
    abstract: "List what was erased, when and by whom.",
    usage: "whichset receipts [<number>] [--format <format>]",
    discussion: """
      The index keeps a receipt of each erasure and of each unsuppress, the last 1,000. It has no identifiers: with a \
      number, it is shown with the digests of the identifiers that were given.

      An erasure is logical while files of the data folder may still hold what was erased, and physical afterwards.

      EXAMPLES
        whichset receipts
        whichset receipts 17 --format json

      EXIT STATUS: 0, 1 there are none, 2 trouble.
      """)

  @Argument(help: "The one that is wanted.") var number: Int?
  @OptionGroup var output: FormatOptions
  @OptionGroup var daemon: DaemonOptions

  func run() throws {
    try Program.run { () throws(Trouble) in
      var daemon = try daemon.connect(for: .admin)
      let reply = try daemon.ask(ReceiptsRequest(number: number))
      try output.print(reply.answer)
      return reply.receipts.isEmpty ? ExitStatus.nothingFound : ExitStatus.found
    }
  }
}

extension Program {
  /// Leaves nothing of what was erased or removed in the files of the data folder.
  static func purge(_ daemon: DaemonOptions) throws(Trouble) {
    let care = Care(socket: daemon.path(for: .admin), console: ProgressConsole(standardError))
    let open = try care.dropIdleLoads()
    _ = try care.compact()
    guard open.isEmpty else {
      throw Trouble(
        "it is gone, and the data file was rewritten; but loads are open whose staged rows may have it: "
          + "\(open.joined(separator: ", ")). Run whichset compact when they have ended")
    }
    note("the data file was rewritten: no file of the data folder has it any more")
  }
}
