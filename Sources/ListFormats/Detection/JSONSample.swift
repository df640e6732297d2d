// The first records of a JSON list: where they are, and what their fields hold.

import ByteText
import WireProtocol

/// The first records of a JSON list.
struct JSONSample {
  let place: JSONShape.Place
  /// Where each of `columns` is.
  let fields: [JSONShape.Field]
  let columns: [ColumnProfile]

  /// Fields that are looked at.
  private static let fieldsMax = 256
  /// Names that lead to a field.
  private static let depthMax = 6

  /// Whether these bytes begin with a bracket of JSON.
  static func isJSON(_ prefix: Span<UInt8>) -> Bool {
    for index in prefix.indices where prefix[index] > 0x20 {
      return prefix[index] == UInt8(ascii: "{") || prefix[index] == UInt8(ascii: "[")
    }
    return false
  }

  /// The places where records may be, the likeliest first.
  static func all(_ prefix: Span<UInt8>) -> [JSONSample] {
    var bytes: [UInt8] = []
    bytes.append(prefix)
    let texts = JSONTree.read(bytes)
    guard let first = texts.first else { return [] }
    if texts.count > 1 { return [JSONSample(.texts, texts)].compactMap { $0 } }
    switch first {
    case .array(let elements): return [JSONSample(.elements, elements)].compactMap { $0 }
    case .object(let members): return of(members)
    case .text, .number: return []
    }
  }

  /// What an object may be: one with arrays of records, of records by their names, of columns, or one record.
  private static func of(_ members: [(name: [UInt8], value: JSONTree)]) -> [JSONSample] {
    var found: [JSONSample] = []
    var arrays: [(name: [UInt8], values: [JSONTree])] = []
    for (name, value) in members {
      guard case .array(let elements) = value else { continue }
      if case .object? = elements.first {
        if let sample = JSONSample(.member(name), elements) { found.append(sample) }
      } else {
        arrays.append((name, elements))
      }
    }
    found.sort { $0.place == .member(Array("images".utf8)) && $1.place != $0.place }
    if !found.isEmpty { return found }
    if !arrays.isEmpty, arrays.count == members.count { return [JSONSample(arrays)] }
    let objects = members.filter { if case .object = $0.value { true } else { false } }
    if objects.count * 10 >= members.count * 9, let sample = JSONSample(.values, objects.map(\.value)) {
      return [sample]
    }
    let texts = members.compactMap { if case .text = $0.value { $0.value } else { nil as JSONTree? } }
    let record = JSONSample(.texts, [.object(members)])
    guard texts.count == members.count, let sample = JSONSample(.values, texts) else {
      return [record].compactMap { $0 }
    }
    return [record, sample].compactMap { $0 }
  }

  /// Records at a place; nil if there is none.
  private init?(_ place: JSONShape.Place, _ records: [JSONTree]) {
    guard !records.isEmpty else { return nil }
    var reader = ValueReader()
    var fields: [JSONShape.Field] = []
    var columns: [ColumnProfile] = []
    for (index, record) in records.prefix(ListLimits.prefixRows).enumerated() {
      Self.forEachScalar(of: record, []) { field, value in
        var column = fields.firstIndex(of: field)
        if column == nil, fields.count < Self.fieldsMax {
          column = fields.count
          fields.append(field)
          var profile = ColumnProfile(name: Self.name(of: field))
          for _ in 0..<index { profile.addNothing() }
          columns.append(profile)
        }
        if let column, columns[column].rows == index { columns[column].add(value, by: &reader) }
      }
      for column in columns.indices where columns[column].rows == index { columns[column].addNothing() }
    }
    (self.place, self.fields, self.columns) = (place, fields, columns)
  }

  /// Parallel arrays.
  private init(_ arrays: [(name: [UInt8], values: [JSONTree])]) {
    var reader = ValueReader()
    place = .arrays
    fields = arrays.map { [$0.name] }
    columns = arrays.map { name, values in
      var profile = ColumnProfile(name: String(decoding: name, as: UTF8.self))
      for value in values.prefix(ListLimits.prefixRows) {
        switch value {
        case .text(let bytes), .number(let bytes): profile.add(bytes, by: &reader)
        case .array, .object: profile.addNothing()
        }
      }
      return profile
    }
  }

  private static func name(of field: JSONShape.Field) -> String? {
    field.isEmpty ? nil : field.map { String(decoding: $0, as: UTF8.self) }.joined(separator: ".")
  }

  private static func forEachScalar(
    of value: JSONTree, _ field: JSONShape.Field, _ body: (JSONShape.Field, [UInt8]) -> Void
  ) {
    switch value {
    case .text(let bytes), .number(let bytes): body(field, bytes)
    case .array: break
    case .object(let members):
      guard field.count < depthMax else { return }
      for member in members { forEachScalar(of: member.value, field + [member.name], body) }
    }
  }

  /// The number of the field that a path such as `metadata.photo_url` names; nil if there is none.
  func index(of path: String) -> Int? {
    columns.firstIndex { $0.name == path }
      ?? columns.firstIndex { $0.name?.lowercased() == path.lowercased() }
  }

  /// Whether the records have all of these fields.
  func has(_ paths: String...) -> Bool { paths.allSatisfy { index(of: $0) != nil } }
}
