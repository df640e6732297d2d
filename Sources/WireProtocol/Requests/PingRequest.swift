/// `PING`: is the daemon there?
package struct PingRequest: Request {
  package static let name = "PING"
  package static let summary = "- is the daemon there?"
  package static let role = Role.read

  package init() {}

  /// `PONG`.
  package struct Reply: WholeReply {
    package init() {}

    package func append(to output: inout [UInt8]) { output.append(contentsOf: "PONG\n".utf8) }
  }
}
