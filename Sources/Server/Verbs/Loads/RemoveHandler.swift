internal import Index
internal import Platform
internal import WireProtocol

extension RemoveRequest: ThreadHandler {
  typealias Thread = WriterThread

  func change(_ held: Holdings) -> Change? { Change("removal", of: slug) }

  func answer(on thread: WriterThread, _ held: inout Holdings) throws -> Reply {
    _ = try thread.index.snapshot.existing(slug)
    let outcome = try thread.writer.remove(slug, now: WallClock.seconds)
    thread.log.removed(slug, outcome)
    return Reply(images: outcome.images, memberships: outcome.memberships)
  }
}
