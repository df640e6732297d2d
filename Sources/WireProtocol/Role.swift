// What a client may do. A connection has the role of the socket that it entered, from its beginning to its end; who may
// enter which socket is left to the rights of the sockets' files.

/// A role of a connection, from the least to the most that it may do; each may do what the ones before it may.
package enum Role: String, CaseIterable, Comparable, Sendable {
  /// Ask: every verb that changes nothing.
  case read
  /// Load lists and describe datasets.
  case load
  /// Everything: remove datasets, make keys anew, reload settings.
  case admin

  /// Whether a role may do less than another.
  package static func < (one: Role, other: Role) -> Bool { one.rank < other.rank }

  private var rank: Int {
    switch self {
    case .read: 0
    case .load: 1
    case .admin: 2
    }
  }
}

extension Verb {
  /// The least role that may use the verb.
  package var role: Role {
    switch self {
    case .hello, .ping, .check, .checkMany, .get, .identify, .datasets, .dataset, .stats, .overlap, .list,
      .account, .crossref, .items, .tally, .export, .digest, .loads, .metrics, .health, .help, .quit:
      .read
    case .describe, .ingest, .rows, .commit, .abort: .load
    case .remove, .reindex, .reload, .backup, .verify, .compact, .restore: .admin
    }
  }

  /// Whether something may follow the request's line: lines, or a body. It is skipped where the verb is refused.
  package var hasBody: Bool {
    switch self {
    case .checkMany, .items, .rows, .commit: true
    case .hello, .ping, .check, .get, .identify, .datasets, .dataset, .stats, .overlap, .list, .account,
      .crossref, .tally, .export, .digest, .loads, .metrics, .health, .help, .quit, .describe, .ingest,
      .abort, .remove, .reindex, .reload, .backup, .verify, .compact, .restore:
      false
    }
  }

  /// Why a connection of this role may not use the verb; nil where it may.
  package func refusal(for role: Role) -> ProtocolError? {
    guard role < self.role else { return nil }
    return ProtocolError(
      .forbidden, "\(rawValue) needs the role \(self.role.rawValue), and this socket gives \(role.rawValue)")
  }
}
