// Rows that are taken many at a time, compared with the same rows taken one by one.

import Foundation
import Testing
import WireProtocol

@testable import ListFormats

@Suite("Usual rows")
struct UsualRowsTests {
  /// A way to read a list, and its first line, if it has a header.
  struct Case: CustomTestStringConvertible, Sendable {
    let format: ListFormat
    let columns: [String]
    let header: String?
    var testDescription: String { "\(format.rawValue) \(columns) \(header ?? "without header")" }
  }

  @Test(
    "are the same rows, in the same lines, as if each were taken for itself",
    arguments: [
      Case(format: .plain, columns: [], header: nil),
      Case(format: .tsv, columns: ["flickr=1"], header: nil),
      Case(format: .tsv, columns: ["identifier=2"], header: nil),
      Case(format: .tsv, columns: ["identifier=url"], header: "id\turl\tnote"),
      Case(format: .tsv, columns: ["flickr=flickr"], header: "\"Flickr\"\tsize"),
      Case(format: .tsv, columns: ["md5=1", "file=2"], header: nil),
      Case(format: .tsv, columns: ["identifier=1", "md5=2"], header: nil),
    ])
  func agree(_ way: Case) throws {
    var options = Lists.options
    options.columns = way.columns.compactMap { ListColumn(argument: $0) }
    let lines = (way.header.map { [$0] } ?? []) + Self.lines
    // Beyond several windows, so that lines are cut by their ends.
    let text = lines.map { $0 + "\n" }.joined()
    #expect(text.utf8.count > 3 * ListLimits.windowBytes)

    var expected: [String] = []
    var expectedLines: [UInt64] = []
    var single = LineRows(
      format: way.format, table: way.format == .plain ? nil : TableShape(options: options), options: options)
    for (index, line) in lines.enumerated() {
      guard let row = Self.row(of: line, as: way.format, by: &single) else { continue }
      expected.append(row)
      expectedLines.append(UInt64(index + 1))
    }
    let content = try Lists.read(text, as: way.format, options: options)
    #expect(content.lines == expectedLines)
    #expect(content.rows == expected)
    #expect(content.accepted.count > 5_000)
  }

  /// Lines that are mostly usual, with whatever a list may have between them.
  private static let lines: [String] = {
    var generator = SystemRandomNumberGenerator()
    let odd = [
      "", " ", "#", "# a comment", "!", "!1\t!2", "\t", "\t\t", "\"1\"\t\"2\"", "\"", "1", "1\t", "\t1",
      " 1 \t 2 ", "1\r\t2\r",
      "\r", "1\t2\r", "id\turl\tnote", "\"Flickr\"\tsize", "a\tb\tc\td\te\tf\tg\th", "ü\tü", "0\t0",
      String(repeating: "x", count: ProtocolLimits.lineBytesMax) + "\ty",
      "y\t" + String(repeating: "x", count: ProtocolLimits.lineBytesMax - 2),
      String(repeating: "z", count: 20_000),
    ]
    return (0..<12_000).map { number in
      let isOdd = number > 0 && Int.random(in: 0..<40, using: &generator) == 0
      guard !isOdd else { return odd.randomElement(using: &generator)! }
      return
        "\(number * 7_919)\thttps://example.org/\(number)/\(String(repeating: "p", count: number % 90)).jpg\tnote"
    }
  }()

  /// A line's row in wire form, LF left out; nil where it has none.
  private static func row(of line: String, as format: ListFormat, by rows: inout LineRows) -> String? {
    var bytes = Array(line.utf8)
    if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
    var output: [UInt8] = []
    var outcome = RowOutcome.rejected(.tooLong)
    if bytes.count <= format.lineBytesMax { outcome = rows.append(bytes.span, to: &output) }
    if output.count > ListLimits.recordBytesMax { outcome = .rejected(.tooLong) }
    switch outcome {
    case .noRow, .unusable: return nil
    case .row: break
    case .rejected(let rejection):
      output.removeAll()
      RowWriter.reject(code: rejection.code, text: rejection.text, to: &output)
      output.removeLast()
    }
    return String(decoding: output, as: UTF8.self)
  }
}
