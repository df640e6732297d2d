// `RECEIPTS`: what was erased and lifted, when and by whom, without an identifier.

internal import Index
internal import WireProtocol

extension ReceiptsRequest: ThreadHandler {
  typealias Thread = QueryThread

  func answer(on thread: QueryThread, _ held: inout Holdings) throws -> Reply {
    let records = try thread.index.receipts()
    guard let number else { return Reply(records.map { Receipt($0) }) }
    guard let record = records.first(where: { $0.number == number }) else {
      throw ProtocolError(.syntax, "there is no receipt \(number); RECEIPTS lists them")
    }
    return Reply([Receipt(record)], digests: record.digests)
  }
}

extension ReceiptsRequest.Receipt {
  fileprivate init(_ record: ErasureRecord) {
    self.init()
    number = record.number
    kind = record.kind.rawValue
    let isDone = record.kind == .lifting || record.physical != nil
    state = record.kind == .lifting ? "lifted" : isDone ? "physical" : "logical"
    (time, physical, user) = (record.cause.time, record.physical, record.cause.user)
    (images, memberships, keys) = (record.images, record.memberships, record.keys)
    identifiers = record.digests.count
    reason = record.cause.reason.isEmpty ? nil : record.cause.reason
  }
}

extension Party {
  /// The user's number, where it means something to people.
  var visibleUser: Int? { user == Peer.nobody ? nil : Int(user) }
}
