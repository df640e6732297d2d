/// `ROWS block rows bytes`: one block of a load; its body follows.

import ByteText
package struct RowsRequest: FollowedRequest {
  package static let name = "ROWS"
  package static let summary = "block rows bytes - one block of a load; its body follows"
  package static let role = Role.load
  package static let follows = Following.bytes

  package var block = 0
  package var rows = 0
  package var byteCount = 0
  package var body: [UInt8] = []

  package init() {}

  package init(block: Int, rows: Int, byteCount: Int) {
    self.block = block
    self.rows = rows
    self.byteCount = byteCount
  }

  package init(parsing rest: Span<UInt8>) throws(ProtocolError) {
    guard let numbers = Decimal.all(rest, count: 3) else {
      throw ProtocolError(.syntax, "ROWS takes a block's number, its rows and its bytes; closing")
    }
    self.init(block: numbers[0], rows: numbers[1], byteCount: numbers[2])
  }

  package static var words: [WordOf<Self>] {
    [.number(\.block, ""), .number(\.rows, ""), .number(\.byteCount, "")]
  }

  package var refusal: ProtocolError? { BlockBounds.refusal(rows: rows, bytes: byteCount) }
  package var following: Int { byteCount }

  /// `OK n block=<block> durable=<k>`, and a line a rejected row.
  package struct Reply: WholeReply, FieldRecord {
    package var block = 0
    /// The last block that a crash of the daemon would not lose.
    package var durable = 0
    package var rejections: [Rejection] = []

    package init() {}

    package static var fields: [FieldOf<Self>] {
      [.number("block", \.block), .number("durable", \.durable)]
    }

    package func append(to output: inout [UInt8]) {
      output.append(contentsOf: "OK \(rejections.count)".utf8)
      values.append(to: &output)
      output.append(UInt8(ascii: "\n"))
      for rejection in rejections { rejection.appendLine(to: &output) }
    }
  }

  package struct Rejection: FieldRecord {
    /// The row's number in the block, from 1.
    package var row = 0
    package var code = ""
    package var text = ""

    package init() {}

    package init(row: Int, code: String, text: String) {
      self.row = row
      self.code = code
      self.text = text
    }

    package static var fields: [FieldOf<Self>] {
      [.number("row", \.row), .text("code", \.code), .text("text", \.text)]
    }
  }
}
