// Bounds of what may be open or under way at once: by all, by all but administrators, and by one user.

internal import Platform
internal import Synchronization
internal import WireProtocol

/// The part of all slots that one user may hold, administrators apart.
final class UserShare: Sendable {
  /// In percent; 100 where one may hold all of them.
  let percent: Atomic<Int>

  init(percent: Int = 100) { self.percent = Atomic(percent) }
}

/// Counts what there may be only so many of: streamed replies and cross-references, each of which holds a snapshot whose pages
/// LMDB cannot reuse meanwhile; open loads; connections.
final class Slots: Sendable {
  private let held = Mutex(Held())
  private let max: @Sendable () -> Int
  private let name: String
  private let share: UserShare
  private let isExclusive: Bool
  fileprivate let clock: @Sendable () -> Int

  static let systemClock: @Sendable () -> Int = { MonotonicClock.nanoseconds }

  private struct Held {
    var count = 0
    var byUser: [UInt32: Int] = [:]
  }

  /// - Parameters:
  ///   - max: how many there may be.
  ///   - name: what is said of those that there are.
  ///   - isExclusive: whether there is but one, which `name` names.
  convenience init(
    max: Int = ProtocolLimits.streamsMax, of name: String = "streamed replies are under way",
    share: UserShare = UserShare(), isExclusive: Bool = false,
    clock: @escaping @Sendable () -> Int = Slots.systemClock
  ) {
    self.init(max: { max }, of: name, share: share, isExclusive: isExclusive, clock: clock)
  }

  init(
    max: @escaping @Sendable () -> Int, of name: String, share: UserShare, isExclusive: Bool = false,
    clock: @escaping @Sendable () -> Int = Slots.systemClock
  ) {
    self.clock = clock
    self.isExclusive = isExclusive
    self.max = max
    self.name = name
    self.share = share
  }

  var value: Int { held.withLock { $0.count } }

  /// How many a user holds.
  func value(of user: UInt32) -> Int { held.withLock { $0.byUser[user] ?? 0 } }

  /// Takes one more; it is given back when it goes.
  ///
  /// - Parameter party: for whom; nil for the daemon itself, which is bounded as an administrator is.
  func take(for party: Party? = nil) throws(ProtocolError) -> Slot {
    let max = max()
    let own = Swift.max(1, (max * share.percent.load(ordering: .relaxed) + 99) / 100)
    let isAdmin = party.map { $0.role == .admin } ?? true
    try held.withLock { (held) throws(ProtocolError) in
      guard
        held.count
          < (isAdmin
            ? max : max - (max > 1 ? (max + ProtocolLimits.adminShare - 1) / ProtocolLimits.adminShare : 0))
      else {
        throw refusal(held.count)
      }
      guard let party else {
        held.count += 1
        return
      }
      let count = held.byUser[party.user, default: 0]
      guard isAdmin || count < own else { throw refusal(own, isOwn: true) }
      held.count += 1
      held.byUser[party.user] = count + 1
    }
    return Slot(self, of: party)
  }

  private func refusal(_ count: Int, isOwn: Bool = false) -> ProtocolError {
    ProtocolError(
      .busy,
      isExclusive
        ? "\(name); try again when it has ended"
        : "\(count) \(name)\(isOwn ? " for this user alone" : ""); try again later")
  }

  fileprivate func giveBack(_ party: Party?) {
    held.withLock { held in
      held.count -= 1
      guard let party, let count = held.byUser[party.user] else { return }
      held.byUser[party.user] = count > 1 ? count - 1 : nil
    }
  }
}

/// One of the slots, held until it goes.
final class Slot: Sendable {
  private let slots: Slots
  private let party: Party?
  private let began: Int

  fileprivate init(_ slots: Slots, of party: Party?) {
    self.slots = slots
    self.party = party
    began = slots.clock()
  }

  deinit { slots.giveBack(party) }

  /// Throws where it has kept a snapshot for too long. Administrators and the daemon itself may, since maintenance takes as long as
  /// the index is large.
  func checkAge(at now: Int? = nil) throws(ProtocolError) {
    guard let party, party.role != .admin,
      (now ?? slots.clock()) - began > ProtocolLimits.snapshotSecondsMax * 1_000_000_000
    else { return }
    throw ProtocolError(
      .busy,
      "the snapshot has been held for \(ProtocolLimits.snapshotSecondsMax) seconds; ask again, or for less at once"
    )
  }
}
