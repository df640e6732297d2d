// A request is a type: its verb, who may use it, its arguments and its reply, each declared once and used at both ends.
// Each is a file of its own in `Requests/`; the table of all is `Verb.requests`.

import ByteText

package protocol Request: Sendable {
  /// What the daemon answers; `StreamedReply` where that comes in parts.
  associatedtype Reply = Done
  static var name: String { get }
  /// Its arguments, and what it is for, as `HELP` has them behind the name.
  static var summary: String { get }
  /// The least role that may use it.
  static var role: Role { get }
  static var follows: Following { get }
  /// What metrics count of it, beside the request itself.
  static var counts: Counted { get }
  static var words: [WordOf<Self>] { get }
  static var fields: [FieldOf<Self>] { get }

  init()
  init(parsing arguments: Span<UInt8>) throws(ProtocolError)
  /// Throws where arguments that are sound each for itself make no request together.
  func check() throws(ProtocolError)
  /// Writes what `init(parsing:)` reads, the space in front of it included.
  func appendArguments(to line: inout [UInt8])
}

/// What may follow a request's line. Of a request that is refused it is skipped.
package enum Following: Sendable {
  case nothing
  case lines
  /// Bytes, whose number is an argument.
  case bytes
  /// A file, when the daemon asks for it.
  case file
}

/// What metrics count of a request, beside the request itself.
package enum Counted: Sendable {
  case nothing
  case query
  /// Its identifier is looked up, with an outcome.
  case lookup
  /// Those behind it are, and timed, one by one.
  case lookups
  case rows
}

extension Request {
  package static var counts: Counted { .nothing }
  package static var follows: Following { .nothing }
  package static var words: [WordOf<Self>] { [] }
  package static var fields: [FieldOf<Self>] { [] }
  package static var verb: Verb { Verb(Self.self) }

  package func check() throws(ProtocolError) {}

  package init(parsing arguments: Span<UInt8>) throws(ProtocolError) {
    try self.init(try Arguments(arguments))
  }

  init(_ arguments: Arguments) throws(ProtocolError) {
    self.init()
    let least = Self.words.count { $0.count == .one }
    let most = Self.words.contains { $0.count == .any } ? Int.max : Self.words.count
    try arguments.require(words: least...most, fields: Set(Self.fields.map(\.name)))
    var texts = arguments.words[...]
    for word in Self.words {
      for text in word.count == .any ? texts : texts.prefix(1) { try word.add(&self, text) }
      texts = word.count == .any ? [] : texts.dropFirst()
    }
    let fields = Self.fields
    for given in arguments.fields {
      guard let value = try arguments.value(given.name) else { continue }
      try fields.first { $0.name == given.name }?.set(&self, value)
    }
    try check()
  }

  package func appendArguments(to line: inout [UInt8]) {
    for text in Self.words.flatMap({ $0.texts(self) }) {
      line.append(UInt8(ascii: " "))
      Escapes.append(text, to: &line)
    }
    Self.fields.compactMap { field in
      field.text(self).map { Arguments.Field(name: field.name, value: $0) }
    }.append(to: &line)
  }

  /// Appends the request's line, without its LF.
  package func append(to line: inout [UInt8]) {
    line.append(contentsOf: Self.name.utf8)
    appendArguments(to: &line)
  }

  package var line: String {
    var bytes: [UInt8] = []
    append(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// A request whose argument is the rest of its line, as it is.
package protocol IdentifierRequest: Request {
  var identifier: [UInt8] { get set }
}

extension IdentifierRequest {
  package init(parsing arguments: Span<UInt8>) throws(ProtocolError) {
    self.init()
    identifier = arguments.copied
  }

  package func appendArguments(to line: inout [UInt8]) { line += [UInt8(ascii: " ")] + identifier }
}

/// A request behind whose line something follows. Where its line cannot be parsed, nobody knows how much that is: then the
/// connection ends.
package protocol FollowedRequest: Request {
  /// Why it is refused, although what follows can be skipped.
  var refusal: ProtocolError? { get }
  var following: Int { get }
}

/// A reply that comes in parts: its lines, and the fields of its end.
package struct StreamedReply<End: FieldRecord>: Sendable {}
