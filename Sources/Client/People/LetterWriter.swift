// `whichset check --letter`: gathers the rows of all inputs by dataset, since a letter is about one dataset, and writes the
// letters when all is answered.

import Console

package struct LetterWriter: MatchWriter {
  private let index: IndexedDatasets
  private let isSilent: Bool
  private var found: [String: Found] = [:]

  private struct Found {
    var findings: [(input: String, listings: [Listing])] = []
    var isTruncated = false
  }

  /// A writer of letters.
  ///
  /// - Parameters:
  ///   - index: what is known of datasets.
  ///   - isSilent: whether the letters are only to be had by `letters`, not written to the output.
  package init(_ index: IndexedDatasets, isSilent: Bool) {
    self.index = index
    self.isSilent = isSilent
  }

  /// The letters by their datasets, in order of these.
  package var letters: [(slug: String, letter: RequestLetter)] {
    found.sorted { $0.key < $1.key }.map { slug, found in
      let letter = RequestLetter(
        slug: slug, in: index, findings: found.findings, isTruncated: found.isTruncated)
      return (slug, letter)
    }
  }

  package mutating func begin(_ output: inout [UInt8]) {}

  package mutating func write(_ match: Match, to output: inout [UInt8]) {
    guard case .found(let findings, let isTruncated) = match.outcome else { return }
    for finding in findings {
      found[finding.slug, default: Found()].findings.append((match.input, finding.listings))
      if isTruncated { found[finding.slug]?.isTruncated = true }
    }
  }

  /// Appends all letters; a form feed parts them, at which printers begin a new page.
  package mutating func end(_ output: inout [UInt8]) {
    guard !isSilent else { return }
    for (number, letter) in letters.enumerated() {
      if number > 0 { output.append("\u{0C}") }
      output.append(letter.letter.text)
    }
  }
}
