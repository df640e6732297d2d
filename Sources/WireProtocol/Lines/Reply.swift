// The shapes that whole replies have (PROTOCOL.md, "Status lines"). What a reply says is declared beside its request.

/// A whole reply: its status line, and the lines that follow.
package protocol WholeReply: Sendable {
  func append(to output: inout [UInt8])
}

/// `OK`.
package struct Done: WholeReply, Equatable {
  package init() {}

  package func append(to output: inout [UInt8]) { output.append(contentsOf: "OK\n".utf8) }
}

/// `OK name=value ...`.
package protocol FieldReply: FieldRecord, WholeReply {}

extension FieldReply {
  package func append(to output: inout [UInt8]) {
    output.append(contentsOf: "OK".utf8)
    values.append(to: &output)
    output.append(UInt8(ascii: "\n"))
  }
}

/// `OK n`, then a line a record.
package struct RecordsReply<Record: FieldRecord>: WholeReply {
  package var records: [Record]

  package init(_ records: [Record]) { self.records = records }

  package func append(to output: inout [UInt8]) {
    output.append(contentsOf: "OK \(records.count)\n".utf8)
    for record in records { record.appendLine(to: &output) }
  }
}

/// `OK n`, then lines `name TAB value`.
package struct TableReply: WholeReply {
  package var lines: [(name: String, value: String)]

  package init(_ lines: [(name: String, value: String)]) { self.lines = lines }

  package func append(to output: inout [UInt8]) {
    output.append(contentsOf: "OK \(lines.count)\n".utf8)
    for (name, value) in lines {
      output.append(contentsOf: name.utf8)
      output.append(UInt8(ascii: "\t"))
      Escapes.append(value, to: &output, keepingSpaces: true)
      output.append(UInt8(ascii: "\n"))
    }
  }
}

/// `OK n`, then lines for people, or of another format.
package struct TextReply: WholeReply {
  package var fields: [Arguments.Field]
  package var lines: [String]

  package init(_ lines: [String], fields: [Arguments.Field] = []) {
    self.lines = lines
    self.fields = fields
  }

  package func append(to output: inout [UInt8]) {
    output.append(contentsOf: "OK \(lines.count)".utf8)
    fields.append(to: &output)
    output.append(UInt8(ascii: "\n"))
    for line in lines {
      output.append(contentsOf: line.utf8)
      output.append(UInt8(ascii: "\n"))
    }
  }
}

/// How far a streamed reply is: the fields of a part without lines.
package struct StreamProgress: FieldRecord, Equatable {
  /// What is being done, where there are several things to do.
  package var phase: String?
  package var done: Int?
  package var of: Int?

  package init() {}

  package init(_ phase: String? = nil, done: Int? = nil, of: Int? = nil) {
    self.phase = phase
    self.done = done
    self.of = of
  }

  package static var fields: [FieldOf<Self>] {
    [.text("phase", \.phase), .number("done", \.done), .number("of", \.of)]
  }
}
