// What memcached is asked, in its text protocol, with the same texts as keys that whichsetd is asked for.

/// Requests to memcached, and its replies.
package enum MemcachedRequest {
  /// Appends a `set` that is not answered.
  package static func set(_ identifier: UInt64, to bytes: inout [UInt8]) {
    bytes.append("set ")
    Notation.flickr.append(identifier, to: &bytes)
    bytes.append(" 0 0 1 noreply\r\n1\r\n")
  }

  /// Appends a `get`.
  package static func get(_ identifier: UInt64, to bytes: inout [UInt8]) {
    bytes.append("get ")
    Notation.flickr.append(identifier, to: &bytes)
    bytes.append("\r\n")
  }

  /// Appends what a `get` must be answered.
  package static func reply(_ identifier: UInt64, isMember: Bool, to bytes: inout [UInt8]) {
    if isMember {
      bytes.append("VALUE ")
      Notation.flickr.append(identifier, to: &bytes)
      bytes.append(" 0 1\r\n1\r\n")
    }
    bytes.append("END\r\n")
  }
}
