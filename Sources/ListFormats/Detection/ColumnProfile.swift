// What a column holds, over the first rows of a list: which share of its values is of which kind.

import ByteText
import WireProtocol

/// A column of a table, or a path in the records of a JSON list.
struct ColumnProfile {
  /// The name in the header, or the path; nil without a header.
  var name: String?
  private(set) var rows = 0
  private var counts: [ValueKind: Int] = [:]
  /// What identifies the image, row by row, as far as the values are URLs or keys; zero elsewhere.
  private(set) var images: [Int] = []
  /// The first value.
  private(set) var example = ""
  /// The whole numbers in the range of photo ids: small ones count something else.
  private var photoNumbers = 0
  private var words = 0
  private var hexadecimalIds = (whole: 0, withLetter: 0)

  init(name: String?) { self.name = name }

  /// Adds the value of the next row.
  mutating func add(_ value: [UInt8], by reader: inout ValueReader) {
    let (kind, image) = reader.read(value.span)
    rows += 1
    counts[kind, default: 0] += 1
    images.append(image)
    guard kind != .empty else { return }
    if example.isEmpty { example = Self.shortened(value) }
    if kind != .text || !value.contains(where: "/=&%?.".utf8.contains) { words += 1 }
    if kind == .integer, (7...11).contains(value.count) { photoNumbers += 1 }
    if value.count == 16, value.span.hexadecimalEnd(from: 0) == 16 {
      hexadecimalIds.whole += 1
      if !value.span.isDecimal { hexadecimalIds.withLetter += 1 }
    }
  }

  /// Adds a row without this column.
  mutating func addNothing() {
    rows += 1
    counts[.empty, default: 0] += 1
    images.append(0)
  }

  /// The rows in which the column is not empty.
  var filled: Int { rows - (counts[.empty] ?? 0) }

  /// Whether at least nine of ten values are of these kinds.
  func holds(_ isKind: (ValueKind) -> Bool) -> Bool {
    let matching = counts.reduce(0) { $0 + (isKind($1.key) && $1.key != .empty ? $1.value : 0) }
    return filled > 0 && matching * 10 >= filled * 9
  }

  /// The kind of nearly all values; text where they are mixed.
  var kind: ValueKind {
    guard filled > 0 else { return .empty }
    if let kind = ValueKind.allCases.first(where: { kind in holds { $0 == kind } }) { return kind }
    if holds({ $0 == .photoURL || $0 == .imageURL }) { return .imageURL }
    if holds(\.mayBeYFCCHash) { return .yfccHash }
    if holds(\.isURL) { return .otherURL }
    return holds { $0 == .integer || $0 == .number } ? .number : .text
  }

  /// Whether the values may be ids of photos of Flickr: whole numbers, none of them small.
  var isPhotoNumber: Bool { holds { $0 == .integer } && photoNumbers * 10 >= filled * 9 }

  /// Whether the values are no part of a URL that a separator within it has cut.
  var standsAlone: Bool { words * 10 >= filled * 9 && kind != .fileName }

  /// Whether the values are ids of Open Images: sixteen hexadecimal digits, not all of them decimal.
  var isOpenImagesId: Bool { filled > 0 && hexadecimalIds.whole == filled && hexadecimalIds.withLetter > 0 }

  /// Whether two columns name the same image in each row that has both, and some row has.
  func agrees(with other: ColumnProfile) -> Bool {
    let pairs = zip(images, other.images).filter { $0 != 0 && $1 != 0 }
    return !pairs.isEmpty && pairs.allSatisfy { $0 == $1 }
  }

  private static func shortened(_ value: [UInt8]) -> String {
    let text = String(decoding: value.prefix(240), as: UTF8.self)
    let shown = String(String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 0x20 ? " " : $0 }))
    return shown.count > 60 ? shown.prefix(57) + "..." : shown
  }
}
