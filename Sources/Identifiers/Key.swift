// A key as a value of its own, for reports, tests and other cold paths. Hot paths use `Identification` and
// the parser's text instead, which allocate nothing.

import ByteText

/// The canonical form of an identifier: a namespace and a value.
package struct Key: Hashable, Sendable, CustomStringConvertible {
  /// What kind of thing it names.
  package let namespace: Namespace
  /// The canonical value, without the namespace.
  package let value: String

  /// A key of a value that is already canonical.
  package init(namespace: Namespace, value: String) {
    self.namespace = namespace
    self.value = value
  }

  /// As it is printed, and as it may be given again: `flickr:123`.
  package var description: String { "\(namespace.name):\(value)" }
}

/// Why an identifier has no key.
package enum IdentificationFailure: Error, Hashable, Sendable, CustomStringConvertible {
  /// Only the network knows its target.
  case unresolvable(UnresolvableReason)
  /// It is no identifier.
  case invalid(InvalidReason)

  /// A stable name for programs.
  package var code: String {
    switch self {
    case .unresolvable(let reason): reason.code
    case .invalid(let reason): reason.code
    }
  }

  /// What the user can do.
  package var description: String {
    switch self {
    case .unresolvable(let reason): reason.message
    case .invalid(let reason): reason.message
    }
  }
}

extension IdentifierParser {
  /// The key of an identifier as a value. Allocates: for cold paths.
  package mutating func key(_ input: String) -> Result<Key, IdentificationFailure> { key(input.utf8.span) }

  /// The key of an identifier as a value. Allocates: for cold paths.
  package mutating func key(_ input: Span<UInt8>) -> Result<Key, IdentificationFailure> {
    switch parse(input) {
    case .integer(let namespace, let value):
      var digits: [UInt8] = []
      NamespaceValue.append(value, of: namespace, to: &digits)
      return .success(Key(namespace: namespace, value: String(digits.span)))
    case .text(let namespace):
      return .success(Key(namespace: namespace, value: String(text)))
    case .unresolvable(let reason):
      return .failure(.unresolvable(reason))
    case .invalid(let reason):
      return .failure(.invalid(reason))
    }
  }
}
