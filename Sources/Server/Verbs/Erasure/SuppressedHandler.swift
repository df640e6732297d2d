// `SUPPRESSED`: the only request that tells a suppressed image from one that the index never had.

internal import Identifiers
internal import Index
internal import IndexKeys
internal import Sealing
internal import WireProtocol

extension SuppressedRequest: ThreadHandler {
  typealias Thread = QueryThread

  func answer(on thread: QueryThread, _ held: inout Holdings) throws -> Reply {
    let snapshot = thread.index.snapshot
    var reply = Reply()
    reply.count = snapshot.suppressions.count
    if !snapshot.keyrings.isEmpty {
      (reply.imported, reply.keyrings) = (snapshot.keyrings.count, snapshot.keyrings.ringCount)
    }
    guard !identifier.isEmpty else {
      reply.key = snapshot.exchangeKey.flatMap { SealingKey($0.bytes)?.recipient.text }
      return reply
    }
    var keys = KeyMaker(ruleVersion: thread.ruleVersion)
    let identification = keys.parser.parse(identifier.span)
    if let error = ProtocolError(identification) { throw error }
    guard let key = keys.key(identification, secret: snapshot.secret)?.indexKey else { return reply }
    if let suppression = snapshot.suppressions[key]
      ?? snapshot.keyrings.suppression(of: key, text: keys.text(identification))
    {
      reply.isSuppressed = true
      reply.since = suppression.time
      reply.digest = snapshot.suppressions.digest(of: key)?.hexadecimal
    }
    return reply
  }
}
