internal import Synchronization
internal import WireProtocol

extension WhoRequest: InstantHandler {
  func answer(_ asker: Asker, _ context: inout SessionContext) -> Reply {
    var reply = Reply()
    reply.role = asker.peer.role.rawValue
    reply.connections = context.figures.connections(of: asker.peer.user)
    reply.connectionsMax = context.live.connectionsMax.load(ordering: .relaxed)
    (reply.streamsMax, reply.loadsMax) = (ProtocolLimits.streamsMax, ProtocolLimits.openLoadsMax)
    reply.crossrefsMax = ProtocolLimits.crossrefsMax
    return reply
  }
}
