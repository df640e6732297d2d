// `whichset backup`, `restore`, `verify` and `compact`: the care of an index as a whole.

import ArgumentParser
import Client
import Console
import Glibc
import Platform
import WireProtocol

struct Backup: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write a verified copy of the index to a file.",
    discussion: """
      The copy is one state of the index, compacted; meanwhile the daemon answers and loads. It gets its name only when it \
      is on the disk and was checked in full; whatever ends this earlier leaves no file. The daemon needs no right to the \
      file: it is handed over open. whichset stats tells the time of the last good backup, as backup.last.

      A backup holds all that the index does, its secret too: personal data. Only its owner may read it; keep it so.

      EXAMPLES
        whichset backup /backups/whichset-$(date +%F).mdb
        whichset backup --force ~/whichset.mdb

      EXIT STATUS: 0 there is a good backup; 2 trouble, and there is none.
      """)

  @Flag(help: "Replace the file if it is there.") var force = false
  @OptionGroup var output: FormatOptions
  @OptionGroup var daemon: DaemonOptions
  @Argument(help: "The file that is made.", completion: .file()) var file: String

  func run() throws {
    try Program.run { () throws(Trouble) in
      let console = ProgressConsole(Program.standardError)
      let request = Care(socket: daemon.path(for: .admin), console: console)
      var backup = try BackupFile(file, replaces: force)
      let (byteCount, name) = try request.backUp(to: backup.raw)
      try backup.sync(byteCount: byteCount)
      let report = try IndexFileCheck.verify(
        backup.partPath, console: console, onCrash: ExitStatus.trouble)
      guard report.isSound else {
        try Program.print(Presentation(.text).bytes(report.answer))
        throw Trouble("the copy is damaged, and was not kept. Is the index? See: whichset verify")
      }
      try backup.keep()
      do throws(Trouble) {
        try request.confirm(name)
      } catch {
        Program.note("\(file) is a good backup, but the daemon could not note it: \(error.text)")
      }
      let (datasets, keys) = (report.counts.datasets, report.counts.keys)
      try output.print(
        Answer(["file": file, "bytes": byteCount, "datasets": datasets, "keys": keys]) { _ in
          "\(file): \(Figures.bytes(byteCount)), verified: \(Figures.counted(datasets, "dataset")), "
            + "\(Figures.counted(keys, "key"))\n"
        })
      return ExitStatus.found
    }
  }
}

struct Restore: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Put a backup in the place of the daemon's index.",
    discussion: """
      The backup is checked in full, here and by the daemon, before anything is changed; then the daemon restarts on it, \
      which takes seconds. What is interrupted earlier leaves the index as it was. An index that holds datasets or staged \
      loads is replaced with --force only; staged loads of another index than the backup's are dropped.

      EXAMPLES
        whichset restore /backups/whichset-2025-01-31.mdb
        whichset restore --force ~/whichset.mdb

      EXIT STATUS: 0 the daemon answers from the backup; 2 trouble.
      """)

  @Flag(help: "Replace an index that is not empty.") var force = false
  @OptionGroup var output: FormatOptions
  @OptionGroup var daemon: DaemonOptions
  @Argument(help: "The backup.", completion: .file()) var file: String

  func run() throws {
    try Program.run { () throws(Trouble) in
      let console = ProgressConsole(Program.standardError)
      guard let backup = try Descriptor.regular(file, O_RDONLY, "cannot read \(file)") else {
        throw Trouble("cannot read \(file)", code: ENOENT)
      }
      // The daemon brings a backup of an older format to its own, and then verifies it.
      let report =
        try IndexFileCheck.isOlder(file)
        ? nil : try IndexFileCheck.verify(file, console: console, onCrash: ExitStatus.trouble)
      if let report, !report.isSound {
        try Program.print(Presentation(.text).bytes(report.answer))
        throw Trouble("\(file) is damaged; nothing was restored")
      }
      let dropped = try Care(socket: daemon.path(for: .admin), console: console).restore(
        from: backup.raw, force: force)
      if dropped > 0 {
        Program.note(
          "\(Figures.counted(dropped, "staged load")) of the index that was replaced had to be dropped")
      }
      guard let counts = report?.counts else {
        try output.print(
          Answer(["file": file, "dropped": dropped]) { _ in "restored \(file), from an older format\n" })
        return ExitStatus.found
      }
      let (datasets, keys) = (counts.datasets, counts.keys)
      try output.print(
        Answer(["file": file, "datasets": datasets, "keys": keys, "dropped": dropped]) { _ in
          "restored \(file): \(Figures.counted(datasets, "dataset")), \(Figures.counted(keys, "key"))\n"
        })
      return ExitStatus.found
    }
  }
}

struct Verify: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check all that an index, or a backup, has stored.",
    discussion: """
      Without a file, the daemon checks its index while it answers and loads. With one, a backup or the folder of a stopped \
      daemon is checked here; it is only read. Each damage is reported: where, what is wrong, what that means.

      EXAMPLES
        whichset verify
        whichset verify ~/whichset.mdb
        whichset verify --format json /var/lib/whichset

      EXIT STATUS: 0 sound; 1 damaged; 2 trouble, and it is not known.
      """)

  @OptionGroup var output: FormatOptions
  @OptionGroup var daemon: DaemonOptions
  @Argument(help: "A backup, or a data folder that no daemon has open.", completion: .file()) var file:
    String?

  func run() throws {
    try Program.run { () throws(Trouble) in
      let console = ProgressConsole(Program.standardError)
      let report =
        if let file {
          try IndexFileCheck.verify(file, console: console, onCrash: ExitStatus.nothingFound)
        } else {
          try Care(socket: daemon.path(for: .admin), console: console).verify()
        }
      try output.print(report.answer)
      return report.isSound ? ExitStatus.found : ExitStatus.nothingFound
    }
  }
}

struct Compact: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Rewrite the index without what was removed from it.",
    discussion: """
      Removed rows stay in the data file until their room is used again, and free room stays in it. This rewrites the file \
      without both, checks it, and has the daemon restart on it, which takes seconds. Until then it answers; loads \
      wait. It needs as much room on the disk as the index has, and up to twice that after removals. What is interrupted \
      earlier leaves the index as it was.

      EXAMPLES
        whichset compact

      EXIT STATUS: 0 done; 2 trouble.
      """)

  @OptionGroup var output: FormatOptions
  @OptionGroup var daemon: DaemonOptions

  func run() throws {
    try Program.answer(output) { () throws(Trouble) in
      let console = ProgressConsole(Program.standardError)
      let (before, after) = try Care(socket: daemon.path(for: .admin), console: console).compact()
      return Answer(["before": before, "after": after]) { _ in
        "compacted from \(Figures.bytes(before)) to \(Figures.bytes(after))\n"
      }
    }
  }
}
