// A link: what is stored under a further key of a row, and leads to its primary key.
//
//   link:    1, namespace (1), then the primary key: the integer without its leading zero bytes, or the digest

package import Identifiers
package import Index

/// A stored key and its namespace.
package struct NamespacedKey: Hashable, Sendable {
  package let namespace: Namespace
  package let key: StoredKey

  package init(namespace: Namespace, key: StoredKey) {
    self.namespace = namespace
    self.key = key
  }

  /// As the index knows it.
  package var indexKey: IndexKey { IndexKey(namespace.rawValue, key) }
}

/// A link from a further key of a row to its primary key.
package enum ListingLink {
  package static func encoded(to primary: NamespacedKey) -> [UInt8] {
    var output: [UInt8] = [PayloadMark.link, primary.namespace.rawValue]
    func append(_ word: UInt64, bytes count: Int) {
      for byte in 0..<count { output.append(UInt8(truncatingIfNeeded: word >> (8 * UInt64(byte)))) }
    }
    if primary.namespace.isInteger {
      append(primary.key.integerValue, bytes: 8)
      // An id of a photo has far fewer than eight bytes.
      while output.count > 3, output.last == 0 { output.removeLast() }
    } else {
      append(primary.key.high, bytes: 8)
      append(primary.key.low, bytes: 4)
    }
    return output
  }

  package static func primary(of payload: ArraySlice<UInt8>) -> NamespacedKey? {
    let front = payload.startIndex
    guard payload.count >= 3, payload[front] == PayloadMark.link,
      let namespace = Namespace(rawValue: payload[front + 1])
    else { return nil }
    func word(_ start: Int) -> UInt64 {
      var value: UInt64 = 0
      for byte in 0..<8 where start + byte < payload.count {
        value |= UInt64(payload[front + start + byte]) << (8 * UInt64(byte))
      }
      return value
    }
    return NamespacedKey(
      namespace: namespace,
      key: namespace.isInteger ? StoredKey(integer: word(2)) : StoredKey(high: word(2), low: word(10)))
  }
}
