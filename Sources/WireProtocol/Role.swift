// What a client may do. A connection has the role of the socket that it entered, from its beginning to its end; who may
// enter which socket is left to the rights of the sockets' files.

/// A role of a connection, from the least to the most that it may do; each may do what the ones before it may.
package enum Role: String, CaseIterable, Comparable, Sendable {
  case read
  case load
  /// Everything: remove datasets, rebuild keys, reload settings.
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
