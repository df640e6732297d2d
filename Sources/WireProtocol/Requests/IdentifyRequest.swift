/// `IDENTIFY identifier`: its key. Nothing is looked up.
package struct IdentifyRequest: IdentifierRequest {
  package static let name = "IDENTIFY"
  package static let summary = "identifier - its key; nothing is looked up"
  package static let role = Role.read
  package static let counts = Counted.query

  package var identifier: [UInt8] = []

  package init() {}

  /// `OK namespace:value`.
  package struct Reply: WholeReply {
    package var key: [UInt8]

    package init(key: [UInt8]) { self.key = key }

    package func append(to output: inout [UInt8]) {
      output.append(contentsOf: "OK ".utf8)
      output += key
      output.append(UInt8(ascii: "\n"))
    }
  }
}
