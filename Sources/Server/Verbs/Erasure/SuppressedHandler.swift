// `SUPPRESSED`: the only request that tells a suppressed image from one that the index never had.

internal import Identifiers
internal import Index
internal import IndexKeys
internal import WireProtocol

extension SuppressedRequest: ThreadHandler {
  typealias Thread = QueryThread

  func answer(on thread: QueryThread, _ held: inout Holdings) throws -> Reply {
    let snapshot = thread.index.snapshot
    var reply = Reply()
    reply.count = snapshot.suppressions.count
    guard !identifier.isEmpty else { return reply }
    let identification = thread.keys.parser.parse(identifier.span)
    if let error = ProtocolError(identification) { throw error }
    if let key = thread.keys.key(identification, secret: snapshot.secret)?.indexKey,
      let suppression = snapshot.suppressions[key]
    {
      reply.isSuppressed = true
      reply.since = suppression.time
      reply.digest = snapshot.suppressions.digest(of: key)?.hexadecimal
    }
    return reply
  }
}
