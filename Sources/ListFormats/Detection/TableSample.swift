// The first rows of a list as a table: lines before it, separator, header, and what its columns hold. As a sniffer of CSV
// does, each separator is tried, and the one counts that gives all rows the same number of columns.

import ByteText
import WireProtocol

/// The first rows of a table.
struct TableSample {
  let separator: Separator
  /// Lines in front of the header or the first row: `sep=;`, `#TYPE ...`.
  let preambleLines: Int
  let hasHeader: Bool
  let columns: [ColumnProfile]
  /// The number of columns that nearly all rows have.
  let width: Int
  /// Rows without the header.
  let rows: Int
  /// Whether a quote is open at the end of what was looked at.
  let isBroken: Bool

  /// Looks at the first rows.
  ///
  /// - Parameters:
  ///   - prefix: the first bytes of the list.
  ///   - isWhole: whether the list ends with them.
  ///   - isSingle: whether a table may have one column.
  /// - Returns: nil if the rows have no number of columns in common.
  init?(_ prefix: Span<UInt8>, isWhole: Bool, options: ListOptions, isSingle: Bool = false) {
    let preamble = Preamble(prefix)
    var bytes: [UInt8] = []
    bytes.append(prefix.extracting(preamble.bytes..<prefix.count))
    if !isWhole, let end = bytes.lastIndex(of: UInt8(ascii: "\n")) { bytes.removeLast(bytes.count - end - 1) }
    guard !bytes.isEmpty else { return nil }
    let named = options.separator ?? preamble.separator
    let tried = named.map { [$0] } ?? Separator.allCases
    let shapes = tried.compactMap { Self.shape(of: bytes, $0) }
    // Spaces stand within texts as well, so they count only where nothing else does.
    let found = shapes.filter { $0.separator != .spaces }.max { $0.rank < $1.rank } ?? shapes.first
    let single = isSingle || named != nil ? Shape(separator: named ?? .comma, columns: 1) : nil
    guard let shape = found ?? single else { return nil }
    separator = shape.separator
    preambleLines = preamble.lines

    var table: [[[UInt8]]] = []
    isBroken = !Self.forEachRecord(of: bytes, separator) { record in
      table.append(record.columns.indices.map(record.column))
    }
    var reader = ValueReader()
    let isHeader = options.hasHeader ?? Self.beginsWithHeader(table, by: &reader)
    hasHeader = isHeader && !table.isEmpty
    width = found != nil ? shape.columns : table.first?.count ?? 1
    let names = hasHeader ? table.removeFirst() : []
    var profiles = (0..<max(shape.columns, names.count)).map { index in
      ColumnProfile(name: index < names.count ? String(decoding: names[index], as: UTF8.self) : nil)
    }
    for row in table {
      for index in profiles.indices {
        if index < row.count {
          profiles[index].add(row[index], by: &reader)
        } else {
          profiles[index].addNothing()
        }
      }
    }
    columns = profiles
    rows = table.count
  }

  /// The lines that some programs write in front of a table.
  private struct Preamble {
    var lines = 0
    var bytes = 0
    var separator: Separator?

    private static let linesMax = 64
    /// Of PowerShell, of a list of Open Images, of comments, and of hashdeep.
    private static let beginnings = ["#TYPE ", "TsvHttpData-1.0", "# ", "## ", "%%%% "]

    init(_ prefix: Span<UInt8>) {
      while lines < Self.linesMax {
        guard let end = prefix.firstIndex(of: UInt8(ascii: "\n"), from: bytes) else { return }
        let line = prefix.extracting(bytes..<end)
        if line.hasPrefix("sep="), (5...6).contains(line.count) {
          separator = Separator(argument: String(Unicode.Scalar(line[4])))
        } else if !Self.beginnings.contains(where: { line.starts(with: Array($0.utf8)) }) {
          return
        }
        lines += 1
        bytes = end + 1
      }
    }
  }

  private struct Shape {
    let separator: Separator
    let columns: Int
    /// The share of rows with this number of columns, in twentieths, then the number of columns.
    var rank: (Int, Int) = (0, 0)
  }

  /// The number of columns that nearly all rows have; nil if they have none in common, or one.
  private static func shape(of bytes: [UInt8], _ separator: Separator) -> Shape? {
    var counts: [Int: Int] = [:]
    var rows = 0
    forEachRecord(of: bytes, separator) { record in
      rows += 1
      counts[record.columns.count, default: 0] += 1
    }
    guard let most = counts.max(by: { ($0.value, $0.key) < ($1.value, $1.key) }), most.key > 1,
      // A TAB is hardly part of a text, so that half of the rows are enough: others may be cut.
      most.value * 10 >= rows * (separator == .tab ? 5 : 9)
    else { return nil }
    return Shape(separator: separator, columns: most.key, rank: (most.value * 20 / rows, most.key))
  }

  /// Takes the first records that are not blank; false where they cannot be told apart to the end.
  @discardableResult
  private static func forEachRecord(
    of bytes: [UInt8], _ separator: Separator, _ body: (borrowing TableRecords) -> Void
  ) -> Bool {
    var source = ByteSource(sample: bytes, of: "")
    var records = TableRecords(separator)
    var count = 0
    do throws(ListError) {
      while count < ListLimits.prefixRows, try records.next(of: &source) {
        guard !records.text.isEmpty else { continue }
        count += 1
        body(records)
      }
      return true
    } catch {
      return false
    }
  }

  /// Whether the first row has words only, and the rows below have something else.
  private static func beginsWithHeader(_ rows: [[[UInt8]]], by reader: inout ValueReader) -> Bool {
    guard let first = rows.first else { return false }
    for cell in first {
      let kind = reader.read(cell.span).kind
      guard kind == .text || kind == .empty, cell.count <= 64 else { return false }
    }
    guard rows.count > 1 else {
      return first.contains { TableShape.defaultTarget(ofColumn: String(decoding: $0, as: UTF8.self)) != nil }
    }
    for index in first.indices where !first[index].isEmpty {
      var column = ColumnProfile(name: nil)
      for row in rows.dropFirst() where index < row.count { column.add(row[index], by: &reader) }
      if column.kind != .text, column.kind != .empty { return true }
    }
    return false
  }
}
