// What an `MCHECK` sees does not depend on how its bytes arrive.

internal import ByteText
internal import Index
internal import WireProtocol

/// The snapshot of an unfinished `MCHECK`, kept from one chunk of input to the next, until it has answered as many bytes of
/// identifiers as are promised to see one.
struct SnapshotHold {
  private(set) var snapshot: Snapshot?
  /// Since when, in nanoseconds of `MonotonicClock`.
  private var since = 0
  /// Bytes of identifiers that it has answered in earlier chunks.
  private var bytes = 0
  /// Where in the present chunk the identifiers begin.
  private var start = 0

  var isKept: Bool { snapshot != nil }

  /// A chunk begins with identifiers.
  @inline(__always)
  mutating func beginChunk() { start = 0 }

  /// The line of an `MCHECK` ends somewhere behind `offset`.
  mutating func begin(_ input: Span<UInt8>, behind offset: Int) {
    start = input.firstIndex(of: UInt8(ascii: "\n"), from: offset).map { $0 + 1 } ?? input.count
    bytes = 0
  }

  /// A chunk ends at `position` and identifiers are still to come.
  mutating func endChunk(at position: Int, _ context: inout SessionContext) {
    bytes += position - start
    guard bytes < ProtocolLimits.checkManySnapshotBytes else {
      snapshot = nil
      bytes = 0
      return
    }
    guard snapshot == nil else { return }
    snapshot = context.taken
    since = context.chunkBegan
  }

  /// Whether it has kept pages from being used again for too long, where the newest snapshot is of `version`.
  func isOverdue(at now: Int, newest version: Int) -> Bool {
    guard let snapshot else { return false }
    return snapshot.version != version && now - since > ProtocolLimits.stalledSecondsMax * 1_000_000_000
  }
}
