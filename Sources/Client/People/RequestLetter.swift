// A request for access and erasure to the makers of one dataset, under the General Data Protection Regulation (Regulation
// (EU) 2016/679, https://eur-lex.europa.eu/eli/reg/2016/679/oj), filled in from the catalogue and from the rows that were
// found. Plain text, ready to print. Left open is only what nobody but the sender knows. Facts of low confidence are left
// out, since a letter should not claim what nobody checked.

import Catalogue
import Console
import WireProtocol

package struct RequestLetter: Sendable {
  private let entry: CatalogueEntry
  private let catalogue: Catalogue
  private let lists: [ListVersion]
  private let findings: [(input: String, listings: [Listing])]
  private let isTruncated: Bool
  private let prose = Prose(width: 72)

  /// A letter.
  ///
  /// - Parameters:
  ///   - slug: the dataset.
  ///   - index: what is known of it.
  ///   - findings: for each input the rows that list it.
  ///   - isTruncated: whether there are more rows than these.
  package init(
    slug: String, in index: IndexedDatasets, findings: [(input: String, listings: [Listing])],
    isTruncated: Bool
  ) {
    entry = index.entry(slug)
    catalogue = index.catalogue
    lists = index[slug]?.lists ?? []
    self.findings = findings
    self.isTruncated = isTruncated
  }

  /// The whole: advice to the sender, the letter, its annex.
  package var text: String { advice + Self.cut + letter + annex }

  private static let cut = String(repeating: "- ", count: 36).dropLast() + "\n\n"

  private var advice: String {
    var text = "BEFORE YOU SEND THIS (not part of the letter)\n\n"
    for item in [
      "This is no legal advice. Read the letter and change what does not fit.",
      "Fill in what stands in [brackets]: your name, your address, the date, your signature.",
      recipientAdvice, sourceAdvice,
      "Where no answer comes within a month, or none that you can accept, you can complain to the data protection "
        + "authority of the country where you live, free of charge (Article 77 GDPR). In the European Union: "
        + "https://www.edpb.europa.eu/about-edpb/about-edpb/members_en",
    ] { text += prose.item(item) }
    return text + "\n"
  }

  private var recipientAdvice: String {
    if entry[.contact] != nil { return "Send it to: \(FactSheet(entry, in: catalogue).contact)" }
    guard !entry.institutions.isEmpty else {
      return "Who made this dataset is not known here: find out first whom to write to."
    }
    return "No contact is known here: look up the address of the data protection officer of \(institutions)"
      + (entry.institutions.count > 1 ? "; send it to each of them." : ".")
  }

  private var sourceAdvice: String {
    guard let confidence = entry.confidence else {
      return "How sure the facts about the dataset are is not known: check them."
    }
    let sources = entry.sources.isEmpty ? "the catalogue" : entry.sources.joined(separator: "; ")
    return "What the letter says of the dataset comes from: \(sources). Confidence: "
      + "\(confidence.general.rawValue). Check it before you send the letter."
  }

  private var letter: String {
    """
    [your name]
    [your address]


    \(recipient)

                                                    [date]


    \(prose.paragraph("Request for access and erasure (Articles 15 and 17 GDPR): the dataset \(title)"))
    To whom it may concern,

    \(prose.paragraph(opening))
    \(prose.paragraph(claim))
    \(access)
    \(erasure)
    \(prose.paragraph(closing))
    Yours faithfully,


    [signature]
    [your name]

    """
  }

  private var recipient: String {
    var lines = entry.institutions
    if let countries = known(.country) == nil ? nil : Prose.list(entry.countries.map(\.name)) {
      lines.append(countries)
    }
    if lines.isEmpty { lines = ["Those responsible for the dataset", title] }
    return lines.map(\.shown).joined(separator: "\n")
      + "\nfor the attention of the data protection officer"
  }

  private var opening: String {
    var text = "I write about the dataset \(title)."
    if !entry.institutions.isEmpty {
      let role = entry.institutions.count == 1 ? "its maker" : "its makers"
      text = "I write about the dataset \(title). You are named as \(role)."
    }
    if let year = known(.year) { text += " It was published in \(year)." }
    if let purpose = known(.purpose) { text += " Its purpose, as published: \(purpose)." }
    if known(.derived) != nil, let lineage = catalogue.lineageText(of: entry.id) {
      text += " It derives from \(lineage)."
    }
    if known(.status) != nil, let availability = entry.availability, availability.state.isOver {
      let since = availability.since.map { " in \(FactSheet.date($0))" } ?? ""
      text +=
        " It is on record as \(availability.state.rawValue)\(since); this letter is about all copies that you still hold."
    }
    let knownUsers = entry.users.filter { entry.confidence(of: $0.claim, in: .users) != .low }
    if !knownUsers.isEmpty {
      let users = knownUsers.map { user in user.remark.map { "\(user.name) (\($0))" } ?? user.name }
      text += " Known to have used it: \(Prose.list(users))."
    }
    return text
  }

  private var claim: String {
    let count = findings.reduce(0) { $0 + $1.listings.count }
    let rows = Figures.counted(count, "row") + (isTruncated ? ", and there are more" : "")
    return
      "The annex gives the rows of this dataset's published list that I write about (\(rows)). The images that "
      + "they name show me, or were published by me: they are personal data about me. Where faces in them were "
      + "measured in order to identify people, the measurements are biometric data (Article 4(14) and Article 9(1))."
  }

  private var access: String {
    let regulation =
      "the General Data Protection Regulation (Regulation (EU) 2016/679, GDPR)"
      + (entry.countries.contains { $0.code == "GB" } ? " and of the UK GDPR" : "")
    var text = prose.paragraph("1. Access. Under Article 15 of \(regulation) I ask you to tell me:")
    for item in [
      "whether you process, or have processed, these images, copies of them, or anything computed from them, such as "
        + "face templates, or other data about me (Article 15(1));",
      "for which purposes, and on which legal basis (Article 15(1)(a), Article 6, Article 9(2));",
      "which categories of data (Article 15(1)(b));",
      "to whom they were given, by name, above all everybody who was given the dataset or downloaded it, also outside "
        + "of the European Union (Article 15(1)(c), Article 15(2));",
      "how long they are kept (Article 15(1)(d));", "where they come from (Article 15(1)(g));",
      "whether automated decisions are made by means of them (Article 15(1)(h)).",
    ] { text += prose.item(item) }
    return text + prose.paragraph("I ask for a copy of these data (Article 15(3)).")
  }

  private var erasure: String {
    prose.paragraph(
      "2. Erasure. Under Article 17(1) I ask you to erase these images and all that was computed from them, in all "
        + "copies, without undue delay, once you have answered the first request. I do not consent to their being "
        + "processed, withdraw any consent that there may be (Article 17(1)(b)), and object to it (Article 21(1), "
        + "Article 17(1)(c)). Please tell everybody to whom the data were given of this request (Article 17(2), "
        + "Article 19). Where you rely on an exception for research (Article 17(3)(d), Article 89), please say why "
        + "erasure would make it impossible or seriously impair it.")
  }

  private var closing: String {
    "Please answer within one month of receiving this, free of charge (Article 12(3) and 12(5)). The annex tells which "
      + "images are meant; where you need more to be sure who I am, please say what (Article 11(2), Article 12(6)). "
      + "Where you are not the controller, please tell me who is. Where you hold that the Regulation does not apply to "
      + "you, please say why, and treat this as a request all the same. I may lodge a complaint with a supervisory "
      + "authority (Article 77)."
  }

  private var annex: String {
    var text = "\nANNEX: the rows of the list of \(title)\n\n"
    for list in lists {
      let digest = list.sha256.isEmpty ? "" : "\n    SHA-256 \(list.sha256)"
      let name = list.name.isEmpty ? "a list without a name" : list.name
      text +=
        "  list: \(name.shown), \(Figures.counted(list.rows, "row")), read \(list.day)\(digest)\n"
    }
    for (input, listings) in findings {
      text += "\n  \(input.shown)\n"
      for listing in listings {
        text += "    row: \(listing.listed.shown)\n"
        let keys = [listing.key] + listing.otherKeys
        // Identifiers are never broken, so that they can be copied.
        for key in keys where key != listing.listed { text += "      \(key.shown)\n" }
      }
    }
    return text + (isTruncated ? "\n  The list has more rows of these images.\n" : "")
  }

  private var title: String { entry.title.shown }
  private var institutions: String { Prose.list(entry.institutions) }

  /// A fact that is not of low confidence.
  private func known(_ field: CatalogueField) -> String? {
    entry.confidence(of: field) == .low ? nil : entry[field]
  }
}
