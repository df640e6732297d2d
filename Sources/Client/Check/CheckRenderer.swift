// How `check` writes an answer: a line for people, a TSV record or a JSON object.

import WireProtocol

/// Writes the answers of `check`.
package struct CheckRenderer: ~Copyable {
  private let format: OutputFormat
  private let style: TextStyle
  private var keys = KeyReader()
  private var key: [UInt8] = []
  private var datasets = 0
  private var images = 0

  /// A renderer; `style` is for text alone.
  package init(_ format: OutputFormat, style: TextStyle) {
    self.format = format
    self.style = style
  }

  /// Whether the text tells what a "not found" covers, which takes the index's counts.
  package var needsCoverage: Bool { format == .text }

  /// Takes a line of the reply to `STATS`.
  package mutating func takeStatistic(_ line: Span<UInt8>) {
    let columns = ReplyText.columns(line)
    guard columns.count == 2, let value = Decimal.parse(columns[1]) else { return }
    if columns[0] == "datasets" { datasets = value }
    if columns[0] == "images" { images = value }
  }

  /// Appends the answer to the oldest of `inputs` and counts it.
  package mutating func write(
    _ answer: CheckAnswer, line: Span<UInt8>, inputs: InputQueue, tally: inout Tally, to output: inout [UInt8]
  ) {
    let input = inputs.first
    switch answer.verdict {
    case .hit: tally.found += 1
    case .miss: tally.missed += 1
    case .refused, .malformed: tally.refused += 1
    }
    let detail = line.extracting(answer.detail)
    switch format {
    case .tsv: writeRecord(answer.verdict, detail: detail, input: input, to: &output)
    case .json: writeObject(answer.verdict, detail: detail, input: input, to: &output)
    case .text:
      TabSeparated.column(input, &output)
      output.append(": ")
      writeSentence(
        answer.verdict, slugs: answer.slugCount(in: line), detail: detail, input: input, to: &output)
    }
    output.append(UInt8(ascii: "\n"))
  }

  private mutating func writeRecord(
    _ verdict: CheckAnswer.Verdict, detail: Span<UInt8>, input: Span<UInt8>, to output: inout [UInt8]
  ) {
    TabSeparated.column(input, &output)
    output.append(UInt8(ascii: "\t"))
    if case .refused(let refusal) = verdict {
      output.append(refusal.mark)
    } else {
      key.removeAll(keepingCapacity: true)
      if keys.append(keyOf: input, to: &key) == nil {
        TabSeparated.column(key.span, &output)
      } else {
        output.append(UInt8(ascii: "-"))
      }
    }
    output.append(UInt8(ascii: "\t"))
    if verdict == .hit { output.append(detail) } else { output.append(UInt8(ascii: "-")) }
  }

  private mutating func writeObject(
    _ verdict: CheckAnswer.Verdict, detail: Span<UInt8>, input: Span<UInt8>, to output: inout [UInt8]
  ) {
    var json = JSONWriter()
    json.open(.object, &output)
    json.name("input", &output)
    json.string(input, &output)
    json.name("key", &output)
    key.removeAll(keepingCapacity: true)
    let own = keys.append(keyOf: input, to: &key)
    if own == nil { json.string(key.span, &output) } else { json.literal("null", &output) }
    if case .refused(let refusal) = verdict {
      json.name("error", &output)
      json.string(refusal.name, &output)
      json.name("message", &output)
      if let own { json.string(own.reason, &output) } else { json.string(detail, &output) }
    } else {
      json.name("found", &output)
      json.bool(verdict == .hit, &output)
      json.name("datasets", &output)
      json.open(.array, &output)
      var start = 0
      for index in 0...detail.count where verdict == .hit {
        guard index == detail.count || detail[index] == UInt8(ascii: ",") else { continue }
        json.string(detail.extracting(start..<index), &output)
        start = index + 1
      }
      json.close(.array, &output)
    }
    json.close(.object, &output)
  }

  private mutating func writeSentence(
    _ verdict: CheckAnswer.Verdict, slugs: Int, detail: Span<UInt8>, input: Span<UInt8>,
    to output: inout [UInt8]
  ) {
    switch verdict {
    case .hit:
      style.begin(.found, &output)
      output.append("in \(Figures.counted(slugs, "dataset"))")
      style.end(&output)
      output.append(": ")
      for index in detail.indices {
        output.append(detail[index])
        if detail[index] == UInt8(ascii: ",") { output.append(UInt8(ascii: " ")) }
      }
    case .miss:
      output.append("not found in any of the \(Figures.counted(datasets, "dataset")) of this index")
      output.append(" (\(Figures.counted(images, "image")))")
    case .refused(let refusal):
      style.begin(.wrong, &output)
      output.append(refusal.phrase)
      style.end(&output)
      output.append(": ")
      key.removeAll(keepingCapacity: true)
      if let own = keys.append(keyOf: input, to: &key) {
        output.append(own.reason)
      } else {
        output.append(detail)
      }
    case .malformed: break
    }
  }
}
