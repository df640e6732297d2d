/// `HEALTH`: what the daemon runs out of, if anything.
package struct HealthRequest: Request {
  package static let name = "HEALTH"
  package static let summary = "- what the daemon runs out of, if anything"
  package static let role = Role.read

  package init() {}

  package typealias Reply = RecordsReply<Subject>

  package struct Subject: FieldRecord, Equatable {
    package var name = ""
    package var isDegraded = false
    package var text = ""

    package init() {}

    package init(name: String, isDegraded: Bool, text: String) {
      self.name = name
      self.isDegraded = isDegraded
      self.text = text
    }

    package static let ok = "ok"
    package static let degraded = "degraded"

    package var state: String { isDegraded ? Self.degraded : Self.ok }

    package static var fields: [FieldOf<Self>] {
      [
        .text("name", \.name),
        FieldOf("state", text: { $0.state }) { subject, value in
          subject.isDegraded = value == degraded
        },
        .text("text", \.text),
      ]
    }
  }
}
