// The edge between the commands and the process: descriptors, messages, exit statuses.

import ArgumentParser
import Client

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

  /// Writes a whole answer.
  static func print(_ answer: [UInt8]) throws(Trouble) {
    var output = LineOutput(Descriptor(standard: standardOutput))
    output.queue.storage.append(contentsOf: answer)
    try output.writeAll()
  }

  /// Says something to the person at the keyboard, beside the answers.
  static func note(_ text: String) {
    var output = LineOutput(Descriptor(standard: standardError))
    output.queue.storage.append("whichset: \(text)\n")
    // Where even standard error is closed, nobody is left to tell.
    try? output.writeAll()
  }

  /// Sends the lines of `input` through `exchange` to the end.
  static func pump<Exchange: LineExchange & ~Copyable>(
    _ exchange: consuming Exchange, input: consuming LineInput, daemon: consuming DaemonLink
  ) throws(Trouble) -> Int32 {
    var pump = LinePump(
      exchange, input: input, output: LineOutput(Descriptor(standard: standardOutput)), daemon: daemon)
    try pump.run()
    return pump.exchange.tally.exitStatus
  }
}
