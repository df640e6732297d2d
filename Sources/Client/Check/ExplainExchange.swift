// `whichset identify --explain`: each step from an input to its key, by the client alone. The steps are those that
// the parser itself takes.

import Identifiers

/// The exchange of `identify --explain`, which needs no daemon.
package struct ExplainExchange: LineExchange, ~Copyable {
  private let format: OutputFormat
  private let style: TextStyle
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

  package mutating func begin(requests: inout [UInt8], output: inout [UInt8]) {
    if format == .tsv {
      TabSeparated.record(["input", "step", "rule", "version", "text", "reason"], &output)
    }
  }

  package mutating func pause(requests: inout [UInt8]) {}
  package mutating func end(output: inout [UInt8]) {}

  package mutating func receive(_ line: Span<UInt8>, output: inout [UInt8]) throws(Trouble) {
    throw Trouble(ReplyText.notUnderstood(line))
  }

  package mutating func accept(_ line: Span<UInt8>, requests: inout [UInt8], output: inout [UInt8]) {
    let steps = IdentifierParser.explain(line)
    if steps.last?.rule == "key" { tally.found += 1 } else { tally.refused += 1 }
    switch format {
    case .tsv: writeRecords(steps, line, &output)
    case .json: writeObject(steps, line, &output)
    case .text: writeText(steps, line, &output)
    }
  }

  private func writeRecords(_ steps: [ExplainStep], _ line: Span<UInt8>, _ output: inout [UInt8]) {
    for (number, step) in steps.enumerated() {
      TabSeparated.column(line, &output)
      output.append(UInt8(ascii: "\t"))
      TabSeparated.record(
        [String(number + 1), step.rule, step.version.map(String.init) ?? "-", step.text, step.reason], &output
      )
    }
  }

  private func writeObject(_ steps: [ExplainStep], _ line: Span<UInt8>, _ output: inout [UInt8]) {
    var json = JSONWriter()
    json.open(.object, &output)
    json.name("input", &output)
    json.string(line, &output)
    json.name("key", &output)
    if let last = steps.last, last.rule == "key" {
      json.string(last.text, &output)
    } else {
      json.literal("null", &output)
      json.name("error", &output)
      json.string(steps.last?.rule ?? "", &output)
      json.name("message", &output)
      json.string(steps.last?.reason ?? "", &output)
    }
    json.name("steps", &output)
    json.open(.array, &output)
    for step in steps {
      json.open(.object, &output)
      json.name("rule", &output)
      json.string(step.rule, &output)
      json.name("version", &output)
      json.literal(step.version.map(String.init) ?? "null", &output)
      json.name("text", &output)
      json.string(step.text, &output)
      json.name("reason", &output)
      json.string(step.reason, &output)
      json.close(.object, &output)
    }
    json.close(.array, &output)
    json.close(.object, &output)
    output.append(UInt8(ascii: "\n"))
  }

  private func writeText(_ steps: [ExplainStep], _ line: Span<UInt8>, _ output: inout [UInt8]) {
    TabSeparated.column(line, &output)
    output.append(UInt8(ascii: "\n"))
    // The first step is the input itself.
    for step in steps.dropFirst() {
      let role: TextStyle.Role = step.rule == "key" ? .found : step == steps.last ? .wrong : .heading
      let version = step.version.map { " (version \($0))" } ?? ""
      output.append("  \(style.mark(step.rule, role))\(version): \(step.reason)\n    ")
      TabSeparated.column(step.text.utf8.span, &output)
      output.append(UInt8(ascii: "\n"))
    }
  }
}
