// `whichset abort`.

import ArgumentParser
import Client
import Console
import DaemonClient
import WireProtocol

struct Abort: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Drop a staged load.",
    discussion: """
      whichset loads lists them. What is visible already stays as it is.

      EXAMPLES
        whichset abort strangers.5f2d61c0a94be7d3
      """)

  @Argument(help: "The load's name.") var load: String
  @OptionGroup var daemon: DaemonOptions

  func run() throws {
    try Program.run { () throws(Trouble) in
      var daemon = try daemon.connect(for: .load)
      _ = try daemon.ask(AbortRequest(load))
      return ExitStatus.found
    }
  }
}
