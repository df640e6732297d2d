// What precedes a copy that is to hold nothing of what was erased, removed or replaced.

internal import Index
internal import Platform
internal import WireProtocol

/// Deletes old generations, step by step, on the writer's thread.
struct GenerationSweep {
  /// When it gives up waiting for readers of old snapshots; nil before the first step.
  private var end: ContinuousClock.Instant?

  private static let patience = Duration.seconds(60)

  /// Whether none is left.
  mutating func step(_ writer: IndexWriter) throws -> Bool {
    let end = end ?? .now + Self.patience
    self.end = end
    guard writer.hasGarbage else { return true }
    if try writer.sweep() { return false }
    guard .now < end else {
      throw ProtocolError(
        .busy,
        "somebody has been reading an old state of the index for too long; try again when that has ended")
    }
    MonotonicClock.sleep(.milliseconds(20))
    return false
  }
}
