// `whichset top`.

import ArgumentParser
import Client
import Console
import DaemonClient
import WireProtocol

struct Top: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Watch the daemon at work.",
    discussion: """
      Lookups a second, hits, durations by verb, connections, loads, room. Times are upper bounds, from histograms \
      of powers of two. q or Ctrl-C ends it. With --once, and where standard output is no terminal that can be drawn on, one block is \
      printed: what happened in one interval.

      EXAMPLES
        whichset top
        whichset top --once --interval 10
      """)

  @Option(help: ArgumentHelp("Seconds between two looks.", valueName: "seconds"))
  var interval = 1.0

  @Flag(help: "Print one block and end.") var once = false

  @OptionGroup var daemon: DaemonOptions

  func validate() throws {
    guard interval >= 0.1, interval <= 3_600 else {
      throw ValidationError("--interval must be from 0.1 to 3600")
    }
  }

  func run() throws {
    try Program.run { () throws(Trouble) in
      let isTerminal =
        Terminal.isTerminal(Program.standardOutput) && Terminal.isTerminal(Program.standardInput)
      if once || !isTerminal || !Screen.isPossible { try printOnce() } else { try watch() }
      return ExitStatus.found
    }
  }

  /// What is seen at one moment.
  private struct Look {
    let samples: MetricSamples
    let loads: [[String]]
    let moment: ContinuousClock.Instant

    init(_ daemon: inout DaemonLink) throws(Trouble) {
      let reply = try daemon.ask(.metrics)
      samples = MetricSamples(reply.lines.map { String(decoding: $0, as: UTF8.self) })
      loads = try daemon.ask(.loads).records
      moment = .now
    }

    func frame(since before: Look?) -> WatchFrame {
      let seconds = before.map { (moment - $0.moment) / .seconds(1) } ?? 0
      return WatchFrame(samples, before: before?.samples, seconds: seconds, loads: loads)
    }
  }

  private func printOnce() throws(Trouble) {
    let path = daemon.path
    var daemon = try daemon.connect(patience: DaemonLink.usualPatience)
    let first = try Look(&daemon)
    Poll.sleep(.seconds(interval))
    let second = try Look(&daemon)
    var output: [UInt8] = []
    let columns = Terminal.columns(Program.standardOutput)
    for line in WatchScreen.lines(
      second.frame(since: first), socket: path, columns: max(80, columns), rows: nil, hint: "")
    {
      output.append(contentsOf: Array((line.text + "\n").utf8))
    }
    try Program.print(output)
  }

  private func watch() throws(Trouble) {
    var conversation: DaemonLink? = try daemon.connect(patience: DaemonLink.usualPatience)
    let screen = try Screen()
    let hint = "every \(Figures.fixed(interval, decimals: 1)) s, q quits"
    var before: Look?
    var frame: WatchFrame?
    var trouble: String?
    var next = ContinuousClock.now
    while true {
      if .now >= next {
        do throws(Trouble) {
          let look = try Self.look(&conversation, daemon.path)
          frame = look.frame(since: before)
          before = look
          trouble = nil
        } catch {
          // It may be started again: that is what one wants to see here.
          conversation = nil
          trouble = error.text
        }
        next = .now + .seconds(interval)
      }
      var lines =
        frame.map {
          WatchScreen.lines($0, socket: daemon.path, columns: screen.columns, rows: screen.rows, hint: hint)
        } ?? []
      if let trouble { lines = [WatchScreen.Line(text: trouble, isHeading: true)] + lines.dropFirst() }
      screen.show(lines)
      let left = max(.zero, next - .now)
      if screen.wait(milliseconds: Int(left / .milliseconds(1)) + 1) == .quit { return }
    }
  }

  private static func look(_ conversation: inout DaemonLink?, _ path: String) throws(Trouble) -> Look {
    if conversation == nil {
      conversation = try DaemonLink(path: path, patience: DaemonLink.usualPatience)
    }
    return try Look(&conversation!)
  }
}
