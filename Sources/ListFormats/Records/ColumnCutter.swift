// Columns of a line that TABs, single spaces or runs of spaces separate; no quotes. Keeps positions only.

import ByteText
import WireProtocol

/// The columns of the line that was cut last.
struct ColumnCutter {
  /// Where the columns are, in order.
  private(set) var places: [Range<Int>] = []

  /// How many columns were cut.
  var count: Int { places.count }

  /// Cuts `line`. With more than `countMax` columns, the last one holds the rest of the line.
  mutating func cut(_ line: Span<UInt8>, at separator: UInt8, countMax: Int) {
    places.removeAll(keepingCapacity: true)
    var start = 0
    while places.count + 1 < countMax, let end = line.firstIndex(of: separator, from: start) {
      places.append(start..<end)
      start = end + 1
    }
    places.append(start..<line.count)
  }

  /// Cuts `line` as a table with this separator has its columns.
  mutating func cut(_ line: Span<UInt8>, at separator: Separator, countMax: Int) {
    guard separator == .spaces else { return cut(line, at: separator.byte, countMax: countMax) }
    places.removeAll(keepingCapacity: true)
    var start = 0
    while true {
      while start < line.count, line[start] == 0x20 || line[start] == 0x09 { start += 1 }
      guard start < line.count else { return }
      var end = start
      if places.count + 1 < countMax {
        while end < line.count, line[end] != 0x20, line[end] != 0x09 { end += 1 }
      } else {
        end = line.count
      }
      places.append(start..<end)
      start = end
    }
  }

  /// A column of the line that was cut; empty where the line has no such column.
  @_lifetime(copy line)
  func column(_ index: Int, of line: Span<UInt8>) -> Span<UInt8> {
    line.extracting(index < places.count ? places[index] : 0..<0)
  }
}
