// Reading single lines of reply where no whole `Reply` is wanted, and saying to people what the daemon said.

import ByteText
package import Console
package import WireProtocol

package enum ReplyText {
  /// The status line of a reply that is no error.
  package static func status(_ line: Span<UInt8>) throws(Trouble) -> ReplyStatus {
    guard let status = ReplyStatus(string(line)) else { throw Trouble(notUnderstood(line)) }
    if case .error(let code, let fault, let text) = status {
      throw Trouble(refusal(code: code, fault: fault, text: text))
    }
    return status
  }

  /// How many lines follow the status line of a reply.
  package static func count(_ line: Span<UInt8>) throws(Trouble) -> Int {
    guard case .lines(let count, _) = try status(line) else { throw Trouble(notUnderstood(line)) }
    return count
  }

  /// What an `ERR` line says, with what its fault means for the reader.
  package static func refusal(code: ErrorCode?, fault: Fault, text: String) -> String {
    let said = text.isEmpty ? (code?.rawValue.lowercased() ?? "no reason given") : text.terminalSafe
    if code == .forbidden {
      return
        "the daemon refuses: \(said). Roles come with sockets: \(SocketPath.system(.load)) is for the group "
        + "whichset-load, \(SocketPath.system(.admin)) for root; name one with --socket"
    }
    return switch fault {
    case .client: "the daemon refuses: \(said)"
    case .retry: "the daemon cannot do it now: \(said). Try again later"
    case .server: "the daemon failed: \(said). Its log says more"
    }
  }

  /// A line that this version of the protocol does not have.
  package static func notUnderstood(_ line: Span<UInt8>) -> String {
    "the daemon's reply is not understood: \(String(showing: line.extracting(0..<min(line.count, 80))))"
  }

  /// A reply, or the fields of one, that this version of the protocol does not have.
  package static func notUnderstood(_ reply: some Sendable) -> String {
    "the daemon's reply is not understood: \(reply)"
  }

  /// The text of a line; what is no UTF-8 is replaced.
  package static func string(_ line: Span<UInt8>) -> String {
    String(line)
  }

  /// The columns of a line, unescaped.
  package static func columns(_ line: Span<UInt8>) -> [String] {
    var scanner = ColumnScanner()
    var columns: [String] = []
    while let range = scanner.next(in: line) {
      let column = line.extracting(range)
      columns.append(Escapes.unescape(column).map { String(decoding: $0, as: UTF8.self) } ?? string(column))
    }
    return columns
  }
}
