// `whichset who`.

import ArgumentParser
import Client
import Console
import DaemonClient
import WireProtocol

struct Who: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what you may do with the daemon, and its limits.",
    discussion: """
      The role is that of the socket; connections are those of your user, this one included.

      EXAMPLES
        whichset who
        whichset who --socket /run/whichset/admin.sock --format json
      """)

  @OptionGroup var output: FormatOptions
  @OptionGroup var daemon: DaemonOptions

  func run() throws {
    try Program.answer(output) { () throws(Trouble) in
      var daemon = try daemon.connect(patience: DaemonLink.usualPatience)
      let who = try daemon.ask(WhoRequest())
      return Answer([
        "role": who.role, "connections": who.connections, "connectionsMax": who.connectionsMax,
        "streamsMax": who.streamsMax, "loadsMax": who.loadsMax, "xrefsMax": who.crossrefsMax,
      ]) { _ in
        "role \(who.role), \(Figures.counted(who.connections, "connection")) of "
          + "\(Figures.grouped(who.connectionsMax)); at most \(who.streamsMax) streamed replies, "
          + "\(who.loadsMax) loads and \(who.crossrefsMax) cross-references for all\n"
      }
    }
  }
}
