/// `RESTORE [force=1]`: puts a backup that is handed over in the index's place; the daemon restarts on it.
package struct RestoreRequest: Request {
  package static let name = "RESTORE"
  package static let summary = "[force=1] - put a backup that is handed over in the index's place"
  package static let role = Role.admin
  package static let follows = Following.file

  /// Replaces an index that is not empty.
  package var force = false

  package init() {}

  package init(force: Bool) { self.force = force }

  package static var fields: [FieldOf<Self>] { [.flag("force", \.force)] }

  package typealias Reply = StreamedReply<End>

  package struct End: FieldRecord {
    package var byteCount = 0
    package var loadsDropped = 0
    package var restarts = true

    package init() {}

    package init(byteCount: Int, loadsDropped: Int) {
      self.byteCount = byteCount
      self.loadsDropped = loadsDropped
    }

    package static var fields: [FieldOf<Self>] {
      [
        .number("bytes", \.byteCount), .number("loads.dropped", \.loadsDropped),
        .flag("restarts", \.restarts),
      ]
    }
  }
}
