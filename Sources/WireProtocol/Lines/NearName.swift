// Mistyped names of datasets, settings and commands: which of those that there are was probably meant.

package enum NearName {
  /// Changes of a letter, up to which a name counts as mistyped.
  private static let distanceMax = 2

  /// The first of the names that fewest changes make of `text`; nil where each needs too many. O(names), and the letters of those
  /// that are near.
  package static func nearest(to text: String, among names: [String]) -> String? {
    var best: (name: String, distance: Int)?
    let typed = Array(text.utf8)
    // Of a name of two letters, two changes leave nothing.
    var most = min(distanceMax, max(1, typed.count / 2))
    for name in names {
      guard let distance = distance(typed, Array(name.utf8), atMost: most) else { continue }
      best = (name, distance)
      guard distance > 0 else { break }
      most = distance - 1
    }
    return best?.name
  }

  /// The fewest letters to insert, remove or replace (Levenshtein, 1965); nil where more than `most`. Only cells that
  /// lie within `most` of the diagonal can tell, so it is O(letters).
  package static func distance(_ one: [UInt8], _ other: [UInt8], atMost most: Int) -> Int? {
    guard abs(one.count - other.count) <= most else { return nil }
    let tooFar = most + 1
    var previous = (0...other.count).map { min($0, tooFar) }
    var current = [Int](repeating: tooFar, count: other.count + 1)
    for (row, letter) in one.enumerated() {
      let band = max(0, row - most)..<min(other.count, row + most + 1)
      current[band.lowerBound] = band.lowerBound == 0 ? min(row + 1, tooFar) : tooFar
      var least = current[band.lowerBound]
      for column in band {
        let changed = previous[column] + (letter == other[column] ? 0 : 1)
        current[column + 1] = min(previous[column + 1] + 1, current[column] + 1, changed, tooFar)
        least = min(least, current[column + 1])
      }
      guard least <= most else { return nil }
      swap(&previous, &current)
    }
    return previous[other.count] <= most ? previous[other.count] : nil
  }
}
