// The client's side of a reply: its status line taken apart. Pure; reading from a socket is left to the client.

import ByteText

package enum ReplyStatus: Equatable, Sendable {
  /// `HIT slug,slug`.
  case hit(slugs: [String])
  /// `MISS`.
  case miss
  /// `PONG`.
  case pong
  /// `OK`, with the text behind it, which may be empty.
  case ok(text: String)
  /// `OK n name=value ...`: `count` lines follow.
  case lines(count: Int, fields: [Arguments.Field])
  /// `MORE n name=value ...`: a part of a streamed reply; `count` lines follow, then another part or the end.
  case part(count: Int, fields: [Arguments.Field])
  /// `END n name=value ...`: the end of a streamed reply, which had `total` lines.
  case end(total: Int, fields: [Arguments.Field])
  /// `ERR code fault text`; `code` is nil where this client does not know it.
  case error(code: ErrorCode?, fault: Fault, text: String)

  /// Parses a status line without its LF; nil where it is none. A tag in front is skipped.
  package init?(_ line: String) {
    var rest = Substring(line)
    if rest.hasPrefix("@") {
      guard let space = rest.firstIndex(of: " ") else { return nil }
      rest = rest[rest.index(after: space)...]
    }
    let space = rest.firstIndex(of: " ") ?? rest.endIndex
    let word = rest[..<space]
    let text = space < rest.endIndex ? rest[rest.index(after: space)...] : ""
    switch word {
    case "HIT": self = .hit(slugs: text.split(separator: ",").map(String.init))
    case "MISS": self = .miss
    case "PONG": self = .pong
    case "OK", "MORE", "END":
      let first = text.prefix { $0 != " " }
      if let count = Decimal.parse(String(first)) {
        guard let arguments = try? Arguments(String(text.dropFirst(first.count)).utf8.span) else {
          return nil
        }
        switch word {
        case "MORE": self = .part(count: count, fields: arguments.fields)
        case "END": self = .end(total: count, fields: arguments.fields)
        default: self = .lines(count: count, fields: arguments.fields)
        }
      } else {
        guard word == "OK" else { return nil }
        self = .ok(text: String(text))
      }
    case "ERR":
      let parts = text.split(separator: " ", maxSplits: 2)
      guard parts.count >= 2, let fault = Fault(rawValue: String(parts[1])) else { return nil }
      self = .error(
        code: ErrorCode(rawValue: String(parts[0])), fault: fault,
        text: parts.count > 2 ? String(parts[2]) : "")
    default: return nil
    }
  }
}
