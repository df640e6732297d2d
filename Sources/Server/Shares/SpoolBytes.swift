// Bounds of what cross-references and accounts put on the disk to sort it: for each user, and for all but administrators.

internal import Index
internal import Synchronization
internal import WireProtocol

/// Counts the bytes that spools of keys have on the disk.
final class SpoolBytes: Sendable {
  private let held = Mutex(Held())
  private let userMax: @Sendable () -> Int

  private struct Held {
    var total = 0
    var byUser: [UInt32: Int] = [:]

    mutating func add(_ byteCount: Int, of party: Party?) {
      total += byteCount
      guard let user = party?.user else { return }
      let count = byUser[user, default: 0] + byteCount
      byUser[user] = count > 0 ? count : nil
    }
  }

  /// - Parameter userMax: bytes that one user may have; 0 for no bound.
  init(userMax: @escaping @Sendable () -> Int) { self.userMax = userMax }

  /// Those of all users.
  var value: Int { held.withLock { $0.total } }

  /// The room of one more spool; it is given back when it goes.
  ///
  /// - Parameter party: for whom; nil for the daemon itself, which is bounded as an administrator is.
  func room(for party: Party?) -> some SpoolRoom { Room(self, of: party) }

  fileprivate func take(_ byteCount: Int, beside own: Int, free: Int, for party: Party?) throws(IndexError) {
    let max = userMax()
    try held.withLock { (held) throws(IndexError) in
      if let party, party.role != .admin {
        let count = held.byUser[party.user, default: 0]
        guard max == 0 || count + byteCount <= max else {
          throw Self.refusal(max: max, count: count, isAlone: own + byteCount > max)
        }
        let kept = (free + held.total + ProtocolLimits.adminShare - 1) / ProtocolLimits.adminShare
        guard free - byteCount >= kept else {
          throw .disk(freeBytes: free - kept, neededBytes: byteCount)
        }
      }
      held.add(byteCount, of: party)
    }
  }

  private static func refusal(max: Int, count: Int, isAlone: Bool) -> IndexError {
    let bound = "one user may have \(max >> 20) MiB on the disk (user-spool)"
    return isAlone
      ? .tooMany("\(bound), and these identifiers take more; split the list, or have the setting raised")
      : .shareUsed(
        "\(bound), and this user's others have \(count >> 20); end one with TALLY, or try again later")
  }

  fileprivate func giveBack(_ byteCount: Int, of party: Party?) {
    held.withLock { $0.add(-byteCount, of: party) }
  }

  /// What one spool has.
  private final class Room: SpoolRoom {
    private let bytes: SpoolBytes
    private let party: Party?
    private let own = Atomic<Int>(0)

    init(_ bytes: SpoolBytes, of party: Party?) {
      self.bytes = bytes
      self.party = party
    }

    deinit { bytes.giveBack(own.load(ordering: .relaxed), of: party) }

    func take(_ byteCount: Int, free: Int) throws(IndexError) {
      try bytes.take(byteCount, beside: own.load(ordering: .relaxed), free: free, for: party)
      own.add(byteCount, ordering: .relaxed)
    }

    func giveBack(_ byteCount: Int) {
      own.subtract(byteCount, ordering: .relaxed)
      bytes.giveBack(byteCount, of: party)
    }
  }
}
