// What is known of one dataset. Values are kept as they are written, since an index keeps them so and people correct them
// so; reading one gives nil where it is not known. A value of a catalogue file is checked when the file is read. One that
// `whichset dataset set` enters is checked as well; one that another client has entered is not, and where it cannot be
// read it is shown as it is.

import ByteText
package import WireProtocol

/// An entry of a catalogue.
package struct CatalogueEntry: Equatable, Sendable {
  /// The dataset's name in an index, and in `derived` of other entries.
  package let id: String
  /// The facts as written; those that are not known are missing.
  package private(set) var values: [CatalogueField: String]
  /// Facts that were entered in the index that is asked, and not taken from a catalogue.
  package private(set) var enteredFields: Set<CatalogueField> = []
  /// Where the entry begins; nil where no catalogue has it.
  package let place: CataloguePlace?

  /// An entry of these facts.
  package init(id: String, values: [CatalogueField: String] = [:], place: CataloguePlace? = nil) {
    self.id = id
    self.values = values.filter { !$0.value.isEmpty }
    self.place = place
  }

  /// A fact as written, without where its claims stand; nil where it is not known.
  package subscript(field: CatalogueField) -> String? {
    values[field] == nil ? nil : claims(of: field).map(\.text).joined(separator: "; ")
  }

  /// What a fact claims: its items, or its whole value; none where it is not known.
  package func claims(of field: CatalogueField) -> [Claim] {
    guard let value = values[field] else { return [] }
    do { return try field.claims(value) } catch { return [Claim(text: value)] }
  }

  /// Puts facts that were entered in an index in place of the catalogue's. Unknown names are left out.
  package mutating func enter(_ fields: [(name: String, value: String)]) {
    for (name, value) in fields where !value.isEmpty {
      guard let field = CatalogueField(rawValue: name) else { continue }
      values[field] = value
      enteredFields.insert(field)
    }
  }

  /// The name that people know, or else the id.
  package var title: String { self[.title] ?? id }

  /// When it was published.
  package var year: Int? { value(.year, Self.year) }

  /// How many images it published.
  package var images: Int? { value(.images, Self.count) }

  /// How many people are in it, as published.
  package var identities: Int? { value(.identities, Self.count) }

  /// Who made it.
  package var institutions: [String] { self[.institution].map(CatalogueText.items) ?? [] }

  /// Where those are.
  package var countries: [Country] { items(.country, CatalogueText.country) }

  /// Where the images come from: words such as `flickr` and `search_engine`.
  package var kinds: [String] { self[.kinds].map(CatalogueText.items) ?? [] }

  /// Whether it is still given out.
  package var availability: Availability? { value(.status, Availability.init) }

  /// The ids of the datasets that it was made from.
  package var parents: [String] { self[.derived].map(CatalogueText.items) ?? [] }

  /// Who is known to have used it.
  package var users: [Party] { parties(.users) }

  /// Who paid for it.
  package var funders: [Party] { parties(.funders) }

  /// Where the facts stand.
  package var sources: [String] { self[.sources].map(CatalogueText.items) ?? [] }

  /// How sure its facts are; nil where the entry does not say.
  package var confidence: ConfidenceNote? { value(.confidence, ConfidenceNote.init) }

  /// How sure a fact is, by the least sure of its claims; nil where it is not known, or was entered in an index that does
  /// not say.
  package func confidence(of field: CatalogueField) -> Confidence? {
    claims(of: field).compactMap { confidence(of: $0, in: field) }.min()
  }

  /// How sure a claim of a fact is; nil as above.
  package func confidence(of claim: Claim, in field: CatalogueField) -> Confidence? {
    if let confidence = claim.confidence { return confidence }
    guard !enteredFields.contains(field) || enteredFields.contains(.confidence) else { return nil }
    return confidence?.confidence(of: field)
  }

  /// Where a claim of a fact stands; empty where nobody says.
  package func sources(of claim: Claim, in field: CatalogueField) -> [String] {
    guard claim.sources.isEmpty else { return claim.sources }
    return enteredFields.contains(field) && !enteredFields.contains(.sources) ? [] : sources
  }

  /// Checks one value; the error says what is wrong with it.
  package static func check(_ value: String, of field: CatalogueField) throws(CatalogueValueError) {
    for claim in try field.claims(value) { try check(claim, of: field) }
  }

  private static func check(_ claim: Claim, of field: CatalogueField) throws(CatalogueValueError) {
    let value = claim.text
    switch field {
    case .year: _ = try year(value)
    case .images, .identities: _ = try count(value)
    case .country: _ = try CatalogueText.list(value, CatalogueText.country)
    case .kinds: _ = try CatalogueText.list(value, word)
    case .status: _ = try Availability(value)
    case .derived: _ = try CatalogueText.list(value, slug)
    case .users, .funders: _ = try Party(claim)
    case .confidence: _ = try ConfidenceNote(value)
    case .url: try checkURL(value)
    case .lists: if let url = claim.url { try checkURL(url) }
    case .title, .institution, .purpose, .licence, .listLicence, .contact, .sources, .note: break
    }
  }

  private static func checkURL(_ url: String) throws(CatalogueValueError) {
    guard url.hasPrefix("https://") || url.hasPrefix("http://") else {
      throw CatalogueValueError("url starts with https:// or http://: \(url)")
    }
  }

  /// A fact as a value. The reader of a file and `whichset dataset set` call `check` first and report its error; a
  /// malformed value that another client entered is nil here, and shown as it is written.
  private func value<Value>(
    _ field: CatalogueField, _ read: (String) throws(CatalogueValueError) -> Value
  ) -> Value? {
    guard let text = self[field] else { return nil }
    do { return try read(text) } catch { return nil }
  }

  /// The items of a list as values; those that cannot be read, as above, are left out.
  private func items<Value>(
    _ field: CatalogueField, _ read: (String) throws(CatalogueValueError) -> Value
  ) -> [Value] {
    guard let text = self[field] else { return [] }
    return CatalogueText.items(text).compactMap { item in try? read(item) }
  }

  /// Users or funders; one that cannot be read, as above, is named as it is written.
  private func parties(_ field: CatalogueField) -> [Party] {
    claims(of: field).map { claim in
      do { return try Party(claim) } catch { return Party(asWritten: claim) }
    }
  }

  private static func year(_ text: String) throws(CatalogueValueError) -> Int {
    guard text.utf8.count == 4, let year = Decimal.parse(text), (1900...2100).contains(year) else {
      throw CatalogueValueError("not a year from 1900 to 2100: \(text)")
    }
    return year
  }

  private static func count(_ text: String) throws(CatalogueValueError) -> Int {
    guard let count = Decimal.parse(text) else { throw CatalogueValueError("not a whole number: \(text)") }
    return count
  }

  private static func word(_ text: String) throws(CatalogueValueError) -> String {
    guard text.utf8.allSatisfy({ $0 >= 0x61 && $0 <= 0x7A || $0 == UInt8(ascii: "_") }) else {
      throw CatalogueValueError("a kind is a word of a to z and _: \(text)")
    }
    return text
  }

  private static func slug(_ text: String) throws(CatalogueValueError) -> String {
    guard Slug.isValid(text) else { throw CatalogueValueError("not a dataset's name: \(text)") }
    return text
  }
}
