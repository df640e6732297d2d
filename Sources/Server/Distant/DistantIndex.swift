// An index that is elsewhere, in place of the daemon's own: a daemon that has one is a gateway. Where it is, and how it is
// asked, is not known here; `Gateway` has that. What cannot be answered is an error, and never a miss.

package import Identifiers
package import WireProtocol

package protocol DistantIndex: AnyObject, Sendable {
  /// What one thread looks up with.
  func makeReader() -> any DistantReader
  /// What one thread looks with for what is new.
  func makeWatcher() -> any DistantWatcher
  /// Its newest state. Throws where there is none. No look at the network.
  func state() throws(ProtocolError) -> any DistantState
  /// A digest that stands for a key of text, `namespace:value`: no two have the same.
  func digest(of text: Span<UInt8>) -> (high: UInt64, low: UInt64)
  /// What is known of it now. No look at the network.
  var status: DistantStatus { get }
  /// The reply to a request about datasets, as the index's own daemon has it; nil where it had none. No look at the network.
  func reply(to request: String) throws(ProtocolError) -> DistantReply?
}

/// A state of a distant index, to look up several times in the same one.
package protocol DistantState: AnyObject, Sendable {}

/// It is used on one thread only.
package protocol DistantReader: AnyObject {
  /// An answer for each key, all of one state of the index. Waits for the network, for a bounded time.
  ///
  /// - Parameter state: which it has to be; nil for the newest.
  func answers(to keys: [DistantKey], in state: (any DistantState)?) -> [DistantAnswer]
}

/// It is used on one thread only.
package protocol DistantWatcher: AnyObject {
  /// Looks for a newer state of the index, and which of its machines answer. Waits for the network, for a bounded time.
  func look()
}

/// A key to look up.
package enum DistantKey: Equatable, Sendable {
  case integer(Namespace, UInt64)
  /// `namespace:value`.
  case text(Namespace, [UInt8])
  /// The digest of a text.
  case digest(Namespace, high: UInt64, low: UInt64)

  package var namespace: Namespace {
    switch self {
    case .integer(let namespace, _), .text(let namespace, _), .digest(let namespace, _, _): namespace
    }
  }
}

package enum DistantAnswer: Equatable, Sendable {
  /// In these datasets, separated by commas.
  case hit(ArraySlice<UInt8>)
  case miss
  /// No list has keys of its namespace.
  case unsearchable
  case failed(ProtocolError)
}

package struct DistantReply: WholeReply, Equatable {
  package let count: Int
  /// Each with its LF.
  package let lines: ArraySlice<UInt8>

  package init(count: Int, lines: ArraySlice<UInt8>) {
    self.count = count
    self.lines = lines
  }

  package func append(to output: inout [UInt8]) {
    output.append(contentsOf: "OK \(count)\n".utf8)
    output += lines
  }
}

package struct DistantStatus: Sendable {
  /// The state that is answered from; nil before there is one.
  package var generation: String?
  /// When it was published, in seconds since 1970.
  package var publishedAt = 0
  /// The host that it comes from, where loads go; nil while that is not known.
  package var publisher: String?
  package var datasets: [String] = []
  /// Lines of `STATS` that are about the index.
  package var statistics: [(name: String, value: String)] = []
  /// Machines that have it, and why those that do not answer do not.
  package var nodes: [(name: String, failure: String?)] = []
  /// What keeps it from being answered, or from being the newest one.
  package var trouble: String?

  package init() {}

  var unreachable: [(name: String, failure: String?)] { nodes.filter { $0.failure != nil } }

  func count(_ name: String) -> Int? {
    statistics.first { $0.name == name }.flatMap { Int($0.value) }
  }
}
