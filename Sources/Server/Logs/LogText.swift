// Log messages as lines for people: when, how grave, what, and the fields behind it as `name=value`.

internal import CLinux
internal import Glibc
internal import Logging
internal import Platform
internal import WireProtocol

struct LogText: Sendable {
  let isColoured: Bool

  /// One line with its LF. What steers a terminal is escaped, so that it is one line whatever a text holds.
  func line(_ level: Logger.Level, _ text: String, _ fields: [(String, String)], at moment: timespec)
    -> [UInt8]
  {
    var line = Array(Self.timestamp(moment).utf8)
    line.append(UInt8(ascii: " "))
    let name = level.rawValue.padded(to: 7) + " "
    let colour = isColoured ? Self.colour(level) : ""
    line += Array(colour.isEmpty ? name.utf8 : "\(colour)\(name)\u{1B}[0m".utf8)
    Escapes.appendForTerminal(text.utf8.span, to: &line)
    for (name, value) in fields {
      line += Array(" \(name)=".utf8)
      if value.isEmpty || value.utf8.contains(where: { $0 <= 0x20 || $0 == 0x22 || $0 == 0x3D }) {
        line.append(UInt8(ascii: "\""))
        let quoted = value.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "'")
        Escapes.appendForTerminal(quoted.utf8.span, to: &line)
        line.append(UInt8(ascii: "\""))
      } else {
        Escapes.appendForTerminal(value.utf8.span, to: &line)
      }
    }
    line.append(UInt8(ascii: "\n"))
    return line
  }

  /// The moment as RFC 3339 has it, in UTC, with milliseconds.
  static func timestamp(_ moment: timespec) -> String {
    let milliseconds = String(moment.tv_nsec / 1_000_000 + 1_000).dropFirst()
    return "\(WallClock.text(moment.tv_sec, "%Y-%m-%dT%H:%M:%S")).\(milliseconds)Z"
  }

  private static func colour(_ level: Logger.Level) -> String {
    switch level {
    case .critical, .error: "\u{1B}[31m"
    case .warning: "\u{1B}[33m"
    case .notice, .info: ""
    case .debug, .trace: "\u{1B}[2m"
    }
  }
}

extension String {
  /// The text and as many spaces as it is shorter than `width`.
  fileprivate func padded(to width: Int) -> String {
    self + String(repeating: " ", count: Swift.max(0, width - count))
  }
}
