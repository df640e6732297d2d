// An input's key as text, by the client's own reading of identifiers. Needs no daemon and allocates nothing.

import ByteText
package import Console
package import Identifiers
import WireProtocol

/// Why an input has no key.
package enum Refusal: Equatable, Sendable {
  /// It is no identifier.
  case invalid
  /// Only the network could resolve it: neither found nor not found.
  case unresolvable
  /// No list of the index has identifiers of its kind: neither found nor not found.
  case unsearchable
  /// The daemon could not look it up.
  case failed

  /// What stands in the key's column instead of a key.
  package var mark: String {
    switch self {
    case .invalid: "!invalid"
    case .unresolvable: "!unresolvable"
    case .unsearchable: "!unsearchable"
    case .failed: "!failed"
    }
  }

  /// The value of `error` in JSON.
  package var name: String { String(mark.dropFirst()) }

  /// How it is said to people, in front of the reason.
  package var phrase: String {
    switch self {
    case .invalid: "not an identifier"
    case .unresolvable: "unresolvable"
    case .unsearchable: "neither found nor not found"
    case .failed: "could not be looked up"
    }
  }
}

package struct KeyReader: ~Copyable {
  private var parser = IdentifierParser()

  package init() {}

  /// Throws unless keys are made by rules of this version.
  package static func require(rules version: Int) throws(Trouble) {
    guard version == ruleVersion else {
      throw Trouble("this program makes keys by rules \(ruleVersion), not \(version)")
    }
  }

  /// Whether a word has a key, or would have one if the network were asked.
  package static func isIdentifier(_ word: String) -> Bool {
    var keys = KeyReader()
    var key: [UInt8] = []
    return keys.append(keyOf: word.utf8.span, to: &key)?.refusal != .invalid
  }

  /// Appends `namespace:value`; where there is none, appends nothing and returns why.
  package mutating func append(
    keyOf input: Span<UInt8>, to output: inout [UInt8]
  ) -> (refusal: Refusal, reason: String)? {
    Self.append(parser.parse(input), by: parser, to: &output)
  }

  /// As `append(keyOf:)`, of what `parser` has just read.
  @discardableResult
  package static func append(
    _ identification: Identification, by parser: borrowing IdentifierParser, to output: inout [UInt8]
  ) -> (refusal: Refusal, reason: String)? {
    switch identification {
    case .integer(let namespace, let value):
      begin(namespace, &output)
      NamespaceValue.append(value, of: namespace, to: &output)
      return nil
    case .text(let namespace):
      begin(namespace, &output)
      output.append(parser.text)
      return nil
    case .unresolvable(let reason): return (.unresolvable, reason.message)
    case .invalid(let reason): return (.invalid, reason.message)
    }
  }

  private static func begin(_ namespace: Namespace, _ output: inout [UInt8]) {
    output.append(namespace.name)
    output.append(UInt8(ascii: ":"))
  }
}

package enum RequestIdentifier {
  /// Appends an input; one that cannot travel in a line becomes an empty one, which the daemon refuses too.
  package static func append(_ input: Span<UInt8>, to output: inout [UInt8]) {
    guard input.count <= bytesMax else { return }
    guard input.firstIndex(of: UInt8(ascii: "\n")) == nil else { return }
    output.append(input)
  }

  /// A line has room for a verb and its space in front of an identifier.
  package static let bytesMax = ProtocolLimits.lineBytesMax - (ProtocolLimits.verbBytesMax + 1)
}
