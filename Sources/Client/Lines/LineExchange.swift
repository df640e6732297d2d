// What a command does with a stream of input lines, apart from moving bytes: each line becomes requests, each
// line of reply becomes output. Pure; `LinePump` gives it the lines, `DaemonLink` moves the bytes.

package import Console
import DaemonClient

/// A conversation that is driven by lines of input.
package protocol LineExchange: ~Copyable {
  /// Whether another input line may come now. False bounds what is under way.
  var wantsInput: Bool { get }
  /// Whether no further line is wanted at all: the input ends here, whatever it still has.
  var hasEnough: Bool { get }
  /// Whether lines were taken that are in no request yet.
  var hasUnsent: Bool { get }
  /// Whether replies are still to come.
  var awaitsReplies: Bool { get }
  /// What came of the lines so far.
  var tally: Tally { get }

  /// Before the first line: a heading, or a question that all answers need.
  mutating func begin(requests: inout [UInt8], output: inout [UInt8])
  /// Takes an input line, without its LF. May append to `requests` and, where no daemon is needed, to `output`.
  mutating func accept(_ line: Span<UInt8>, requests: inout [UInt8], output: inout [UInt8])
  /// The input pauses or has ended: what was taken must go out now.
  mutating func pause(requests: inout [UInt8])
  /// The input has ended and all that was asked is answered: what is left to ask goes out now. Called again when that
  /// is answered.
  mutating func finish(requests: inout [UInt8])
  /// Takes a line of reply, without its LF.
  mutating func receive(_ line: Span<UInt8>, output: inout [UInt8]) throws(Trouble)
  /// After the last answer.
  mutating func end(output: inout [UInt8])
}

extension LineExchange where Self: ~Copyable {
  package var hasEnough: Bool { false }
  package var hasUnsent: Bool { false }
  package mutating func begin(requests: inout [UInt8], output: inout [UInt8]) {}
  package mutating func pause(requests: inout [UInt8]) {}
  package mutating func finish(requests: inout [UInt8]) {}
  package mutating func end(output: inout [UInt8]) {}
}

/// An exchange that asks nobody: its answers need no daemon.
package protocol LocalExchange: LineExchange, ~Copyable {}

extension LocalExchange where Self: ~Copyable {
  package var wantsInput: Bool { true }
  package var awaitsReplies: Bool { false }
  package mutating func receive(_ line: Span<UInt8>, output: inout [UInt8]) throws(Trouble) {
    throw Trouble(ReplyText.notUnderstood(line))
  }
}

/// How many inputs came out how.
package struct Tally: Equatable, Sendable {
  /// Inputs that were found (for `identify`: that have a key).
  package var found = 0
  /// Inputs that were not found.
  package var missed = 0
  /// Inputs that are no identifier, or that could not be looked up.
  package var refused = 0

  package init() {}

  /// Inputs of each kind together.
  package var total: Int { found + missed + refused }

  /// As grep's: trouble outweighs, then found, then nothing found.
  package var exitStatus: Int32 {
    if refused > 0 { return ExitStatus.trouble }
    return found > 0 ? ExitStatus.found : ExitStatus.nothingFound
  }
}
