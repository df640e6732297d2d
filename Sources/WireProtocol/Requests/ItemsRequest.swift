/// `ITEMS rows bytes`: one block of a cross-reference; its body follows.

import ByteText
package struct ItemsRequest: FollowedRequest {
  package static let name = "ITEMS"
  package static let summary = "rows bytes - one block of a cross-reference; its body follows"
  package static let role = Role.read
  package static let counts = Counted.rows
  package static let follows = Following.bytes

  package var rows = 0
  package var byteCount = 0
  package var body: [UInt8] = []

  package init() {}

  package init(rows: Int, byteCount: Int) {
    self.rows = rows
    self.byteCount = byteCount
  }

  package init(parsing rest: Span<UInt8>) throws(ProtocolError) {
    guard let numbers = Decimal.all(rest, count: 2) else {
      throw ProtocolError(.syntax, "ITEMS takes its rows and its bytes; closing")
    }
    self.init(rows: numbers[0], byteCount: numbers[1])
  }

  package static var words: [WordOf<Self>] { [.number(\.rows, ""), .number(\.byteCount, "")] }

  package var refusal: ProtocolError? { BlockBounds.refusal(rows: rows, bytes: byteCount) }
  package var following: Int { byteCount }

  /// `OK n`, and a line a row that is in some dataset: its number in the block, `slug,slug`.
  package struct Reply: WholeReply {
    package var count: Int
    package var lines: [UInt8]

    package init(count: Int, lines: [UInt8]) {
      self.count = count
      self.lines = lines
    }

    package func append(to output: inout [UInt8]) {
      output.append(contentsOf: "OK \(count)\n".utf8)
      output += lines
    }
  }
}

enum BlockBounds {
  static func refusal(rows: Int, bytes: Int) -> ProtocolError? {
    guard bytes > ProtocolLimits.bodyBytesMax || rows > ProtocolLimits.bodyRowsMax else { return nil }
    return ProtocolError(
      .limit,
      "a block has at most \(ProtocolLimits.bodyRowsMax) rows and \(ProtocolLimits.bodyBytesMax) bytes")
  }
}
