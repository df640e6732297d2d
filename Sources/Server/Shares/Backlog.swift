/// What waits for a thread.
struct Backlog: Equatable, Sendable {
  var count = 0
  /// How long the first of it has waited.
  var nanoseconds = 0
}
