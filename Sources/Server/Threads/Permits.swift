// Bounds of what may be under way at once.

internal import Synchronization
internal import WireProtocol

/// Counts the streamed replies under way, or the cross-references: each holds a snapshot, whose pages LMDB cannot reuse
/// meanwhile.
final class StreamCount: Sendable {
  private let count = Atomic<Int>(0)
  private let max: Int
  private let name: String

  /// - Parameters:
  ///   - max: how many there may be.
  ///   - name: what they are called.
  init(max: Int = ProtocolLimits.streamsMax, of name: String = "streamed replies") {
    self.max = max
    self.name = name
  }

  var value: Int { count.load(ordering: .relaxed) }

  /// A permit for one more; it is given back when it goes.
  func permit() throws(ProtocolError) -> StreamPermit {
    guard count.add(1, ordering: .relaxed).newValue <= max else {
      count.subtract(1, ordering: .relaxed)
      throw ProtocolError(
        .busy,
        max == 1
          ? "\(name) is under way; try again when it has ended"
          : "\(max) \(name) are under way; try again when one has ended")
    }
    return StreamPermit(self)
  }

  fileprivate func giveBack() { count.subtract(1, ordering: .relaxed) }
}

/// One of the streamed replies that may be under way.
final class StreamPermit: Sendable {
  private let count: StreamCount

  fileprivate init(_ count: StreamCount) { self.count = count }

  deinit { count.giveBack() }
}
