// How sure a catalogue is of its facts: one word for an entry, and words for facts that differ from it.

package import WireProtocol

/// How sure a fact is.
package enum Confidence: String, CaseIterable, Comparable, Sendable {
  /// It stands in the sources that are named.
  case high
  /// It stands there in part, or at second hand.
  case medium
  /// It was not checked against a source.
  case low

  /// Whether this is less sure.
  package static func < (left: Confidence, right: Confidence) -> Bool { left.rank < right.rank }

  private var rank: Int {
    switch self {
    case .low: 0
    case .medium: 1
    case .high: 2
    }
  }
}

/// The confidence of an entry, and of facts that differ from it: `high; identities low`.
package struct ConfidenceNote: Equatable, Sendable {
  /// That of the entry.
  package let general: Confidence
  /// Those of facts that differ.
  package let particular: [CatalogueField: Confidence]

  /// Reads a note; the error says what is wrong.
  package init(_ text: String) throws(CatalogueValueError) {
    let items = CatalogueText.items(text)
    guard let first = items.first, let general = Confidence(rawValue: first) else {
      throw CatalogueValueError("confidence starts with high, medium or low: \(text)")
    }
    var particular: [CatalogueField: Confidence] = [:]
    for item in items.dropFirst() {
      let words = item.split(separator: " ").map(String.init)
      guard words.count == 2, let field = CatalogueField(rawValue: words[0]) else {
        throw CatalogueValueError("behind the first word, confidence has a fact and its confidence: \(item)")
      }
      guard let confidence = Confidence(rawValue: words[1]) else {
        throw CatalogueValueError("confidence is high, medium or low: \(item)")
      }
      particular[field] = confidence
    }
    self.general = general
    self.particular = particular
  }

  /// How sure a fact is.
  package func confidence(of field: CatalogueField) -> Confidence { particular[field] ?? general }
}
