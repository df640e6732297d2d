// Who used a dataset, or paid for it: `Toyota Motor Europe (-, commercial)`.

/// A user or funder of a dataset.
package struct Party: Equatable, Sendable {
  /// The name.
  package let name: String
  /// The country; nil where unknown.
  package let country: Country?
  /// The kind; nil where unknown.
  package let kind: Kind?
  /// A remark; nil where there is none.
  package let remark: String?
  /// As it is claimed, with where that stands.
  package let claim: Claim

  /// The kinds that there are.
  package enum Kind: String, CaseIterable, Sendable {
    /// A company.
    case commercial
    /// Armed forces, or one who works for them.
    case military
    /// A university or research institute.
    case academic
    /// Any other authority.
    case government
  }

  /// Reads a party; the error says what is wrong.
  package init(_ claim: Claim) throws(CatalogueValueError) {
    let text = claim.text
    let (name, inner) = CatalogueText.remark(text)
    guard !name.isEmpty else { throw CatalogueValueError("a name is missing: \(text)") }
    let parts =
      inner?.split(separator: ",", maxSplits: 2, omittingEmptySubsequences: false)
      .map { CatalogueText.trimmed($0) } ?? []
    self.claim = claim
    self.name = name
    country = try Self.known(parts, 0) { code throws(CatalogueValueError) in
      try CatalogueText.country(code)
    }
    kind = try Self.known(parts, 1) { word throws(CatalogueValueError) in
      guard let kind = Kind(rawValue: word) else {
        let names = Kind.allCases.map(\.rawValue).joined(separator: ", ")
        throw CatalogueValueError("no kind \(word): it is one of \(names), or - for unknown")
      }
      return kind
    }
    remark = parts.count > 2 ? parts[2] : nil
  }

  /// A party that is written in no form that can be read: all of it is the name.
  init(asWritten claim: Claim) {
    self.claim = claim
    name = claim.text
    (country, kind, remark) = (nil, nil, nil)
  }

  private static func known<Value>(
    _ parts: [String], _ index: Int, _ read: (String) throws(CatalogueValueError) -> Value
  ) throws(CatalogueValueError) -> Value? {
    guard index < parts.count, parts[index] != "-" else { return nil }
    return try read(parts[index])
  }
}
