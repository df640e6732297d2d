// What Redis is asked, in its own protocol (RESP2), with the same texts as keys that whichsetd is asked for.

/// Requests to Redis.
package enum RedisRequest {
  /// Appends `SET key 1`.
  package static func set(_ identifier: UInt64, _ notation: Notation, to bytes: inout [UInt8]) {
    bytes.append("*3\r\n$3\r\nSET\r\n")
    appendKey(identifier, notation, to: &bytes)
    bytes.append("$1\r\n1\r\n")
  }

  /// Appends `GET key`.
  package static func get(_ identifier: UInt64, _ notation: Notation, to bytes: inout [UInt8]) {
    bytes.append("*2\r\n$3\r\nGET\r\n")
    appendKey(identifier, notation, to: &bytes)
  }

  /// Appends what stands before the keys of a `MGET` of `count` keys.
  package static func openGetMany(count: Int, to bytes: inout [UInt8]) {
    bytes.append("*")
    bytes.append(decimal: UInt64(count) + 1)
    bytes.append("\r\n$4\r\nMGET\r\n")
  }

  /// Appends a key as an argument: its length in two digits, which all forms of an id have, then its text.
  package static func appendKey(_ identifier: UInt64, _ notation: Notation, to bytes: inout [UInt8]) {
    bytes.append("$00\r\n")
    let start = bytes.count
    notation.append(identifier, to: &bytes)
    let length = bytes.count - start
    precondition(10...99 ~= length)
    bytes[start - 4] += UInt8(length / 10)
    bytes[start - 3] += UInt8(length % 10)
    bytes.append("\r\n")
  }
}
