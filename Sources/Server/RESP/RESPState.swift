// What a RESP connection keeps from one command to the next.

internal import Synchronization

struct RESPState {
  var parser = RESPParser()
  var version = RESPVersion.two
  /// What `CLIENT` was given.
  var names = Names()
  /// The commands behind `MULTI`.
  var transaction: Transaction?
  var reply = OpenReply()
  private(set) var id = 0

  struct Names {
    var connection: [UInt8] = []
    var library: [UInt8] = []
    var libraryVersion: [UInt8] = []
  }

  struct Transaction {
    /// The commands as they came, one behind the other.
    var commands: [UInt8] = []
    var count = 0
    /// Whether one was refused, so that none will be answered.
    var isRefused = false
  }

  /// The reply to a command some of whose identifiers are answered.
  struct OpenReply {
    /// Where it begins in the output.
    var start = 0
    /// Identifiers of it that were found.
    var found = 0
    /// Whether it has become an error.
    var hasFailed = false
  }

  private static let lastID = Atomic<Int>(0)

  mutating func begin() { id = Self.lastID.add(1, ordering: .relaxed).newValue }

  /// As `RESET` has it.
  mutating func reset() {
    version = .two
    names.connection = []
    transaction = nil
  }
}
