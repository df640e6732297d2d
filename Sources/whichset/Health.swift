// `whichset health`.

import ArgumentParser
import Client
import Console
import DaemonClient
import WireProtocol

struct Health: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Tell whether the daemon is well, for monitoring.",
    usage: "whichset health [--timeout <seconds>] [--format <format>]",
    discussion: """
      One line with the state and the reason: OK, DEGRADED (it answers, but a disk, its map, a slow reader, a failed \
      write or something else needs a look), DEAD (it cannot be reached, or does not answer in time) or UNKNOWN (you may \
      not ask it).

      EXAMPLES
        whichset health
        whichset health --timeout 1 --format json

      EXIT STATUS: 0 ok, 1 degraded, 2 dead, 3 unknown.
      """)

  @Option(help: ArgumentHelp("How long to wait for the answer.", valueName: "seconds"))
  var timeout = 5.0

  @Option(help: "text (one line), tsv (a line a check) or json.")
  var format = OutputFormat.text

  @OptionGroup var daemon: DaemonOptions

  func validate() throws {
    guard timeout >= 0.1, timeout <= 3_600 else {
      throw ValidationError("--timeout must be from 0.1 to 3600")
    }
  }

  func run() throws {
    try Program.run { () throws(Trouble) in
      let report = ask()
      try Program.print(Presentation(format).bytes(report.answer))
      return report.state.exitStatus
    }
  }

  private func ask() -> HealthReport {
    do throws(Trouble) {
      var daemon = try daemon.connect(patience: .seconds(timeout))
      return HealthReport(try daemon.ask(HealthRequest()).records)
    } catch {
      return HealthReport(error)
    }
  }
}
