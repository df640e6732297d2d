// The names of the facts that are kept of a dataset: what `DESCRIBE` takes, and what a catalogue has. One list for both
// ends, so that a fact of a catalogue can always be corrected in an index.

/// A fact about a dataset.
package enum CatalogueField: String, CaseIterable, Sendable {
  /// The name that people know.
  case title
  /// When it was published.
  case year
  /// Who made it.
  case institution
  /// Where they are: ISO 3166-1 codes.
  case country
  /// How many images it published.
  case images
  /// How many people are in it, as published.
  case identities
  /// Where the images come from.
  case kinds
  /// What it was made for.
  case purpose
  /// Under which terms.
  case licence
  /// Whether it is still given out.
  case status
  /// The datasets that it was made from.
  case derived
  /// Who is known to have used it.
  case users
  /// Who paid for it.
  case funders
  /// Whom to write to about one's data.
  case contact
  /// Its page.
  case url
  /// Where the facts stand.
  case sources
  /// How sure they are.
  case confidence
  /// Anything else.
  case note
}
