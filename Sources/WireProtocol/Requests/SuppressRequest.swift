/// `SUPPRESS [rehearse=1]`: keeps out what another index suppresses, as a file says that is handed over.
package struct SuppressRequest: Request {
  package static let name = "SUPPRESS"
  package static let summary = "[rehearse=1] - keep out what another index suppresses, from a file"
  package static let role = Role.admin
  package static let follows = Following.file

  /// Only says what would be erased.
  package var isRehearsal = false

  package init() {}

  package init(isRehearsal: Bool) { self.isRehearsal = isRehearsal }

  package static var fields: [FieldOf<Self>] { [.flag("rehearse", \.isRehearsal)] }

  package typealias Reply = StreamedReply<End>

  package struct End: FieldRecord {
    /// Keys in the file.
    package var keys = 0
    /// Those of them that no earlier file had.
    package var added = 0
    /// Images and memberships that the index holds fewer.
    package var images = 0
    package var memberships = 0
    /// The number of the receipt; none where nothing was added.
    package var receipt: Int?

    package init() {}

    package static var fields: [FieldOf<Self>] {
      [
        .number("keys", \.keys), .number("added", \.added), .number("images", \.images),
        .number("memberships", \.memberships), .number("receipt", \.receipt),
      ]
    }
  }
}
