// The lines of `check` and `identify`. There may be millions of them, so they go straight into bytes, whatever the format: no
// `Answer` is made of them.

import ByteText
package import Console
package import DaemonClient
import WireProtocol

package struct KeyLines: ~Copyable {
  private let show: Presentation
  private let hasDatasets: Bool
  private var keys = KeyReader()
  private var key: [UInt8] = []
  private var coverage = ""

  /// - Parameter hasDatasets: whether the lines of `check` are written, with datasets, or those of `identify`.
  package init(_ show: Presentation, hasDatasets: Bool) {
    self.show = show
    self.hasDatasets = hasDatasets
  }

  /// Whether the text tells what a "not found" covers, which takes the index's counts.
  package var needsCoverage: Bool { show.format == .text }

  package mutating func setCoverage(datasets: Int, images: Int) {
    coverage =
      "\(Figures.counted(datasets, "dataset")) of this index (\(Figures.counted(images, "image")))"
  }

  /// Appends an input and its key.
  ///
  /// - Returns: whether it has one.
  package mutating func identify(_ input: Span<UInt8>, to output: inout [UInt8]) -> Bool {
    let failure = readKey(of: input)
    let verdict = failure.map { CheckAnswer.Verdict.refused($0.refusal) }
    let reason = failure?.reason ?? ""
    write(input, hasKey: failure == nil, verdict, detail: reason.utf8.span, to: &output)
    return failure == nil
  }

  /// Appends the oldest of `inputs`, its key and the daemon's answer.
  package mutating func write(
    _ answer: CheckAnswer, line: Span<UInt8>, inputs: InputQueue, to output: inout [UInt8]
  ) {
    let input = inputs.first
    let own = readKey(of: input)
    if let own, case .refused = answer.verdict {
      write(input, hasKey: false, answer.verdict, detail: own.reason.utf8.span, to: &output)
    } else {
      write(input, hasKey: own == nil, answer.verdict, detail: line.extracting(answer.detail), to: &output)
    }
  }

  private mutating func readKey(of input: Span<UInt8>) -> (refusal: Refusal, reason: String)? {
    key.removeAll(keepingCapacity: true)
    return keys.append(keyOf: input, to: &key)
  }

  /// - Parameters:
  ///   - verdict: nil where only the key is asked for.
  ///   - detail: the slugs of a hit, separated by commas; the reason of a refusal.
  private func write(
    _ input: Span<UInt8>, hasKey: Bool, _ verdict: CheckAnswer.Verdict?, detail: Span<UInt8>,
    to output: inout [UInt8]
  ) {
    switch show.format {
    case .tsv: writeColumns(input, hasKey: hasKey, verdict, detail, &output)
    case .json: writeObject(input, hasKey: hasKey, verdict, detail, &output)
    case .text:
      Escapes.appendForTerminal(input, to: &output)
      output.append(": ")
      writeSentence(verdict, detail, &output)
    }
    output.append(UInt8(ascii: "\n"))
  }

  private func writeColumns(
    _ input: Span<UInt8>, hasKey: Bool, _ verdict: CheckAnswer.Verdict?, _ detail: Span<UInt8>,
    _ output: inout [UInt8]
  ) {
    TabSeparated.column(input, &output)
    output.append(UInt8(ascii: "\t"))
    if case .refused(let refusal) = verdict {
      output.append(refusal.mark)
    } else if hasKey {
      TabSeparated.column(key.span, &output)
    } else {
      output.append(UInt8(ascii: "-"))
    }
    guard hasDatasets else { return }
    output.append(UInt8(ascii: "\t"))
    if verdict == .hit { TabSeparated.column(detail, &output) } else { output.append(UInt8(ascii: "-")) }
  }

  private func writeObject(
    _ input: Span<UInt8>, hasKey: Bool, _ verdict: CheckAnswer.Verdict?, _ detail: Span<UInt8>,
    _ output: inout [UInt8]
  ) {
    output.append(#"{"input":"#)
    JSON.append(input, to: &output)
    output.append(#","key":"#)
    if hasKey { JSON.append(key.span, to: &output) } else { output.append("null") }
    switch verdict {
    case .refused(let refusal):
      if refusal == .unsearchable { output.append(#","found":null,"datasets":null"#) }
      output.append(#","error":"\#(refusal.name)","message":"#)
      JSON.append(detail, to: &output)
    case .hit:
      output.append(#","found":true,"datasets":["#)
      var start = 0
      for index in 0...detail.count {
        guard index == detail.count || detail[index] == UInt8(ascii: ",") else { continue }
        if start > 0 { output.append(UInt8(ascii: ",")) }
        JSON.append(detail.extracting(start..<index), to: &output)
        start = index + 1
      }
      output.append(UInt8(ascii: "]"))
    case .miss: output.append(#","found":false,"datasets":[]"#)
    case .malformed, nil: break
    }
    output.append(UInt8(ascii: "}"))
  }

  private func writeSentence(
    _ verdict: CheckAnswer.Verdict?, _ detail: Span<UInt8>, _ output: inout [UInt8]
  ) {
    switch verdict {
    case .hit:
      show.style.begin(.found, &output)
      output.append("in \(Figures.counted(detail.count(of: UInt8(ascii: ",")) + 1, "dataset"))")
      show.style.end(&output)
      output.append(": ")
      var start = 0
      while start < detail.count {
        let end = detail.firstIndex(of: UInt8(ascii: ","), from: start) ?? detail.count
        if start > 0 { output.append(", ") }
        Escapes.appendForTerminal(detail.extracting(start..<end), to: &output)
        start = end + 1
      }
    case .miss: output.append("not found in any of the \(coverage)")
    case .refused(let refusal):
      output.append("\(show.style.mark(refusal.phrase, .wrong)): ")
      TerminalText.append(detail, to: &output)
    case .malformed: break
    case nil: Escapes.appendForTerminal(key.span, to: &output)
    }
  }
}
