// Mistyped names of datasets, settings and commands: which of those that there are was probably meant.

package enum NearName {
  /// Changes of a letter, up to which a name counts as mistyped.
  private static let distanceMax = 2

  /// The first of the names that fewest changes make of `text`; nil where each needs too many. O(names, and letters
  /// squared).
  package static func nearest(to text: String, among names: [String]) -> String? {
    var best: (name: String, distance: Int)?
    let typed = Array(text.utf8)
    for name in names {
      let distance = distance(typed, Array(name.utf8))
      // Of a name of two letters, two changes leave nothing.
      guard distance <= min(distanceMax, max(1, typed.count / 2)) else { continue }
      if distance < best?.distance ?? .max { best = (name, distance) }
    }
    return best?.name
  }

  /// The fewest letters to insert, remove or replace (Levenshtein, 1965).
  package static func distance(_ one: [UInt8], _ other: [UInt8]) -> Int {
    var previous = Array(0...other.count)
    for (row, letter) in one.enumerated() {
      var current = [row + 1]
      for (column, otherLetter) in other.enumerated() {
        current.append(
          min(
            previous[column + 1] + 1, current[column] + 1,
            previous[column] + (letter == otherLetter ? 0 : 1)))
      }
      previous = current
    }
    return previous[other.count]
  }
}
