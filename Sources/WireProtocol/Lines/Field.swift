// A named value of a request, a reply or a record: its name on the wire, and where the value is kept. One declaration
// serves to write it and to read it, in the daemon and in the client.

import ByteText

/// A field of `Record`.
package struct FieldOf<Record> {
  package let name: String
  /// Whether a reply without it cannot be understood.
  package let isRequired: Bool
  /// The value as it is written; nil where the field is left out.
  package let text: (Record) -> String?
  let set: (inout Record, String) throws(ProtocolError) -> Void

  package init(
    _ name: String, isRequired: Bool = false, text: @escaping (Record) -> String?,
    set: @escaping (inout Record, String) throws(ProtocolError) -> Void
  ) {
    self.name = name
    self.isRequired = isRequired
    self.text = text
    self.set = set
  }
}

extension FieldOf {
  package static func number(_ name: String, _ path: WritableKeyPath<Record, Int>) -> FieldOf {
    FieldOf(name, isRequired: true, text: { String($0[keyPath: path]) }) {
      record, value throws(ProtocolError) in
      record[keyPath: path] = try number(name, value)
    }
  }

  package static func number(_ name: String, _ path: WritableKeyPath<Record, Int?>) -> FieldOf {
    FieldOf(name, text: { $0[keyPath: path].map(String.init) }) { record, value throws(ProtocolError) in
      record[keyPath: path] = try number(name, value)
    }
  }

  /// `name=1`, or nothing.
  package static func flag(_ name: String, _ path: WritableKeyPath<Record, Bool>) -> FieldOf {
    FieldOf(name, text: { $0[keyPath: path] ? "1" : nil }) { record, value throws(ProtocolError) in
      guard value == "1" else { throw ProtocolError(.syntax, "\(name) can only be 1") }
      record[keyPath: path] = true
    }
  }

  package static func text(_ name: String, _ path: WritableKeyPath<Record, String>) -> FieldOf {
    FieldOf(name, text: { $0[keyPath: path] }) { record, value in record[keyPath: path] = value }
  }

  package static func text(_ name: String, _ path: WritableKeyPath<Record, String?>) -> FieldOf {
    FieldOf(name, text: { $0[keyPath: path] }) { record, value in record[keyPath: path] = value }
  }

  package static func slugs(_ name: String, _ path: WritableKeyPath<Record, [String]>) -> FieldOf {
    FieldOf(name, text: { $0[keyPath: path].isEmpty ? nil : $0[keyPath: path].joined(separator: ",") }) {
      record, value throws(ProtocolError) in
      for slug in value.split(separator: ",", omittingEmptySubsequences: false) {
        record[keyPath: path].append(try Slug.checked(String(slug)))
      }
    }
  }

  /// The SHA-256 of a list, in hexadecimal; empty where it is unknown.
  package static func sha256(_ name: String, _ path: WritableKeyPath<Record, String>) -> FieldOf {
    FieldOf(name, text: { $0[keyPath: path].isEmpty ? nil : $0[keyPath: path] }) {
      record, value throws(ProtocolError) in
      let digest = value.lowercased()
      guard digest.isEmpty || digest.utf8.count == 64 && digest.utf8.allSatisfy(ASCII.isHex) else {
        throw ProtocolError(.syntax, "\(name) has 64 hex digits")
      }
      record[keyPath: path] = digest
    }
  }

  private static func number(_ name: String, _ value: String) throws(ProtocolError) -> Int {
    guard let number = Decimal.parse(value) else { throw ProtocolError(.syntax, "\(name) is a number") }
    return number
  }
}

/// A word of a request's arguments, and where it is kept.
package struct WordOf<Record> {
  enum Count {
    case one
    case oneAtMost
    case any
  }

  let count: Count
  let texts: (Record) -> [String]
  let add: (inout Record, String) throws(ProtocolError) -> Void
}

extension WordOf {
  package static func slug(_ path: WritableKeyPath<Record, String>) -> WordOf {
    WordOf(count: .one, texts: { [$0[keyPath: path]] }) { record, word throws(ProtocolError) in
      record[keyPath: path] = try Slug.checked(word)
    }
  }

  package static func slug(_ path: WritableKeyPath<Record, String?>) -> WordOf {
    WordOf(count: .oneAtMost, texts: { $0[keyPath: path].map { [$0] } ?? [] }) {
      record, word throws(ProtocolError) in
      record[keyPath: path] = try Slug.checked(word)
    }
  }

  package static func slugs(_ path: WritableKeyPath<Record, [String]>) -> WordOf {
    WordOf(count: .any, texts: { $0[keyPath: path] }) { record, word throws(ProtocolError) in
      record[keyPath: path].append(try Slug.checked(word))
    }
  }

  /// - Parameter refusal: what to answer where the word is no number.
  package static func number(_ path: WritableKeyPath<Record, Int>, _ refusal: String) -> WordOf {
    WordOf(count: .one, texts: { [String($0[keyPath: path])] }) { record, word throws(ProtocolError) in
      guard let number = Decimal.parse(word) else { throw ProtocolError(.syntax, refusal) }
      record[keyPath: path] = number
    }
  }

  package static func text(_ path: WritableKeyPath<Record, String?>) -> WordOf {
    WordOf(count: .oneAtMost, texts: { $0[keyPath: path].map { [$0] } ?? [] }) { record, word in
      record[keyPath: path] = word
    }
  }
}

/// What is written as fields, or as the columns of a line.
package protocol FieldRecord: Sendable {
  init()
  static var fields: [FieldOf<Self>] { get }
}

extension FieldRecord {
  /// Reads fields that `value` gives by their names; nil where a required one is missing, or one is malformed.
  package init?(_ value: (String) -> String?) {
    self.init()
    for field in Self.fields {
      guard let text = value(field.name) else {
        if field.isRequired { return nil }
        continue
      }
      guard (try? field.set(&self, text)) != nil else { return nil }
    }
  }

  /// Reads what is given of the fields; nil where a required one is missing, or one is malformed.
  package init?(_ fields: [Arguments.Field]) {
    self.init { name in fields.first { $0.name == name }?.value }
  }

  /// Reads those of its fields that are among `values`, none of which is required; nil if one is malformed.
  package init?(among values: [(name: String, value: String)]) {
    self.init()
    for (name, value) in values {
      guard let field = Self.fields.first(where: { $0.name == name }) else { continue }
      guard (try? field.set(&self, value)) != nil else { return nil }
    }
  }

  /// Reads the columns of a line; `-` stands for a value that is not known.
  package init?(columns: [String]) {
    self.init()
    let empty = self
    for (field, text) in zip(Self.fields, columns) where text != "-" || field.text(empty) != nil {
      guard (try? field.set(&self, text)) != nil else { return nil }
    }
    guard columns.count >= Self.fields.count else { return nil }
  }

  /// The fields that are not left out.
  package var values: [Arguments.Field] {
    Self.fields.compactMap { field in
      field.text(self).map { Arguments.Field(name: field.name, value: $0) }
    }
  }

  /// Appends the columns of a line, and its end.
  package func appendLine(to output: inout [UInt8]) {
    for (number, field) in Self.fields.enumerated() {
      if number > 0 { output.append(UInt8(ascii: "\t")) }
      Escapes.append(field.text(self) ?? "-", to: &output, keepingSpaces: true)
    }
    output.append(UInt8(ascii: "\n"))
  }
}

extension [Arguments.Field] {
  /// Appends ` name=value` for each.
  package func append(to output: inout [UInt8]) {
    for field in self {
      output.append(UInt8(ascii: " "))
      Escapes.append(field.name, to: &output)
      output.append(UInt8(ascii: "="))
      Escapes.append(field.value, to: &output)
    }
  }
}
