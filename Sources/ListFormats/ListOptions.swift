// What the caller can say about a list beyond its format.

/// Choices that some formats need.
package struct ListOptions: Sendable {
  /// The defaults: nothing beyond the format.
  package init() {}
}
