/// `CHECK identifier`. It is answered by lookups of their own, and never dispatched.
package struct CheckRequest: IdentifierRequest {
  package static let name = "CHECK"
  package static let summary = "identifier - which datasets is this image in?"
  package static let role = Role.read
  package static let counts = Counted.lookup

  package var identifier: [UInt8] = []

  package init() {}

  package init(_ identifier: String) { self.identifier = Array(identifier.utf8) }

  /// `HIT slug,slug` or `MISS`.
  package typealias Reply = ReplyStatus
}
