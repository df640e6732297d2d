// Whether a dataset is still given out: `withdrawn 2020-01 (at its origin; copies elsewhere remain)`.

/// What became of a dataset.
package struct Availability: Equatable, Sendable {
  /// Whether it is given out.
  package let state: State
  /// Since when: `2019`, `2019-06` or `2019-06-06`; nil where unknown.
  package let since: String?
  /// A remark; nil where there is none.
  package let remark: String?

  /// The states that there are.
  package enum State: String, CaseIterable, Sendable {
    /// Anybody can have it.
    case available
    /// It is given on request.
    case request
    /// It is given to some only.
    case restricted
    /// Its makers took it back.
    case withdrawn
    /// It was declared void.
    case retracted
    /// It is no longer given out.
    case retired

    /// Whether its makers no longer give it out.
    package var isOver: Bool { self == .withdrawn || self == .retracted || self == .retired }
  }

  /// Reads a status; the error says what is wrong.
  package init(_ text: String) throws(CatalogueValueError) {
    let (front, remark) = CatalogueText.remark(text)
    let words = front.split(separator: " ").map(String.init)
    guard let first = words.first, let state = State(rawValue: first) else {
      let names = State.allCases.map(\.rawValue).joined(separator: ", ")
      throw CatalogueValueError("status starts with one of \(names): \(text)")
    }
    guard words.count <= 2, words.dropFirst().allSatisfy(CatalogueText.isDate) else {
      throw CatalogueValueError(
        "behind its first word, status has a date as 2019, 2019-06 or 2019-06-06 and a remark in parentheses: \(text)"
      )
    }
    self.state = state
    self.remark = remark
    since = words.count == 2 ? words[1] : nil
  }
}
