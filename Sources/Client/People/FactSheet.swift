// What is known of a dataset in plain words. What is not known is said to be so where a reader would look for it, and left
// out elsewhere.

package import Catalogue
package import Console
import WireProtocol

/// The facts about a dataset, put into words.
package struct FactSheet: Sendable {
  private let entry: CatalogueEntry
  private let catalogue: Catalogue

  package init(_ entry: CatalogueEntry, in catalogue: Catalogue) {
    self.entry = entry
    self.catalogue = catalogue
  }

  package struct Line: Equatable, Sendable {
    /// What it is about.
    package let label: String
    package let text: String
  }

  /// `MegaFace (MF2) [megaface]`.
  package var heading: String { entry.title == entry.id ? entry.id : "\(entry.title) [\(entry.id)]" }

  package var lines: [Line] {
    guard !entry.values.isEmpty else {
      return [Line(label: "Known", text: "nothing: the catalogue has no entry for it.")]
    }
    var lines: [Line] = []
    func add(_ label: String, _ text: String?) {
      if let text { lines.append(Line(label: label, text: text)) }
    }
    add("Made by", maker)
    add("Made for", said(.purpose) ?? "not known.")
    add(
      "Images from", entry.kinds.isEmpty ? nil : Prose.list(entry.kinds.map(Self.kind)) + doubt(.kinds) + ".")
    add("Derives from", catalogue.lineageText(of: entry.id).map { $0 + doubt(.derived) + "." })
    add("Led to", derivatives)
    add("Size", size)
    add("Licence", said(.licence))
    add("Status", status)
    lines += listLines
    for line in parties(entry.users, .users) { add("Known users", line) }
    if entry.users.isEmpty { add("Known users", said(.users) ?? "none is known to the catalogue.") }
    for line in parties(entry.funders, .funders) { add("Paid by", line) }
    add("Write to", contact)
    add("Page", entry[.url].map { $0 + doubt(.url) })
    for note in claims(.note) { add("Note", note) }
    add("How sure", confidence)
    add("Sources", entry.sources.isEmpty ? nil : entry.sources.joined(separator: "; ") + ".")
    return lines
  }

  /// Where its list is, and under which terms.
  package var listLines: [Line] {
    let missing = isAllEntered ? [] : ["no source found for where the list is."]
    let places = entry[.lists] == nil ? missing : claims(.lists).map { $0 + "." }
    return places.map { Line(label: "Its list", text: $0) }
      + claims(.listLicence).map { Line(label: "List's terms", text: $0 + ".") }
  }

  /// Whom to write to.
  package var contact: String {
    if entry[.contact] != nil { return claims(.contact).joined(separator: "; ") }
    guard !entry.institutions.isEmpty else { return "not known." }
    return "no contact is known: look up the data protection officer of \(Prose.list(entry.institutions))."
  }

  private var maker: String {
    let who = entry.institutions.isEmpty ? "not known" : Prose.list(entry.institutions) + doubt(.institution)
    let countries =
      entry.countries.isEmpty ? "" : " (\(Prose.list(entry.countries.map(\.name))))" + doubt(.country)
    let year = entry[.year].map { "; published in \($0)" + doubt(.year) } ?? ""
    return who + countries + year + "."
  }

  private var derivatives: String? {
    let titles = catalogue.derivatives(of: entry.id).map(\.title)
    return titles.isEmpty ? nil : Prose.list(titles) + ", made from it."
  }

  private var size: String? {
    guard let images = entry.images else {
      return entry.identities.map {
        "\(Figures.grouped($0)) people" + doubt(.identities) + "; how many images is not known."
      }
    }
    let counted = Figures.counted(images, "image") + doubt(.images)
    guard let identities = entry.identities else {
      return counted + ", as published; how many people is not known."
    }
    return "\(counted) of \(Figures.grouped(identities)) people\(doubt(.identities)), as published."
  }

  /// What became of the dataset.
  package var status: String {
    guard let availability = entry.availability else { return said(.status) ?? "not known." }
    let since = availability.since.map { " in \(Self.date($0))" } ?? ""
    let remark = availability.remark.map { " (\($0))" } ?? ""
    let state =
      switch availability.state {
      case .available: "given out to anybody"
      case .request: "given out on request"
      case .restricted: "given out to some only"
      case .withdrawn: "withdrawn by its makers"
      case .retracted: "retracted"
      case .retired: "no longer given out"
      }
    let copies =
      availability.state.isOver && availability.remark == nil
      ? " Copies that others made before are not undone by that." : ""
    return state + since + remark + doubt(.status) + "." + copies
  }

  private func parties(_ parties: [Party], _ field: CatalogueField) -> [String] {
    let kinds: [Party.Kind?] = [.commercial, .military, .government, .academic, nil]
    return kinds.flatMap { kind in
      var groups: [(doubt: String, names: [String])] = []
      for party in parties where party.kind == kind {
        let known = [party.country?.name, party.remark].compactMap(\.self)
        let name = known.isEmpty ? party.name : "\(party.name) (\(known.joined(separator: ", ")))"
        let doubt = doubt(party.claim, field)
        if let group = groups.firstIndex(where: { $0.doubt == doubt }) {
          groups[group].names.append(name)
        } else {
          groups.append((doubt, [name]))
        }
      }
      return groups.map { Self.kind(kind) + Prose.list($0.names) + $0.doubt + "." }
    }
  }

  /// The claims of a fact, each with what is to be said of it.
  private func claims(_ field: CatalogueField) -> [String] {
    entry.claims(of: field).map { $0.text + doubt($0, field) }
  }

  private var confidence: String {
    let origin = isAllEntered ? " All of it was entered in this index." : ""
    guard let note = entry.confidence else { return "nobody says." + origin }
    let meaning =
      switch note.general {
      case .high: "high: the facts stand in the sources named."
      case .medium: "medium: the facts stand in the sources in part, or at second hand."
      case .low: "low: the facts were not checked against a source."
      }
    let hasExceptions =
      !note.particular.isEmpty
      || entry.values.keys.contains { field in
        entry.claims(of: field).contains { $0.confidence != nil }
      }
    return meaning + (hasExceptions ? " Exceptions are marked." : "") + origin
  }

  /// Whether no catalogue has the entry: then it need not be said of each fact.
  private var isAllEntered: Bool { entry.place == nil }

  /// A fact as written.
  private func said(_ field: CatalogueField) -> String? { entry[field].map { $0 + doubt(field) + "." } }

  /// What is to be said behind a fact that is not as sure as the others, or that only this index has.
  private func doubt(_ field: CatalogueField) -> String {
    entry.claims(of: field).last.map { doubt($0, field) } ?? ""
  }

  /// As above, and where a claim stands if that is elsewhere.
  private func doubt(_ claim: Claim, _ field: CatalogueField) -> String {
    if let confidence = claim.confidence {
      return " [\((claim.sources + [confidence.rawValue]).joined(separator: "; "))]"
    }
    if entry.enteredFields.contains(field), !isAllEntered { return " [as entered in this index]" }
    guard let confidence = entry.confidence(of: claim, in: field), confidence != entry.confidence?.general
    else {
      return ""
    }
    return " [confidence: \(confidence.rawValue)]"
  }

  /// `June 2019`, of `2019-06`; a year as it is, a day as `6 June 2019`.
  package static func date(_ text: String) -> String {
    let months = [
      "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
      "November", "December",
    ]
    let parts = text.split(separator: "-").compactMap { Int($0) }
    guard parts.count > 1, months.indices.contains(parts[1] - 1) else { return text }
    return "\(parts.count > 2 ? "\(parts[2]) " : "")\(months[parts[1] - 1]) \(parts[0])"
  }

  /// Where images come from, in words; a word that is not known here as it is.
  package static func kind(_ word: String) -> String {
    switch word {
    case "flickr": "Flickr"
    case "search_engine": "search engines"
    case "imdb": "IMDb"
    case "cctv": "surveillance cameras"
    case "news": "news pictures"
    case "youtube": "YouTube"
    case "wikipedia": "Wikipedia"
    case "wikimedia": "Wikimedia"
    case "reddit": "Reddit"
    case "inaturalist": "iNaturalist"
    case "web": "the web"
    case "creative_commons": "works under Creative Commons licences"
    case "common_crawl": "Common Crawl, which is of the whole web"
    default: word
    }
  }

  private static func kind(_ kind: Party.Kind?) -> String {
    switch kind {
    case .commercial: "companies: "
    case .military: "armed forces and their suppliers: "
    case .government: "authorities: "
    case .academic: "universities and institutes: "
    case nil: ""
    }
  }
}

extension FactSheet {
  package func text(_ prose: Prose, _ style: TextStyle) -> String {
    style.mark(heading.shown, .heading) + "\n" + Self.text(lines, prose, style)
  }

  /// Lines with their labels, each label once.
  static func text(_ lines: [Line], _ prose: Prose, _ style: TextStyle) -> String {
    var last = ""
    return lines.map { line in
      defer { last = line.label }
      return prose.labelled(line.label == last ? "" : line.label, line.text, style: style)
    }.joined()
  }
}
