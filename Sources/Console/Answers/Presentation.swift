// How answers are shown: the format, and for people the style.

package struct Presentation: Sendable {
  package let format: OutputFormat
  package let style: TextStyle

  /// - Parameter style: for text alone.
  package init(_ format: OutputFormat, style: TextStyle = .plain) {
    self.format = format
    self.style = style
  }

  package func append(_ answer: Answer, to output: inout [UInt8]) {
    answer.append(format, style, to: &output)
  }

  /// Appends what stands before answers that come one by one: the names of their columns.
  package func begin(_ columns: [String], to output: inout [UInt8]) {
    if format == .tsv { TabSeparated.record(columns, &output) }
  }

  package func bytes(_ answer: Answer) -> [UInt8] {
    var output: [UInt8] = []
    append(answer, to: &output)
    return output
  }
}
