// `whichset who`.

import ArgumentParser
import Client
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
    try Program.run { () throws(Trouble) in
      var conversation = try Conversation(path: daemon.path, patience: Conversation.usualPatience)
      guard let who: WhoRequest.Reply = try conversation.demand(WhoRequest()).record() else {
        throw Trouble("the daemon's reply is not understood")
      }
      var answer: [UInt8] = []
      FigureReport([
        ("role", .text(who.role)), ("connections", .number(who.connections)),
        ("connectionsMax", .number(who.connectionsMax)), ("streamsMax", .number(who.streamsMax)),
        ("loadsMax", .number(who.loadsMax)), ("xrefsMax", .number(who.crossrefsMax)),
      ]).write(
        output.resolved,
        sentence: "role \(who.role), \(Figures.counted(who.connections, "connection")) of "
          + "\(Figures.grouped(who.connectionsMax)); at most \(who.streamsMax) streamed replies, "
          + "\(who.loadsMax) loads and \(who.crossrefsMax) cross-references for all",
        to: &answer)
      try Program.print(answer)
      return ExitStatus.found
    }
  }
}
