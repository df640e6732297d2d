/// `SUPPRESSIONS for=key`: what the index suppresses, for another index alone, into a file that is handed over.
package struct SuppressionsRequest: Request {
  package static let name = "SUPPRESSIONS"
  package static let summary = "for=key - what is suppressed, for the index of that key, into a file"
  package static let role = Role.admin
  package static let follows = Following.file

  /// The other index's key, as its `SUPPRESSED` replies.
  package var recipient = ""

  package init() {}

  package init(for recipient: String) { self.recipient = recipient }

  package static var fields: [FieldOf<Self>] { [.text("for", \.recipient)] }

  package func check() throws(ProtocolError) {
    guard !recipient.isEmpty else { throw ProtocolError(.syntax, "SUPPRESSIONS takes for=") }
  }

  package typealias Reply = StreamedReply<End>

  package struct End: FieldRecord {
    package var byteCount = 0
    package var keys = 0

    package init() {}

    package init(byteCount: Int, keys: Int) {
      self.byteCount = byteCount
      self.keys = keys
    }

    package static var fields: [FieldOf<Self>] { [.number("bytes", \.byteCount), .number("keys", \.keys)] }
  }
}
