// Whole replies, for the commands that ask one thing at a time and for loads: the status line and the lines
// that its count promises.

import ByteText
package import Console
package import WireProtocol

package struct Reply: Equatable, Sendable {
  /// What its first line says.
  package let status: ReplyStatus
  /// The lines behind it, without their LF.
  package let lines: [[UInt8]]

  package init(status: ReplyStatus, lines: [[UInt8]] = []) {
    self.status = status
    self.lines = lines
  }

  /// The columns of each line, unescaped.
  package var records: [[String]] { lines.map { ReplyText.columns($0.span) } }

  /// The fields of `OK name=value ...` or `OK n name=value ...`; none where it has none.
  package var fields: [String: String] {
    let all: [Arguments.Field]
    switch status {
    case .lines(_, let fields): all = fields
    // An `OK` may have any text behind it; one that is no fields has none.
    case .ok(let text): all = (try? Arguments(text.utf8.span))?.fields ?? []
    default: all = []
    }
    return Dictionary(all.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
  }

  /// The value of a field that is a number; nil where there is none.
  package func number(_ name: String) -> Int? { fields[name].flatMap { Decimal.parse($0) } }

  /// The fields as a record; nil where they are none of that kind.
  package func record<Record: FieldRecord>(_ kind: Record.Type = Record.self) -> Record? {
    let fields = fields
    return Record { fields[$0] }
  }

  /// Throws what the daemon said if it refused.
  package func accepted() throws(Trouble) -> Reply {
    if case .error(let code, let fault, let text) = status {
      throw Trouble(ReplyText.refusal(code: code, fault: fault, text: text))
    }
    return self
  }
}

/// How much of a reply is kept: a hostile daemon must not fill the memory.
package struct ReplyRoom: Sendable {
  /// Bytes that a reply may have, each line with what keeping it costs. The longest honest one is `OVERLAP`: the pairs of
  /// some 3,900 datasets that all share images. `GET` has at most 160 MB.
  package static let bytesMax = 512 << 20
  static let lineCost = 48
  private var left = Self.bytesMax

  package init() {}

  package mutating func take(_ line: Span<UInt8>) throws(Trouble) {
    left -= line.count + Self.lineCost
    guard left >= 0 else {
      throw Trouble(
        "the daemon's reply is longer than \(Figures.bytes(Self.bytesMax)), which is more than is kept")
    }
  }
}

/// Puts lines together to replies. Pure.
package struct ReplyAssembler: Sendable {
  private var status: ReplyStatus?
  private var lines: [[UInt8]] = []
  private var linesLeft = 0
  private var room = ReplyRoom()

  package init() {}

  /// Takes a line; returns a reply when the line completes it.
  package mutating func take(_ line: Span<UInt8>) throws(Trouble) -> Reply? {
    if status == nil {
      guard let parsed = ReplyStatus(ReplyText.string(line)) else {
        throw Trouble(ReplyText.notUnderstood(line))
      }
      status = parsed
      if case .lines(let count, _) = parsed { linesLeft = count }
    } else {
      try room.take(line)
      lines.append(line.copied)
      linesLeft -= 1
    }
    guard linesLeft == 0, let status else { return nil }
    defer {
      self.status = nil
      lines.removeAll()
      room = ReplyRoom()
    }
    return Reply(status: status, lines: lines)
  }
}
