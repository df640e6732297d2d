// Turns any text that a user has for an image into its key. The steps: trim, look at the form, read a value
// of a namespace (IdentifierParser+Values) or canonicalise a URL and apply the rules of its host
// (IdentifierParser+URL). The result's text stays here, in memory that is used again for the next one.
//
// Any bytes are taken, of whatever length; what is no identifier gets a reason, never a trap.

import ByteText

/// A parser with its own scratch memory: one for each thread, used for any number of identifiers.
/// After the first few it allocates nothing, except for host names that are not ASCII.
package struct IdentifierParser: ~Copyable {
  /// The canonical value of the last `.text` result.
  var value = Scratch()
  /// The URL at hand.
  var url = CanonicalURL()
  /// A URL that was taken out of the one at hand.
  var inner = Scratch()
  let hosts: HostTable
  /// The steps of the present identifier, while it is being explained.
  var trace = Trace()

  /// Whether the rules hold that the shortcut and `PhotoFile` anticipate.
  package let hasShortcut: Bool

  /// A parser with a little memory; it grows with the longest identifier that it meets.
  ///
  /// - Parameter ruleVersion: leaves out rules that came later, or were changed later.
  package init(ruleVersion version: Int = Identifiers.ruleVersion) {
    hosts = version >= Identifiers.ruleVersion ? .all : HostTable(FamilyRule.all, version: version)
    hasShortcut = FamilyRule.all.allSatisfy { rule in
      if case .flickr = rule.transformation { rule.version <= version } else { true }
    }
  }

  /// The key of an identifier. White space around it is not looked at.
  ///
  /// Linear in the length of the input. The canonical value has at most three times its bytes, apart from the
  /// host, which `IdentifierLimits` bounds.
  package mutating func parse(_ input: Span<UInt8>) -> Identification {
    value.removeAll()
    guard input.count <= IdentifierLimits.inputBytesMax else { return .invalid(.tooLong) }
    let text = input.trimmingSpace()
    guard !text.isEmpty else { return .invalid(.empty) }
    if hasShortcut, trace.steps == nil, let photo = FlickrShortcut.photo(text) {
      return .integer(.flickr, photo)
    }
    if trace.steps == nil, let plain = PlainURL(text), hosts.rule(for: text.extracting(plain.host)) == nil {
      value.append(text.extracting(plain.host.lowerBound..<text.count))
      return .text(.url)
    }
    return parseFully(text)
  }

  /// The key of a text without white space around it, by the full way.
  mutating func parseFully(_ text: Span<UInt8>) -> Identification {
    guard !text.hasControlByte() else { return .invalid(.controlByte) }
    switch IdentifierForm(text) {
    case .url:
      return parseURL(text)
    case .value(let namespace, let start):
      trace.note("namespace", "a value of \(namespace.name) is given", text)
      return parseValue(text.extracting(start..<text.count), of: namespace)
    case .refused(let reason):
      return .invalid(reason)
    }
  }

  /// The key of a value whose namespace is known, such as a column of a list: as if `namespace:` stood
  /// before it.
  package mutating func parse(_ input: Span<UInt8>, as namespace: Namespace) -> Identification {
    value.removeAll()
    guard input.count <= IdentifierLimits.inputBytesMax else { return .invalid(.tooLong) }
    let text = input.trimmingSpace()
    guard !text.hasControlByte() else { return .invalid(.controlByte) }
    return parseValue(text, of: namespace)
  }

  /// The canonical value, without `namespace:`, of the last `.text` result. Empty after any other result.
  package var text: Span<UInt8> {
    @_lifetime(borrow self)
    get { value.span }
  }

  /// The result for an id, in words of its namespace.
  func number(_ number: Number, of namespace: Namespace) -> Identification {
    switch number {
    case .value(let value): .integer(namespace, value)
    case .invalid(let reason): .invalid(reason)
    }
  }
}
