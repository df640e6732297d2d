// How far a walk over the index is.

internal import Index
internal import WireProtocol

/// Tells now and then how far a walk is.
struct WalkPace {
  private var told = 0
  /// Blocks between two tellings.
  private static let blocks = 1_024

  /// Adds how many blocks are done, of how many, where it is time to.
  mutating func tell(_ walk: ListingWalk, in part: inout ReplyPart) {
    guard walk.blocksDone - told >= Self.blocks else { return }
    told = walk.blocksDone
    part.fields = StreamProgress(done: walk.blocksDone, of: walk.blocksTotal).values
  }
}
