// The names of the facts that are kept of a dataset: what `DESCRIBE` takes, and what a catalogue has. One list for both
// ends, so that a fact of a catalogue can always be corrected in an index.

package enum CatalogueField: String, CaseIterable, Sendable {
  case title
  case year
  case institution
  /// Where they are: ISO 3166-1 codes.
  case country
  case images
  case identities
  case kinds
  case purpose
  case licence
  /// Where the list of its images is, or was.
  case lists
  /// The terms of that list.
  case listLicence = "list_licence"
  case status
  case derived
  case users
  case funders
  case contact
  case url
  case sources
  case confidence
  case note
}
