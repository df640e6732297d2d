// What replies say, by the types that the protocol declares beside its requests.

package import Console
package import WireProtocol

package protocol ReadableReply {
  /// Takes an accepted reply; nil where it says something else.
  init?(_ reply: Reply)
}

extension ReadableReply {
  /// Reads an accepted reply.
  package static func read(_ reply: Reply) throws(Trouble) -> Self {
    guard let said = Self(reply) else { throw Trouble(ReplyText.notUnderstood(reply.status)) }
    return said
  }
}

extension ReadableReply where Self: FieldRecord {
  package init?(_ reply: Reply) {
    let fields = reply.fields
    self.init { fields[$0] }
  }
}

extension RemoveRequest.Reply: ReadableReply {}
extension WhoRequest.Reply: ReadableReply {}

extension Done: ReadableReply {
  package init?(_ reply: Reply) {
    guard case .ok = reply.status else { return nil }
    self.init()
  }
}

extension RecordsReply: ReadableReply {
  package init?(_ reply: Reply) {
    var records: [Record] = []
    for columns in reply.records {
      guard let record = Record(columns: columns) else { return nil }
      records.append(record)
    }
    self.init(records)
  }
}

extension TextReply: ReadableReply {
  package init?(_ reply: Reply) {
    guard case .lines(_, let fields) = reply.status else { return nil }
    self.init(reply.lines.map { String(decoding: $0, as: UTF8.self) }, fields: fields)
  }
}

extension TableReply: ReadableReply {
  package init?(_ reply: Reply) {
    guard reply.areAllPairs else { return nil }
    self.init(NamedValues(reply).pairs)
  }
}

extension DatasetRequest.Reply: ReadableReply {
  package init?(_ reply: Reply) {
    guard reply.areAllPairs else { return nil }
    self.init(NamedValues(reply).pairs)
  }
}

extension Reply {
  /// Whether each line has a name and a value.
  fileprivate var areAllPairs: Bool { records.allSatisfy { $0.count >= 2 } }
}

extension PingRequest.Reply: ReadableReply {
  package init?(_ reply: Reply) {
    guard reply.status == .pong else { return nil }
    self.init()
  }
}

/// The reply to `CHECK`.
extension ReplyStatus: ReadableReply {
  package init?(_ reply: Reply) { self = reply.status }
}
