// A cross-reference: identifiers by the million, counted by dataset and label (PROTOCOL.md, `XREF`). Its rows come in
// blocks; their keys go to a spool, which puts them in order and keeps memory bounded. `TALLY` then takes each key once
// and looks it up. All is seen in one snapshot, taken when the cross-reference is opened.

internal import ByteText
internal import Identifiers
internal import Index
internal import IndexKeys
internal import Synchronization
internal import WireProtocol

/// An open cross-reference. Its connection and the threads take turns with it; when all have let go, nothing of it is
/// left.
final class Crossref: Sendable {
  let snapshot: Snapshot
  let labels: CrossrefLabels
  /// In a gateway, where its keys are looked up.
  let distant: DistantCrossref?
  private let givesMatches: Bool
  private let state: Mutex<State?>
  private let readers: CrossrefReaders
  private let slot: Mutex<Slot?>

  /// What is counted before keys are put in order.
  struct Totals: Equatable {
    var rows = 0
    var invalid = 0
    var unresolvable = 0
    /// Both by label.
    var rejected = LabelCounts()
  }

  fileprivate struct State: ~Copyable {
    var spool: KeySpool
    var totals = Totals()
  }

  /// - Parameters:
  ///   - distant: where keys are looked up in place of `index`.
  ///   - givesMatches: whether the reply to a block tells which of its rows are in datasets.
  ///   - slot: of one more cross-reference.
  ///   - room: on the disk.
  init(
    _ index: Index, distant: DistantCrossref? = nil, givesMatches: Bool, slot: Slot, room: any SpoolRoom,
    ruleVersion: Int
  ) {
    self.distant = distant
    snapshot = index.snapshot
    labels = CrossrefLabels()
    self.givesMatches = givesMatches
    self.slot = Mutex(slot)
    let lanes = index.limits.stagingLanes
    state = Mutex(State(spool: index.keySpool(lanes: lanes, room: room)))
    readers = CrossrefReaders(
      labels: labels, snapshot: snapshot, distant: distant?.index, lanes: lanes, ruleVersion: ruleVersion)
  }

  /// Takes a block of rows. After an error the cross-reference is no more.
  ///
  /// - Parameter reader: of the distant index, in a gateway.
  func take(_ body: [UInt8], rows count: Int, _ reader: (any DistantReader)? = nil) throws
    -> ItemsRequest.Reply
  {
    try slot.withLock { $0 }?.checkAge()
    return try state.withLock { state in
      guard var open = state.take() else { throw Self.isNoMore }
      let outcome = try readers.read(
        body, rows: count, into: &open.spool.lanes, givesMatches: givesMatches)
      var reply = outcome.reply
      if givesMatches, let distant, let reader { reply = try distant.matches(outcome.images, reader) }
      open.totals.rows += count
      open.totals.invalid += outcome.invalid
      open.totals.unresolvable += outcome.unresolvable
      open.totals.rejected.add(outcome.rejected)
      try open.spool.spillIfFull()
      state = consume open
      return reply
    }
  }

  /// Whether it has kept its snapshot for too long.
  func isTooOld(at now: Int) -> Bool {
    do throws(ProtocolError) {
      try slot.withLock { $0 }?.checkAge(at: now)
      return false
    } catch { return true }
  }

  /// Takes images that did not come in a block.
  func add(_ keys: [NamespacedKey], label: UInt16) throws {
    try slot.withLock { $0 }?.checkAge()
    try state.withLock { state in
      guard var open = state.take() else { throw Self.isNoMore }
      for key in keys {
        KeySpool.append(key.key, space: key.namespace.rawValue, label: label, to: &open.spool.lanes[0])
      }
      open.totals.rows += keys.count
      try open.spool.spillIfFull()
      state = consume open
    }
  }

  /// Ends the taking of rows: what is left is to look up their keys.
  func close() throws -> Closed {
    try state.withLock { state in
      guard let open = state.take() else { throw Self.isNoMore }
      return Closed(open)
    }
  }

  /// A cross-reference of which all rows have come.
  struct Closed: ~Copyable {
    let totals: Totals
    let spool: KeySpool

    fileprivate init(_ state: consuming State) {
      totals = state.totals
      spool = state.spool
    }
  }

  /// Gives it up: what it has on the disk is removed.
  func drop() {
    state.withLock { $0 = nil }
    slot.withLock { $0 = nil }
  }

  /// The slot, for the reply that the cross-reference ends with.
  func takeSlot() throws -> Slot {
    guard let slot = slot.withLock({ $0.take() }) else { throw Self.isNoMore }
    return slot
  }

  private static var isNoMore: ProtocolError {
    ProtocolError(.load, "this cross-reference was given up; XREF opens another one")
  }
}
