// Where a node listens, as it is written on a command line and as a cluster says it.

import ByteText
package import Console

package struct NodeAddress: Hashable, Sendable, CustomStringConvertible {
  package let host: String
  package let port: Int

  package init(host: String, port: Int) {
    self.host = host
    self.port = port
  }

  package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

  private static let usualPort = 6_379

  /// Reads `redis://host:port,host:port`; the scheme and the ports may be missing.
  package static func list(_ text: String) throws(Trouble) -> [NodeAddress] {
    var rest = text[...]
    if rest.hasPrefix("rediss://") {
      throw Trouble(
        "\(text.prefix(9)) asks for TLS, which hiredis 0.14 does not know; have stunnel on this machine speak it "
          + "(docs/cluster.md), and name its port with redis://")
    }
    if rest.hasPrefix("redis://") { rest = rest.dropFirst(8) }
    guard !rest.contains("@") else {
      throw Trouble(
        "no password on a command line, which everybody on the machine can read; write user:password to a file and "
          + "give that with --cluster-auth")
    }
    let words = rest.split(separator: ",", omittingEmptySubsequences: false)
    guard words.count <= ClusterLimits.seedsMax else {
      throw Trouble("at most \(ClusterLimits.seedsMax) nodes can be named; the others are asked for")
    }
    var addresses: [NodeAddress] = []
    for word in words {
      guard let address = NodeAddress(word) else {
        throw Trouble("\(word.isEmpty ? "nothing" : String(word)) is no node; write host:port,host:port")
      }
      addresses.append(address)
    }
    return addresses
  }

  /// Reads `host`, `host:port`, `[host]` and `[host]:port`.
  package init?(_ text: Substring) {
    var (host, port) = (text, Substring("\(Self.usualPort)"))
    if text.hasPrefix("[") {
      guard let end = text.firstIndex(of: "]") else { return nil }
      host = text[text.index(after: text.startIndex)..<end]
      let rest = text[text.index(after: end)...]
      guard rest.isEmpty || rest.hasPrefix(":") else { return nil }
      if !rest.isEmpty { port = rest.dropFirst() }
    } else if let colon = text.firstIndex(of: ":") {
      (host, port) = (text[..<colon], text[text.index(after: colon)...])
    }
    self.init(host: host, port: port)
  }

  /// Reads what a node says in a redirection: `host:port`, where the host may be an IPv6 address without brackets, or
  /// missing, which stands for the node's own host.
  init?(redirection text: Substring, of node: NodeAddress) {
    guard let colon = text.lastIndex(of: ":") else { return nil }
    let host = text[..<colon]
    self.init(host: host.isEmpty ? node.host[...] : host, port: text[text.index(after: colon)...])
  }

  private init?(host: Substring, port: Substring) {
    guard !host.isEmpty, host.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "/") }),
      let port = Decimal.parse(String(port)), (1...65_535).contains(port)
    else { return nil }
    self.init(host: String(host), port: port)
  }
}
