/// `UNSUPPRESS identifier=text reason=text`: lets a key, and what was erased because of it, come back with later loads.
package struct UnsuppressRequest: Request {
  package static let name = "UNSUPPRESS"
  package static let summary = "identifier=text reason=text - let a suppressed image come back"
  package static let role = Role.admin

  package var identifier = ""
  /// Is logged.
  package var reason = ""

  package init() {}

  package init(_ identifier: String, reason: String) {
    self.identifier = identifier
    self.reason = reason
  }

  package static var fields: [FieldOf<Self>] {
    [.text("identifier", \.identifier), .text("reason", \.reason)]
  }

  package func check() throws(ProtocolError) {
    guard !identifier.isEmpty, !reason.isEmpty else {
      throw ProtocolError(.syntax, "UNSUPPRESS takes identifier= and reason=")
    }
    guard reason.utf8.count <= ProtocolLimits.reasonBytesMax else {
      throw ProtocolError(.limit, "a reason has at most \(ProtocolLimits.reasonBytesMax) bytes")
    }
  }

  package struct Reply: FieldReply {
    /// Keys that are suppressed no more.
    package var lifted = 0

    package init() {}

    package init(lifted: Int) { self.lifted = lifted }

    package static var fields: [FieldOf<Self>] { [.number("lifted", \.lifted)] }
  }
}
