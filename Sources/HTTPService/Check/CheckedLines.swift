// The answers to identifiers in the forms of `whichset check`: a line each.

import Client
import Console
import DaemonClient
import WireProtocol

/// Identifiers that are asked for together.
struct IdentifierBatch {
  private(set) var inputs = InputQueue()
  private var lines: [UInt8] = []

  var count: Int { inputs.count }
  var isEmpty: Bool { inputs.count == 0 }
  var isFull: Bool {
    inputs.count >= HTTPLimits.batchIDsMax || inputs.byteCount >= HTTPLimits.batchBytesMax
  }

  mutating func append(_ input: Span<UInt8>) {
    inputs.append(input)
    RequestIdentifier.append(input, to: &lines)
    lines.append(UInt8(ascii: "\n"))
  }

  func add(to batch: inout RequestBatch) { batch.add(CheckManyRequest(count: count), followedBy: lines) }

  /// The answers, each with an LF.
  func lines(_ reply: Reply, _ format: OutputFormat) throws(DaemonFailure) -> [[UInt8]] {
    let answers = try reply.checked().lines
    guard answers.count == count else { throw DaemonFailure(text: "the daemon's reply is not understood") }
    var inputs = inputs
    var writer = KeyLines(Presentation(format), hasDatasets: true)
    var lines: [[UInt8]] = []
    for answer in answers {
      let parsed = CheckAnswer(answer.span)
      guard parsed.verdict != .malformed else {
        throw DaemonFailure(text: "the daemon's reply is not understood")
      }
      var line: [UInt8] = []
      writer.write(parsed, line: answer.span, inputs: inputs, to: &line)
      lines.append(line)
      inputs.removeFirst()
    }
    return lines
  }
}

/// What stands between the answers, and at their end, in each form.
struct AnswerFrame {
  private let type: MediaType
  private var isFirst = true

  init(_ type: MediaType) { self.type = type }

  var format: OutputFormat { type == .tabSeparated ? .tsv : .json }

  mutating func append(_ lines: [[UInt8]], to output: inout [UInt8]) {
    for line in lines {
      if type == .json {
        output.append(isFirst ? "{\"answers\":[\n" : ",\n")
        output += line.dropLast()
      } else {
        output += line
      }
      isFirst = false
    }
  }

  /// Says what the answers cover: where they have all come, and only then.
  func appendEnd(_ coverage: Record, to output: inout [UInt8]) {
    switch type {
    case .json:
      output.append(isFirst ? "{\"answers\":[],\"coverage\":" : "\n],\"coverage\":")
      JSON.append(coverage, to: &output)
      output.append("}\n")
    case .jsonLines:
      JSON.append(["coverage": coverage], to: &output)
      output.append("\n")
    default:
      var columns: [UInt8] = []
      for (name, value) in coverage.fields {
        columns.append(" \(name)=")
        TabSeparated.append([value], to: &columns)
        columns.removeLast()
      }
      output.append("#")
      output += columns
      output.append("\n")
    }
  }
}
