/// `HELLO 1`: agrees on the protocol's version.
package struct HelloRequest: Request {
  package static let name = "HELLO"
  package static let summary = "1 - agree on the protocol's version"
  package static let role = Role.read

  package var version = ProtocolLimits.version

  package init() {}

  package static var words: [WordOf<Self>] {
    [.number(\.version, "HELLO takes the version of the protocol, a number")]
  }

  package func check() throws(ProtocolError) {
    guard version == ProtocolLimits.version else {
      throw ProtocolError(.version, "this daemon speaks version \(ProtocolLimits.version)")
    }
  }

  /// `OK whichset protocol=1 version=<program version>`.
  package struct Reply: WholeReply {
    package let programVersion: String

    package init(programVersion: String) { self.programVersion = programVersion }

    package func append(to output: inout [UInt8]) {
      output.append(
        contentsOf: "OK whichset protocol=\(ProtocolLimits.version) version=\(programVersion)\n".utf8)
    }
  }
}
