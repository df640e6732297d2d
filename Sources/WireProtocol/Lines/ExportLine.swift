// The lines of an export that are no rows. To whoever reads the export as a plain list they are comments; to whoever
// imports it they tell datasets apart, and say whether all of it is there:
//
//   # whichset export 1
//   # dataset: slug                          a dataset begins
//   # field: name=value                      a field of its catalogue entry
//   # list: name=value TAB name=value ...    a list that was loaded into it
//   (rows)
//   # rows: n                                the end of the dataset: n rows came
//   # datasets: n                            the end of the export

import ByteText

/// A line of an export that is no row.
package enum ExportLine: Equatable, Sendable {
  case export(version: Int)
  case dataset(String)
  /// A field of the present dataset's catalogue entry.
  case field(Arguments.Field)
  case list([Arguments.Field])
  case rows(Int)
  case datasets(Int)

  package static let version = 1

  package func append(to output: inout [UInt8]) {
    switch self {
    case .export(let version): output.append(contentsOf: "# whichset export \(version)".utf8)
    case .dataset(let slug): output.append(contentsOf: "# dataset: \(slug)".utf8)
    case .field(let field):
      output.append(contentsOf: "# field: ".utf8)
      FieldLine.append([field], to: &output)
    case .list(let fields):
      output.append(contentsOf: "# list: ".utf8)
      FieldLine.append(fields, to: &output)
    case .rows(let count): output.append(contentsOf: "# rows: \(count)".utf8)
    case .datasets(let count): output.append(contentsOf: "# datasets: \(count)".utf8)
    }
    output.append(UInt8(ascii: "\n"))
  }

  /// Recognises a line without its LF; nil where it is a row, or a comment of somebody else's.
  package init?(_ line: Span<UInt8>) {
    guard line.count > 2, line[0] == UInt8(ascii: "#"), line[1] == UInt8(ascii: " ") else { return nil }
    func rest(behind start: StaticString) -> Range<Int>? {
      let count = start.utf8CodeUnitCount
      guard line.count >= count else { return nil }
      // Safe: a static string's bytes are always there, as many as it says.
      for index in 0..<count where unsafe line[index] != start.utf8Start[index] { return nil }
      return count..<line.count
    }
    func number(_ range: Range<Int>?) -> Int? { range.flatMap { Decimal.parse(line.extracting($0)) } }
    if let version = number(rest(behind: "# whichset export ")) {
      self = .export(version: version)
    } else if let count = number(rest(behind: "# rows: ")) {
      self = .rows(count)
    } else if let count = number(rest(behind: "# datasets: ")) {
      self = .datasets(count)
    } else if let range = rest(behind: "# list: ") {
      guard let fields = FieldLine.parse(line.extracting(range)) else { return nil }
      self = .list(fields)
    } else if let range = rest(behind: "# field: ") {
      guard let fields = FieldLine.parse(line.extracting(range)), fields.count == 1 else { return nil }
      self = .field(fields[0])
    } else if let range = rest(behind: "# dataset: ") {
      let slug = String(decoding: range.map { line[$0] }, as: UTF8.self)
      guard Slug.isValid(slug) else { return nil }
      self = .dataset(slug)
    } else {
      return nil
    }
  }
}
