// The first wrong answer ends a run: figures of a server that answers wrongly are worth nothing.

package import Platform

/// Why a run ended early.
package enum LoadTrouble: Error, CustomStringConvertible {
  case failed(SystemFailure)
  /// The server has closed a connection.
  case closed
  /// It has answered what was not asked.
  case unasked
  /// Nothing came for so many seconds.
  case silence(seconds: Int)
  case wrong(WrongAnswer)

  package var description: String {
    switch self {
    case .failed(let failure): "\(failure)"
    case .closed: "the server closed a connection"
    case .unasked: "more replies than requests"
    case .silence(let seconds): "no reply for \(seconds) seconds"
    case .wrong(let answer): answer.description
    }
  }
}

/// A reply that differs from the right one, with the request that it answers.
package struct WrongAnswer: Sendable {
  package let description: String

  /// `position` is where the replies first differ from those of `batch`; `received` are the bytes that came
  /// for the batch from there on.
  init(pool: RequestPool, batch: Int, position: Int, received: [UInt8]) {
    let replies = pool.replies[pool.replyBounds[batch]..<pool.replyBounds[batch + 1]]
    let lineStart = (replies[..<position].lastIndex(of: UInt8(ascii: "\n")) ?? replies.startIndex - 1) + 1
    let expected = replies[lineStart...].prefix { $0 != UInt8(ascii: "\n") }
    let got = replies[lineStart..<position] + received.prefix { $0 != UInt8(ascii: "\n") }
    let requests = pool.requests[pool.requestBounds[batch]..<pool.requestBounds[batch + 1]]
    description = """
      wrong answer in batch \(batch): expected "\(Self.text(expected))", got "\(Self.text(got))"; \
      the batch starts with "\(Self.text(requests.prefix(while: { $0 != UInt8(ascii: "\n") })))" \
      and \(replies[..<lineStart].count { $0 == UInt8(ascii: "\n") }) lines of its replies were right
      """
  }

  private static func text(_ bytes: some Collection<UInt8>) -> String {
    String(decoding: bytes.prefix(200), as: UTF8.self)
  }
}
