// The verbs that ask about the connection itself.

internal import WireProtocol

extension HelloRequest: InstantHandler {
  func answer(_ asker: Asker, _ context: inout SessionContext) -> Reply {
    Reply(programVersion: context.programVersion)
  }
}

extension PingRequest: InstantHandler {
  func answer(_ asker: Asker, _ context: inout SessionContext) -> Reply { Reply() }
}

extension HelpRequest: InstantHandler {
  func answer(_ asker: Asker, _ context: inout SessionContext) -> TextReply {
    TextReply(
      Verb.allCases.filter { context.refusal(of: $0) == nil }.map { "\($0.summary) [\($0.role.rawValue)]" },
      fields: [Arguments.Field(name: Self.roleField, value: asker.peer.role.rawValue)])
  }
}

extension QuitRequest: InstantHandler {
  static let endsConnection = true

  func answer(_ asker: Asker, _ context: inout SessionContext) -> Done { Done() }
}
