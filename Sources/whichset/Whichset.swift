// The program `whichset`: its sub-commands and what they share. Each command parses its options and calls
// `Client`; what is said to the daemon, and how, stands there.

import ArgumentParser
import Glibc
import Platform
import WireProtocol

@main
struct Whichset: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "whichset",
    abstract: "Which published face-recognition datasets is an image in?",
    discussion: """
      Asks the daemon, whichsetd, over its socket. Nothing leaves this machine.

      EXAMPLES
        whichset check https://live.staticflickr.com/65535/53000000001_0123_b.jpg
        whichset check flickr:53000000001 md5:d41d8cd98f00b204e9800998ecf8427e
        whichset check --format tsv - < urls.txt > answers.tsv
        whichset extract article.html mail.eml | whichset check -
        whichset check --file photo.jpg
        whichset ingest --dataset strangers list.csv.gz
        whichset datasets
        whichset catalogue megaface

      THE SOCKET is that of --socket, else of WHICHSET_SOCKET, else $XDG_RUNTIME_DIR/whichset.sock if it \
      can be used, else the system's in /run/whichset: read.sock to ask, load.sock to load and describe too, \
      admin.sock for everything; of those that a command can do with, the first that its user may enter.

      EXIT STATUS is that of grep: 0 something was found, 1 nothing was found, 2 trouble (no daemon, an \
      unreadable file, an input that is no identifier; all other inputs are answered nevertheless). Wrong \
      options give 64.
      """,
    version: ProgramVersion.text,
    subcommands: [
      Check.self, Get.self, Identify.self, Extract.self, Ingest.self, Datasets.self, DatasetCommand.self,
      CatalogueCommand.self, Stats.self, Overlap.self, Xref.self, Account.self, ListImages.self,
      ReportCommand.self,
      Loads.self, Abort.self, Export.self, Import.self, Publish.self, PublishCluster.self, Reindex.self,
      Erase.self,
      Suppressed.self,
      Suppress.self, Unsuppress.self, Receipts.self, Backup.self, Restore.self, Verify.self, Compact.self,
      Reload.self,
      Ping.self, Who.self, BenchCommand.self,
      Health.self, Metrics.self,
    ])

  /// Runs what the command line says.
  static func main() {
    Collation.adopt()
    main(Array(CommandLine.arguments.dropFirst()))
  }

  /// Runs what `words` say; a mistyped command is reported with a suggestion.
  static func main(_ words: [String]) {
    let words = CommandTree.ordered(words)
    if let complaint = CommandTree.complaint(about: words) {
      end(ValidationError(complaint))
    }
    do {
      var command = try parseAsRoot(words)
      try command.run()
    } catch {
      end(error)
    }
  }

  /// Ends as `exit(withError:)` does, but nothing in a message steers a terminal: it may quote what somebody was made to paste.
  private static func end(_ error: any Error) -> Never {
    let (status, message) = (exitCode(for: error), fullMessage(for: error))
    if !message.isEmpty {
      if status.isSuccess { Swift.print(message) } else { Program.write(message + "\n") }
    }
    Glibc.exit(status.rawValue)
  }
}
