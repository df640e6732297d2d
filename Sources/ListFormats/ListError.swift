// What can go wrong with a list as a whole. A bad row is no error: it becomes a rejected row.

/// Why a list cannot be read (further). Whatever was read of it must not be committed.
package struct ListError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The name of the list, as given by the caller.
  package let file: String
  /// The line at which reading stopped, from 1, where there is one.
  package let line: UInt64?
  /// What is wrong, in a few words that hold nothing of the list's content.
  package let reason: String
  /// What the caller can do about it.
  package let hint: String

  /// `FILE:LINE: reason; what to do`.
  package var description: String {
    let place = line.map { "\(file):\($0)" } ?? file
    return hint.isEmpty ? "\(place): \(reason)" : "\(place): \(reason); \(hint)"
  }
}
