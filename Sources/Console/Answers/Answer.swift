// An answer is stated once, by its fields, and shown in the format that was asked for; what other formats would show is not
// made. This is the one place that tells the formats apart; only `check` and `identify` write their millions of lines by hand (`KeyLines`).

package struct Answer {
  private let objects: () -> [Record]
  private let lines: Lines
  private let text: (TextStyle) -> String

  /// How the fields become lines of columns.
  package enum Lines {
    /// A line an object, its values in order; `header` first, and before the values a word for the kind of line.
    case columns(header: [String]? = nil, kind: String? = nil)
    /// A line a field: name, value. A record's fields are named `name.field`, a list has a line a value.
    /// `names` replaces names of fields.
    case pairs(names: [String: String] = [:])
    case others(() -> [[any FieldValue]])

    /// Lines that do not follow the objects.
    package static func these(_ lines: @autoclosure @escaping () -> [[any FieldValue]]) -> Lines {
      .others(lines)
    }
  }

  /// - Parameters:
  ///   - objects: a JSON object each.
  ///   - text: for people, each line with its LF.
  package init(
    _ objects: @autoclosure @escaping () -> [Record], _ lines: Lines = .columns(),
    text: @escaping (TextStyle) -> String
  ) {
    self.objects = objects
    self.lines = lines
    self.text = text
  }

  package init(
    _ fields: @autoclosure @escaping () -> Record, _ lines: Lines = .columns(),
    text: @escaping (TextStyle) -> String
  ) {
    self.init([fields()], lines, text: text)
  }

  package func append(_ format: OutputFormat, _ style: TextStyle, to output: inout [UInt8]) {
    switch format {
    case .text: TerminalText.append(text(style).utf8.span, to: &output)
    case .tsv: for columns in records { TabSeparated.append(columns, to: &output) }
    case .json:
      for object in objects() {
        JSON.append(object, to: &output)
        output.append(UInt8(ascii: "\n"))
      }
    }
  }

  private var records: [[Content]] {
    switch lines {
    case .others(let lines): return lines().map { $0.map(\.content) }
    case .columns(let header, let kind):
      let front = kind.map { [Content.text($0)] } ?? []
      return (header.map { [$0.map(Content.text)] } ?? []) + objects().map { front + $0.fields.map(\.value) }
    case .pairs(let names):
      return objects().flatMap { $0.fields.flatMap { Self.pairs(names[$0.name] ?? $0.name, $0.value) } }
    }
  }

  private static func pairs(_ name: String, _ value: Content) -> [[Content]] {
    switch value {
    case .record(let record): record.fields.map { [.text("\(name).\($0.name)"), $0.value] }
    case .list(let values): values.map { [.text(name), $0] }
    default: [[.text(name), value]]
    }
  }
}

extension Answer {
  /// Records of the same fields: a table for people, or `none` where there is no record.
  package static func table(_ records: [Record], columns: [String], none: String) -> Answer {
    Answer(records, .columns(header: columns)) { style in
      records.isEmpty ? none + "\n" : Table(records, columns: columns).text(style)
    }
  }
}
