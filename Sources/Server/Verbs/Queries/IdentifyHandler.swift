internal import Identifiers
internal import WireProtocol

extension IdentifyRequest: InstantHandler {
  func answer(_ asker: Asker, _ context: inout SessionContext) throws(ProtocolError) -> Reply {
    let identification = context.keys.parser.parse(identifier.span)
    if let error = ProtocolError(identification) { throw error }
    var key: [UInt8] = []
    context.keys.appendText(identification, to: &key)
    return Reply(key: key)
  }
}
