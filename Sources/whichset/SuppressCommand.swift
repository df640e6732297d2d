// `whichset suppress`: what another index suppresses is kept out of this one.

import ArgumentParser
import Client
import Console
import Glibc
import Platform
import WireProtocol

struct Suppress: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "suppress",
    abstract: "Keep out what another index suppresses.",
    usage: "whichset suppress --import <file> [--dry-run] [--yes] [--now] [<options>]",
    discussion: """
      The file was written by suppressed --export at the other index, for this one. It names nobody: what it suppresses is \
      recognised when a row has it. What the index has of it is erased, in one step with the import, and later loads, \
      imports, rebuilt keys and restored backups leave it out. A file for another index, a damaged one and one that is \
      older than what was imported already are refused.

      To import a file once more changes nothing. A later one adds to it: what the other index has lifted stays \
      suppressed here until it is lifted here (whichset unsuppress).

      EXAMPLES
        whichset suppress --dry-run --import other.sup
        whichset suppress --yes --now --import other.sup

      EXIT STATUS: 0 something is suppressed that was not before, 1 nothing is, or the question was not answered with \
      yes, 2 trouble.
      """)

  @Option(
    name: .customLong("import"), help: ArgumentHelp("What the other index exported.", valueName: "file"),
    completion: .file())
  var file: String
  @Flag(help: "Only say what would be erased.") var dryRun = false
  @Flag(help: "Do not ask.") var yes = false
  @Flag(help: "Rewrite the data file as well.") var now = false
  @OptionGroup var output: FormatOptions
  @OptionGroup var daemon: DaemonOptions

  func validate() throws {
    guard !dryRun || !now else { throw ValidationError("--now is not for --dry-run.") }
    if !yes, !dryRun, !Terminal.isTerminal(Program.standardInput) {
      throw ValidationError("Off a terminal nobody can be asked: give --yes to erase what is suppressed.")
    }
  }

  func run() throws {
    try Program.run { () throws(Trouble) in
      if !yes, !dryRun {
        let rehearsed = try take(isRehearsal: true)
        try output.print(answer(rehearsed, isRehearsal: true))
        guard Program.confirm("Erase \(Figures.counted(rehearsed.images, "image"))? [y/N] ") else {
          Program.note("nothing is changed")
          return ExitStatus.nothingFound
        }
      }
      let taken = try take(isRehearsal: dryRun)
      try output.print(answer(taken, isRehearsal: dryRun))
      if now { try Program.purge(daemon) }
      return taken.added > 0 ? ExitStatus.found : ExitStatus.nothingFound
    }
  }

  private func take(isRehearsal: Bool) throws(Trouble) -> SuppressRequest.End {
    guard let opened = try Descriptor.regular(file, O_RDONLY, "cannot read \(file)") else {
      throw Trouble("cannot read \(file)", code: ENOENT)
    }
    let care = Care(socket: daemon.path(for: .admin), console: ProgressConsole(Program.standardError))
    return try care.importSuppressions(from: opened.raw, isRehearsal: isRehearsal)
  }

  private func answer(_ end: SuppressRequest.End, isRehearsal: Bool) -> Answer {
    Answer([
      "file": file, "keys": end.keys, "added": end.added, "images": end.images,
      "memberships": end.memberships, "receipt": end.receipt,
    ]) { _ in
      let gone =
        "\(Figures.counted(end.images, "image")), \(Figures.counted(end.memberships, "membership"))"
      return
        "\(file): \(Figures.counted(end.keys, "suppressed key")), \(end.added) of them new\n"
        + (isRehearsal ? "nothing is erased; it would be \(gone)\n" : "erased: \(gone)\n")
    }
  }
}
