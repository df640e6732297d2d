// Who may open databases, and which are open. LMDB's rule is that a transaction which opens a database must end
// before any other opens one; broken, two databases share one handle, and data goes to the wrong one. Here the rule
// is kept: a transaction that would break it gets an error. The state is pure; LMDB is called by Transaction.
//
// Invariant: at most one live transaction has changed LMDB's table of handles (the opener), and every handle in
// `known` is in the table for good, so that a transaction begun in this epoch may use it.

/// The environment's open databases.
struct DatabaseHandles: Sendable {
  /// What a transaction needs to show in order to open a database.
  struct Ticket: Sendable {
    fileprivate let serial: UInt64
    fileprivate let epoch: UInt64
  }

  private var known: [String: Database] = [:]
  private var opened: [String: Database] = [:]
  private var opener: UInt64?
  private var epoch: UInt64 = 0
  private var lastSerial: UInt64 = 0

  /// A ticket for a transaction that is about to begin; taken before it, so that it is never too new.
  mutating func ticket() -> Ticket {
    lastSerial += 1
    return Ticket(serial: lastSerial, epoch: epoch)
  }

  /// The database `name`, if the transaction can use it without opening it.
  func handle(_ name: String, for ticket: Ticket) -> Database? {
    if opener == ticket.serial, let database = opened[name] { return database }
    return epoch == ticket.epoch ? known[name] : nil
  }

  /// Throws unless the transaction may change LMDB's table of handles.
  func checkMayChange(_ ticket: Ticket, call: String) throws(LMDBError) {
    let allowed = opener == nil ? epoch == ticket.epoch : opener == ticket.serial
    if !allowed { throw LMDBError(.databasesOpenedElsewhere, call: call) }
  }

  /// Notes that the transaction has opened a database.
  mutating func open(_ name: String, _ database: Database, by ticket: Ticket) {
    opener = ticket.serial
    opened[name] = database
  }

  /// Notes that the transaction has dropped a database, which closes its handle for everyone.
  mutating func close(_ database: Database, by ticket: Ticket) {
    opener = ticket.serial
    known = known.filter { $0.value.handle != database.handle }
    opened = opened.filter { $0.value.handle != database.handle }
  }

  /// Notes that the transaction has ended, and whether LMDB kept the handles that it opened.
  mutating func end(_ ticket: Ticket, kept: Bool) {
    guard opener == ticket.serial else { return }
    if kept { known.merge(opened) { _, new in new } }
    opened.removeAll()
    opener = nil
    epoch += 1
  }
}
