internal import WireProtocol

extension HealthRequest: InstantHandler {
  func answer(_ asker: Asker, _ context: inout SessionContext) -> Reply { Reply(context.figures.health()) }
}
