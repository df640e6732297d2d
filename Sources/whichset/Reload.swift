// `whichset reload`.

import ArgumentParser
import Client
import Console
import DaemonClient
import WireProtocol

struct Reload: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Have the daemon reload its settings.",
    discussion: """
      Lists what has changed: applied, or in force only after a restart. Where the settings are wrong, nothing is \
      changed, and what is wrong is said. Settings are in /etc/whichset/whichsetd.conf; whichsetd --check-config \
      looks at them first.

      EXAMPLES
        sudo whichset reload
        systemctl reload whichsetd

      EXIT STATUS: 0 the settings are in force, 2 they are wrong, or the daemon could not be reached.
      """)

  @OptionGroup var output: FormatOptions
  @OptionGroup var daemon: DaemonOptions

  func run() throws {
    try Program.answer(output) { () throws(Trouble) in
      var daemon = try daemon.connect(for: .admin, patience: DaemonLink.usualPatience)
      return .records(try daemon.ask(ReloadRequest()).records)
    }
  }
}
