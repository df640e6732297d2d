// Who is next: parties take turns, so that one that asks a thousand times delays another by one step, not by a thousand.

internal import DequeModule
internal import WireProtocol

/// Those who share a turn: all connections of a user that came in with the same role. Roles apart, so that an administrator
/// never waits behind clients that are the same user.
struct Party: Hashable, Sendable {
  let user: UInt32
  let role: Role
}

/// Entries in the order in which they are due. Those of one party keep theirs.
struct TurnQueue<Entry> {
  private var entries: [Party?: Deque<Entry>] = [:]
  /// The parties that have entries; the first one is next.
  private var turns: Deque<Party?> = []
  private(set) var count = 0

  mutating func append(_ entry: Entry, of party: Party?) {
    count += 1
    if entries[party, default: []].isEmpty { turns.append(party) }
    entries[party, default: []].append(entry)
  }

  mutating func popFirst() -> Entry? {
    guard let party = turns.popFirst(), let entry = entries[party]?.popFirst() else { return nil }
    count -= 1
    if entries[party]?.isEmpty == true {
      entries[party] = nil
    } else {
      turns.append(party)
    }
    return entry
  }

  /// All entries, in no order.
  var all: [Entry] { entries.values.flatMap { $0 } }
}
