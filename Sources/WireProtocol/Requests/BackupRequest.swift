/// `BACKUP [confirm=name]`: a copy of the index into a file that is handed over; or word that the last one is good.
package struct BackupRequest: Request {
  package static let name = "BACKUP"
  package static let summary = "[confirm=name] - a copy of the index into a file that is handed over"
  package static let role = Role.admin
  package static let follows = Following.file

  package static let confirmField = "confirm"

  /// The backup that its client has checked and put where it belongs.
  package var confirmed: String?

  package init() {}

  package init(confirming name: String) { confirmed = name }

  package static var fields: [FieldOf<Self>] { [.text(confirmField, \.confirmed)] }

  package typealias Reply = StreamedReply<End>

  package struct End: FieldRecord {
    package var byteCount = 0
    /// The name by which it is confirmed.
    package var backup = ""

    package init() {}

    package init(byteCount: Int, backup: String) {
      self.byteCount = byteCount
      self.backup = backup
    }

    package static var fields: [FieldOf<Self>] {
      [.number("bytes", \.byteCount), .text("backup", \.backup)]
    }
  }
}
