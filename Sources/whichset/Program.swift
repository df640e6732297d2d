// The edge between the commands and the process: descriptors, messages, exit statuses.

import ArgumentParser
import Client
import Console
import DaemonClient
import Platform

/// What commands do to the process.
enum Program {
  static let standardInput: Int32 = 0
  static let standardOutput: Int32 = 1
  static let standardError: Int32 = 2

  /// Runs a command's work and ends with the status that it returns; troubles go to standard error.
  static func run(_ work: () throws(Trouble) -> Int32) throws {
    Interruption.restorePipeSignal()
    let status: Int32
    do throws(Trouble) {
      status = try work()
    } catch {
      note(error.text)
      status = ExitStatus.trouble
    }
    if status != 0 { throw ExitCode(status) }
  }

  /// Runs a command that gives one answer.
  static func answer(_ output: FormatOptions, _ work: () throws(Trouble) -> Answer) throws {
    try run { () throws(Trouble) in
      try output.print(try work())
      return ExitStatus.found
    }
  }

  /// Writes a whole answer.
  static func print(_ answer: [UInt8]) throws(Trouble) {
    try LineOutput.write(answer, to: Descriptor(borrowing: standardOutput))
  }

  static func print(_ line: String) throws(Trouble) { try print(Array((line + "\n").utf8)) }

  /// Says something to the person at the keyboard, beside the answers.
  static func note(_ text: String) {
    write("whichset: \(text)\n")
  }

  /// Writes to standard error as it is, but for what would steer a terminal.
  static func write(_ text: String) {
    var bytes: [UInt8] = []
    TerminalText.append(text.utf8.span, to: &bytes)
    // Where even standard error is closed, nobody is left to tell.
    try? LineOutput.write(bytes, to: Descriptor(borrowing: standardError))
  }

  /// Sends the lines of `input` through `exchange` to the end.
  static func pump<Exchange: LineExchange & ~Copyable>(
    _ exchange: consuming Exchange, input: consuming LineInput, daemon: consuming DaemonLink
  ) throws(Trouble) -> Int32 {
    try tally(exchange, input: input, daemon: daemon).exitStatus
  }

  /// The same; returns what came of the lines.
  static func tally<Exchange: LineExchange & ~Copyable>(
    _ exchange: consuming Exchange, input: consuming LineInput, daemon: consuming DaemonLink
  ) throws(Trouble) -> Tally {
    var pump = LinePump(exchange, input: input)
    var daemon = daemon
    var output = LineOutput(Descriptor(borrowing: standardOutput))
    try daemon.run(&pump, output: &output)
    return pump.exchange.tally
  }
}
