// The way from an identifier to its key, told step by step. The parser itself notes the steps while it
// works, so that an explanation cannot differ from what is done; without an explanation a note costs one
// comparison.

import ByteText

/// One step on the way from an identifier to its key.
package struct ExplainStep: Equatable, Sendable, CustomStringConvertible {
  /// The rule: the name of a `FamilyRule`, or one of `input`, `namespace`, `canonical-url`, `key`,
  /// `unresolvable` and `invalid`.
  package let rule: String
  /// The rule's version, where it is a `FamilyRule`.
  package var version: Int?
  /// What the rule says.
  package let reason: String
  /// The text after this step.
  package let text: String

  /// `rule: text (reason)`, with the version where there is one.
  package var description: String {
    "\(rule): \(text) (\(reason)\(version.map { ", rule version \($0)" } ?? ""))"
  }
}

extension IdentifierParser {
  /// The steps from an identifier to its key, or to why it has none. The last step is `key`, `unresolvable`
  /// or `invalid`. Allocates: for cold paths.
  package static func explain(_ input: String) -> [ExplainStep] { explain(input.utf8.span) }

  /// As `explain` of a text; what is no UTF-8 is repaired in the steps.
  package static func explain(_ input: Span<UInt8>) -> [ExplainStep] {
    var parser = IdentifierParser()
    parser.trace.steps = [ExplainStep(rule: "input", reason: "as given", text: String(input))]
    let last =
      switch parser.key(input) {
      case .success(let key):
        ExplainStep(rule: "key", reason: meaning(of: key.namespace), text: key.description)
      case .failure(.unresolvable(let reason)):
        ExplainStep(rule: "unresolvable", reason: reason.message, text: reason.code)
      case .failure(.invalid(let reason)):
        ExplainStep(rule: "invalid", reason: reason.message, text: reason.code)
      }
    return (parser.trace.steps ?? []) + [last]
  }

  private static func meaning(of namespace: Namespace) -> String {
    if namespace.imageRank == nil { return "names an account or an album, not one image" }
    return namespace.isInteger ? "an id, compared exactly" : "a text, compared in this form"
  }
}

/// Notes of one parse, if somebody asked for them.
struct Trace {
  /// The steps so far; nil if nobody asked.
  var steps: [ExplainStep]?

  mutating func note(_ rule: String, _ reason: @autoclosure () -> String, _ text: Span<UInt8>) {
    if steps != nil {
      steps?.append(ExplainStep(rule: rule, reason: reason(), text: String(text)))
    }
  }

  mutating func note(_ rule: String, _ reason: @autoclosure () -> String, _ url: borrowing CanonicalURL) {
    note(rule, reason(), url.text)
  }

  /// Notes that a family's rule was applied to a URL, or gave this one.
  mutating func note(_ rule: HostRule, _ url: borrowing CanonicalURL) {
    note(rule, url.text)
  }

  /// Notes what a family's rule made of a URL.
  mutating func note(_ rule: HostRule, _ value: borrowing Scratch) {
    note(rule, value.span)
  }

  private mutating func note(_ host: HostRule, _ text: Span<UInt8>) {
    guard steps != nil else { return }
    let rule = host.rule
    steps?.append(
      ExplainStep(rule: rule.name, version: rule.version, reason: rule.summary, text: String(text)))
  }
}
