// Reading single lines of reply where no whole `Reply` is wanted, and saying to people what the daemon said.

package import WireProtocol

/// Texts about replies.
package enum ReplyText {
  /// The count of `OK n`; throws what the daemon said instead.
  package static func count(_ line: Span<UInt8>) throws(Trouble) -> Int {
    switch ReplyStatus(string(line)) {
    case .lines(let count, _): return count
    case .error(let code, let fault, let text): throw Trouble(refusal(code: code, fault: fault, text: text))
    default: throw Trouble(notUnderstood(line))
    }
  }

  /// What an `ERR` line says, with what its fault means for the reader.
  package static func refusal(code: ErrorCode?, fault: Fault, text: String) -> String {
    let said = text.isEmpty ? (code?.rawValue.lowercased() ?? "no reason given") : text
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
    var shown: [UInt8] = []
    Escapes.append(line.extracting(0..<min(line.count, 80)), to: &shown, keepingSpaces: true)
    return "the daemon's reply is not understood: \(String(decoding: shown, as: UTF8.self))"
  }

  /// The text of a line; what is no UTF-8 is replaced.
  package static func string(_ line: Span<UInt8>) -> String {
    var bytes: [UInt8] = []
    bytes.append(line)
    return String(decoding: bytes, as: UTF8.self)
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
