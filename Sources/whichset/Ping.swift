// `whichset ping`.

import ArgumentParser
import Client
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
    try Program.run { () throws(Trouble) in
      let path = daemon.path
      let clock = ContinuousClock()
      let start = clock.now
      var conversation = try Conversation(path: path, patience: Conversation.usualPatience)
      let reply = try conversation.demand(PingRequest())
      guard reply.status == .pong else { throw Trouble("what answers at \(path) is no whichsetd") }
      var answer: [UInt8] = []
      PingReport(socket: path, time: clock.now - start).write(output.resolved, to: &answer)
      try Program.print(answer)
      return ExitStatus.found
    }
  }
}
