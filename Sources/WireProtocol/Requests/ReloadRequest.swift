/// `RELOAD`: reloads the daemon's settings.
package struct ReloadRequest: Request {
  package static let name = "RELOAD"
  package static let summary = "- reload the settings"
  package static let role = Role.admin

  package init() {}

  package typealias Reply = RecordsReply<Setting>

  /// A setting that has another value than before.
  package struct Setting: FieldRecord, Equatable {
    package var name = ""
    package var before = ""
    package var now = ""
    /// Whether it is in force; if not, it takes effect at the next start.
    package var isApplied = false

    package init() {}

    package init(name: String, before: String, now: String, isApplied: Bool) {
      self.name = name
      self.before = before
      self.now = now
      self.isApplied = isApplied
    }

    package static let applied = "applied"
    package static let restart = "restart"

    package static var fields: [FieldOf<Self>] {
      [
        .text("name", \.name), .text("before", \.before), .text("now", \.now),
        FieldOf("state", text: { $0.isApplied ? applied : restart }) { setting, value in
          setting.isApplied = value == applied
        },
      ]
    }
  }
}
