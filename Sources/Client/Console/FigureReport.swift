// Answers of one record with names: a sentence for people, columns for line tools, an object for programs.

/// Such an answer.
package struct FigureReport: Sendable {
  /// One of its values.
  package enum Value: Sendable {
    /// A text.
    case text(String)
    /// A whole number.
    case number(Int)

    fileprivate var text: String {
      switch self {
      case .text(let text): text
      case .number(let number): String(number)
      }
    }
  }

  private let figures: [(name: String, value: Value)]

  /// Takes names and values, in their order.
  package init(_ figures: [(name: String, value: Value)]) { self.figures = figures }

  /// Appends the report.
  ///
  /// - Parameter sentence: what people are told, without an LF.
  package func write(_ format: OutputFormat, sentence: String, to output: inout [UInt8]) {
    switch format {
    case .text: output.append(sentence + "\n")
    case .tsv: TabSeparated.record(figures.map(\.value.text), &output)
    case .json:
      var json = JSONWriter()
      json.open(.object, &output)
      for (name, value) in figures {
        json.name(name, &output)
        switch value {
        case .text(let text): json.string(text, &output)
        case .number(let number): json.number(number, &output)
        }
      }
      json.close(.object, &output)
      output.append(UInt8(ascii: "\n"))
    }
  }
}
