// Why settings cannot be used: where, what, and what is allowed instead.

/// A mistake in settings.
package struct SettingsError: Error, Equatable, Sendable, CustomStringConvertible {
  /// One line: where, what is wrong, what is allowed.
  package let description: String

  /// Makes an error of a text.
  package init(_ description: String) { self.description = description }

  /// A value that a setting cannot have.
  init(_ origin: Origin, _ setting: Setting, _ value: String, _ objection: String) {
    description = "\(origin.place)\(setting.name): '\(value)' \(objection)"
  }
}
