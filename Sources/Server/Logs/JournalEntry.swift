// A log message as the journal's native protocol has it: fields `NAME=value` separated by LF, in one datagram. A value
// with an LF in it is written as the name, an LF, eight bytes of its length, lowest first, the value, an LF.

internal import ByteText
internal import Logging

enum JournalEntry {
  /// Bytes of one value; what is beyond them is cut off.
  static let valueBytesMax = 4_096
  /// Bytes of a datagram, below what any socket takes; fields that do not fit any more are left out.
  static let bytesMax = 48 << 10

  /// The fields of a message, the journal's own first.
  static func datagram(
    _ level: Logger.Level, _ text: String, _ fields: [(String, String)], program: String
  ) -> [UInt8] {
    var datagram: [UInt8] = []
    append("MESSAGE", text, to: &datagram)
    append("PRIORITY", "\(priority(level))", to: &datagram)
    append("SYSLOG_IDENTIFIER", program, to: &datagram)
    for (name, value) in fields {
      if name == DaemonLog.eventField, let event = DaemonEvent(rawValue: value) {
        append("MESSAGE_ID", event.identifier, to: &datagram)
      }
      append(fieldName(name), value, to: &datagram)
    }
    return datagram
  }

  /// `dataset` as `WHICHSET_DATASET`: the journal takes capitals, digits and `_`.
  static func fieldName(_ name: String) -> String {
    let letters = name.uppercased().utf8.map { ASCII.isLetterOrDigit($0) ? $0 : UInt8(ascii: "_") }
    return "WHICHSET_" + String(decoding: letters.prefix(54), as: UTF8.self)  // 64 bytes in all at most
  }

  /// The priority of syslog(3) that a level is.
  static func priority(_ level: Logger.Level) -> Int {
    switch level {
    case .critical: 2
    case .error: 3
    case .warning: 4
    case .notice: 5
    case .info: 6
    case .debug, .trace: 7
    }
  }

  private static func append(_ name: String, _ value: String, to datagram: inout [UInt8]) {
    let bytes = value.utf8.prefix(valueBytesMax)
    guard datagram.count + name.utf8.count + bytes.count + 10 <= bytesMax else { return }
    datagram += Array(name.utf8)
    if bytes.contains(UInt8(ascii: "\n")) {
      datagram.append(UInt8(ascii: "\n"))
      let length = UInt64(bytes.count)
      for place in 0..<8 { datagram.append(UInt8(truncatingIfNeeded: length >> (8 * UInt64(place)))) }
    } else {
      datagram.append(UInt8(ascii: "="))
    }
    datagram += Array(bytes)
    datagram.append(UInt8(ascii: "\n"))
  }
}
