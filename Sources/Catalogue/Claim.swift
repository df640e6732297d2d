// A fact, or one item of it, and where it stands if that is not where the rest of its entry stands:
// `1027060 [README of InsightFace-PyTorch; medium]`. Brackets without a semicolon are part of the text.

package import WireProtocol

package struct Claim: Equatable, Sendable {
  /// What is claimed.
  package let text: String
  /// Where it stands; empty if in the sources of the entry.
  package let sources: [String]
  /// How sure it is; nil if as sure as the entry says.
  package let confidence: Confidence?

  /// Reads a claim; the error says what is wrong.
  package init(_ written: String) throws(CatalogueValueError) {
    let written = CatalogueText.trimmed(written)
    guard written.hasSuffix("]"), let open = written.lastIndex(of: "["), written[open...].contains(";") else {
      (text, sources, confidence) = (written, [], nil)
      return
    }
    let items = CatalogueText.items(String(written[written.index(after: open)...].dropLast()))
    guard items.count > 1, let word = items.last, let confidence = Confidence(rawValue: word) else {
      throw CatalogueValueError("brackets hold sources, then high, medium or low: \(written)")
    }
    text = CatalogueText.trimmed(written[..<open])
    sources = items.dropLast()
    self.confidence = confidence
  }

  /// A claim that stands where its entry stands.
  init(text: String) {
    self.text = text
    sources = []
    confidence = nil
  }

  /// The address in angle brackets at the end of the text: `the list <https://example.org/list.csv>`.
  package var url: String? {
    guard text.hasSuffix(">"), let open = text.lastIndex(of: "<") else { return nil }
    return String(text[text.index(after: open)...].dropLast())
  }

  /// The text without the address.
  package var what: String {
    guard let url else { return text }
    return CatalogueText.trimmed(text.dropLast(url.count + 2))
  }
}

extension CatalogueField {
  /// Whether each item of a value is a claim of its own. Otherwise the whole value is one.
  package var hasItems: Bool {
    switch self {
    case .users, .funders, .contact, .lists, .listLicence, .note: true
    default: false
    }
  }

  /// The claims of a value.
  func claims(_ value: String) throws(CatalogueValueError) -> [Claim] {
    if hasItems { return try CatalogueText.list(value, Claim.init(_:)) }
    let isAboutClaims = self == .sources || self == .confidence
    return [isAboutClaims ? Claim(text: value) : try Claim(value)]
  }
}
