// `whichset ping`.

import ArgumentParser
import Client
import Console
import DaemonClient
import WireProtocol

struct Ping: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Tell whether the daemon is there and answers.",
    discussion: """
      EXAMPLES
        whichset ping
        until whichset ping 2>/dev/null; do sleep 1; done

      EXIT STATUS: 0 it answers, 2 it does not, or not within 10 seconds.
      """)

  @OptionGroup var output: FormatOptions
  @OptionGroup var daemon: DaemonOptions

  func run() throws {
    try Program.answer(output) { () throws(Trouble) in
      let path = daemon.path
      let clock = ContinuousClock()
      let start = clock.now
      var daemon = try daemon.connect(patience: DaemonLink.usualPatience)
      guard try daemon.reply(to: PingRequest()).accepted().status == .pong else {
        throw Trouble("what answers at \(path) is no whichsetd")
      }
      let milliseconds = Figures.fixed((clock.now - start) / .milliseconds(1), decimals: 3)
      return Answer(["socket": path, "milliseconds": Content.number(milliseconds)]) { _ in
        "the daemon at \(path) answers (\(milliseconds) ms)\n"
      }
    }
  }
}
