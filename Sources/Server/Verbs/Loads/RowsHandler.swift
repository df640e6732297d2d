// `ROWS`: takes in a block of a load.

internal import ByteText
internal import Index
internal import Synchronization
internal import WireProtocol

extension RowsRequest: BodyHandler {
  typealias Thread = StagingThread

  func admit(_ held: Holdings) throws(ProtocolError) { _ = try held.openLoad() }

  func answer(on thread: StagingThread, _ held: inout Holdings) throws -> Reply {
    let load = try held.openLoad()
    return try load.staged.withLock { staged in
      guard block == staged.block + 1 else {
        throw ProtocolError(.block, "block \(staged.block + 1) is next")
      }
      let pieces = try BlockPieces(body, rows: rows, cores: staged.lanes.count)
      let loads = thread.register.count
      if staged.isRoomCheckDue() { try thread.index.checkRoom(toMerge: staged) }
      try staged.makeRoom(for: body.count, loads: loads)
      let rejections = thread.readers.read(body, pieces, into: &staged.lanes)
      let accepted = rows - rejections.count
      staged.endBlock(accepted: accepted, rejected: rejections.count)
      thread.figures.rows(accepted: accepted, rejected: rejections.count)
      if staged.isMemoryFull(loads: loads) || staged.isOverdue { thread.makeDurable(&staged) }
      load.note(staged.summary)
      var reply = Reply()
      (reply.block, reply.durable) = (block, staged.durableBlock)
      reply.rejections = rejections.map { row, rejection in
        Rejection(row: row, code: rejection.code, text: rejection.text)
      }
      return reply
    }
  }
}
