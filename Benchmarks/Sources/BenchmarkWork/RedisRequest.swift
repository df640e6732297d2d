// What Redis is asked, in its own protocol (RESP2), with the shortest keys that are still named as such.

/// Requests to Redis.
package enum RedisRequest {
  /// Appends `SET key:ID 1`.
  package static func set(_ identifier: UInt64, to bytes: inout [UInt8]) {
    bytes.append("*3\r\n$3\r\nSET\r\n")
    appendKey(identifier, to: &bytes)
    bytes.append("$1\r\n1\r\n")
  }

  /// Appends `GET key:ID`.
  package static func get(_ identifier: UInt64, to bytes: inout [UInt8]) {
    bytes.append("*2\r\n$3\r\nGET\r\n")
    appendKey(identifier, to: &bytes)
  }

  /// Appends what stands before the keys of a `MGET` of `count` keys.
  package static func openGetMany(count: Int, to bytes: inout [UInt8]) {
    bytes.append("*")
    bytes.append(decimal: UInt64(count) + 1)
    bytes.append("\r\n$4\r\nMGET\r\n")
  }

  /// Appends the key of an id, as an argument.
  package static func appendKey(_ identifier: UInt64, to bytes: inout [UInt8]) {
    var digitCount: UInt64 = 1
    var rest = identifier / 10
    while rest > 0 {
      digitCount += 1
      rest /= 10
    }
    bytes.append("$")
    bytes.append(decimal: 4 + digitCount)
    bytes.append("\r\nkey:")
    bytes.append(decimal: identifier)
    bytes.append("\r\n")
  }
}
