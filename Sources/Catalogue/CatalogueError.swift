// What is wrong with a catalogue file, and where.

/// A line of a file.
package struct CataloguePlace: Equatable, Sendable {
  /// The file's name.
  package let file: String
  /// The line, from 1.
  package let line: Int
}

/// A catalogue that cannot be taken.
package struct CatalogueError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Where.
  package let place: CataloguePlace
  /// What is wrong, for people.
  package let reason: String

  /// `file:line: reason`.
  package var description: String { "\(place.file):\(place.line): \(reason)" }
}
