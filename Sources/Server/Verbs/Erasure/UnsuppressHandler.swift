// `UNSUPPRESS`: lets a suppressed image come back with later loads; nothing is restored.

internal import Identifiers
internal import Index
internal import IndexKeys
internal import Platform
internal import WireProtocol

extension UnsuppressRequest: ThreadHandler {
  typealias Thread = WriterThread

  func change(_ held: Holdings) -> Change? { Change("lifting", of: "a suppression") }

  func answer(on thread: WriterThread, _ held: inout Holdings) throws -> Reply {
    var keys = KeyMaker(ruleVersion: thread.ruleVersion)
    let identification = keys.parser.parse(identifier.utf8.span)
    if let error = ProtocolError(identification) { throw error }
    guard let key = keys.key(identification, secret: thread.index.snapshot.secret)?.indexKey else {
      return Reply()
    }
    let lifted = try thread.writer.unsuppress(
      key, text: keys.text(identification),
      ErasureRecord.Cause(time: WallClock.seconds, user: held.owner?.visibleUser, reason: reason))
    thread.log.unsuppressed(keys: lifted, reason: reason)
    return Reply(lifted: lifted)
  }
}
