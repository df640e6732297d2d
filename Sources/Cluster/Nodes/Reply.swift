// What a node replies, and what the errors among it mean.

import ByteText

package enum Reply: Equatable, Sendable {
  case bytes([UInt8])
  case status(String)
  case integer(Int)
  case none
  case error(String)
  case list([Reply])

  var text: String? {
    switch self {
    case .bytes(let bytes): String(decoding: bytes, as: UTF8.self)
    case .status(let text), .error(let text): text
    default: nil
    }
  }

  var number: Int? { if case .integer(let number) = self { number } else { nil } }
  var elements: [Reply]? { if case .list(let elements) = self { elements } else { nil } }
}

/// What to do after an error of a node.
enum Redirection: Equatable {
  /// The slot is another node's.
  case moved(slot: Int, NodeAddress)
  /// The slot is being moved, and this key is at the other node already; only this command goes there.
  case ask(NodeAddress)
  /// The cluster is between two states.
  case later
  /// It will be refused again.
  case refused

  /// - Parameter node: which has said it.
  init(_ error: String, from node: NodeAddress) {
    let words = error.split(separator: " ")
    switch words.first {
    case "MOVED":
      if words.count >= 3, let slot = Decimal.parse(String(words[1])), slot < ClusterLimits.slotCount,
        let address = NodeAddress(redirection: words[2], of: node)
      {
        self = .moved(slot: slot, address)
      } else {
        self = .refused
      }
    case "ASK":
      let address = words.count >= 3 ? NodeAddress(redirection: words[2], of: node) : nil
      self = address.map { .ask($0) } ?? .refused
    case "TRYAGAIN", "CLUSTERDOWN", "LOADING", "MASTERDOWN", "READONLY", "NOREPLICAS", "BUSY":
      self = .later
    default: self = .refused
    }
  }
}
