// Identifiers in, stored keys out.

internal import Identifiers
internal import Index
internal import IndexKeys

/// Makes stored keys. One a thread: it keeps the parser's working memory.
struct KeyMaker: ~Copyable {
  var parser: IdentifierParser

  /// - Parameter ruleVersion: of the rules of URLs.
  init(ruleVersion: Int) { parser = IdentifierParser(ruleVersion: ruleVersion) }

  /// The key of an identification that `parser` has just made; nil where it made none.
  @inline(__always)
  func key(_ identification: Identification, secret: IndexSecret) -> NamespacedKey? {
    switch identification {
    case .integer(let namespace, let value):
      NamespacedKey(namespace: namespace, key: StoredKey(integer: value))
    case .text(let namespace):
      NamespacedKey(namespace: namespace, key: StoredKey(text: parser.text, secret: secret))
    case .unresolvable, .invalid: nil
    }
  }

  /// The text of an identification that `parser` has just made; nil for one of an integer.
  @_lifetime(borrow self)
  func text(_ identification: Identification) -> Span<UInt8>? {
    guard case .text = identification else { return nil }
    return parser.text
  }

  /// `namespace:value` of an identification that `parser` has just made.
  func appendText(_ identification: Identification, to output: inout [UInt8]) {
    switch identification {
    case .integer(let namespace, let value):
      KeyText.append(namespace, integer: value, to: &output)
    case .text(let namespace):
      KeyText.append(namespace, to: &output)
      let text = parser.text
      for index in text.indices { output.append(text[index]) }
    case .unresolvable, .invalid: break
    }
  }
}

enum KeyText {
  /// Appends `namespace:`.
  static func append(_ namespace: Namespace, to output: inout [UInt8]) {
    output.append(contentsOf: namespace.name.utf8)
    output.append(UInt8(ascii: ":"))
  }

  /// Whether `form` begins with `namespace:`, and how many bytes follow; nil where it does not.
  static func valueBytes(_ form: Span<UInt8>, of namespace: Namespace) -> Int? {
    let name = namespace.spelling
    let start = name.utf8CodeUnitCount + 1
    guard form.count >= start, form[start - 1] == UInt8(ascii: ":") else { return nil }
    for index in 0..<(start - 1) {
      // Safe: the index is within the constant's bytes, which live as long as the program.
      guard unsafe form[index] == name.utf8Start[index] else { return nil }
    }
    return form.count - start
  }

  /// Whether `form` is exactly `namespace:` and the bytes of `value`. O(form).
  static func isText(_ form: Span<UInt8>, of namespace: Namespace, value: Span<UInt8>) -> Bool {
    guard valueBytes(form, of: namespace) == value.count else { return false }
    for index in value.indices where form[form.count - value.count + index] != value[index] { return false }
    return true
  }

  /// Appends the key of an integer namespace.
  static func append(_ namespace: Namespace, integer value: UInt64, to output: inout [UInt8]) {
    append(namespace, to: &output)
    NamespaceValue.append(value, of: namespace, to: &output)
  }
}
