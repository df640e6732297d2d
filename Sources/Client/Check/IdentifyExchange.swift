// `whichset identify`: the key of each input, by the client alone. Nothing is sent anywhere.

/// The exchange of `identify`, which needs no daemon.
package struct IdentifyExchange: LineExchange, ~Copyable {
  private let format: OutputFormat
  private let style: TextStyle
  private var keys = KeyReader()
  private var key: [UInt8] = []
  /// What came of the lines so far.
  package private(set) var tally = Tally()

  /// An exchange that writes in `format`; `style` is for text alone.
  package init(_ format: OutputFormat, style: TextStyle) {
    self.format = format
    self.style = style
  }

  package var wantsInput: Bool { true }
  package var hasUnsent: Bool { false }
  package var awaitsReplies: Bool { false }

  package mutating func begin(requests: inout [UInt8], output: inout [UInt8]) {}
  package mutating func pause(requests: inout [UInt8]) {}
  package mutating func end(output: inout [UInt8]) {}

  package mutating func receive(_ line: Span<UInt8>, output: inout [UInt8]) throws(Trouble) {
    throw Trouble(ReplyText.notUnderstood(line))
  }

  package mutating func accept(_ line: Span<UInt8>, requests: inout [UInt8], output: inout [UInt8]) {
    key.removeAll(keepingCapacity: true)
    let failure = keys.append(keyOf: line, to: &key)
    if failure == nil { tally.found += 1 } else { tally.refused += 1 }
    switch format {
    case .tsv:
      TabSeparated.column(line, &output)
      output.append(UInt8(ascii: "\t"))
      if let failure { output.append(failure.refusal.mark) } else { TabSeparated.column(key.span, &output) }
    case .json: writeObject(line, failure: failure, &output)
    case .text:
      TabSeparated.column(line, &output)
      output.append(": ")
      if let failure {
        output.append("\(style.mark(failure.refusal.phrase, .wrong)): \(failure.reason)")
      } else {
        TabSeparated.column(key.span, &output)
      }
    }
    output.append(UInt8(ascii: "\n"))
  }

  private func writeObject(
    _ line: Span<UInt8>, failure: (refusal: Refusal, reason: String)?, _ output: inout [UInt8]
  ) {
    var json = JSONWriter()
    json.open(.object, &output)
    json.name("input", &output)
    json.string(line, &output)
    json.name("key", &output)
    if let failure {
      json.literal("null", &output)
      json.name("error", &output)
      json.string(failure.refusal.name, &output)
      json.name("message", &output)
      json.string(failure.reason, &output)
    } else {
      json.string(key.span, &output)
    }
    json.close(.object, &output)
  }
}
