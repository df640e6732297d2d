/// `WHO`: what this connection may do, and what the daemon allows.
package struct WhoRequest: Request {
  package static let name = "WHO"
  package static let summary = "- your role, your connections and the limits in force"
  package static let role = Role.read

  package init() {}

  package struct Reply: FieldReply, Equatable {
    package var role = ""
    /// Connections of the user who asks.
    package var connections = 0
    // What the daemon allows to all users together.
    package var connectionsMax = 0
    package var streamsMax = 0
    package var loadsMax = 0
    package var crossrefsMax = 0

    package init() {}

    package static var fields: [FieldOf<Self>] {
      [
        .text("role", \.role), .number("connections", \.connections),
        .number("connections.max", \.connectionsMax), .number("streams.max", \.streamsMax),
        .number("loads.max", \.loadsMax), .number("xrefs.max", \.crossrefsMax),
      ]
    }
  }
}
