// Cuts a JSON list into records: the elements of its one array, the values of its one object, or one text after the other;
// and of each the few fields that its format reads. A record is taken whole, so the cursor always rests between two
// records.

import ByteText

/// Where the records of a JSON list are, and what is read of them.
struct JSONShape {
  enum Place: Equatable {
    /// The elements of the array that the text is.
    case elements
    /// The elements of the array that is this member of the object that the text is.
    case member([UInt8])
    /// The values of the object that the text is.
    case values
    /// Each text is a record: JSON lines.
    case texts
    /// The object that the text is has an array a field; records are the elements of all arrays with the same number.
    case arrays
  }

  /// Where a field is: the names that lead to it. Without any, the record itself is a string or a number.
  typealias Field = [[UInt8]]

  let place: Place
  let fields: [Field]

  init(_ place: Place, _ fields: [Field]) {
    self.place = place
    self.fields = fields
  }

  /// The field of a path such as `metadata.photo_url`.
  static func field(_ path: String) -> Field { path.split(separator: ".").map { Array($0.utf8) } }
}

/// The records of a JSON list, one at a time.
struct JSONRecords {
  /// A field of the last record.
  struct Field {
    /// The content of a string, or the text of a number; empty if the record has neither.
    var text: [UInt8] = []
    /// Whether the content is over the bound, and `text` only its beginning.
    var isCut = false
  }

  private enum State {
    case before, within, after
  }

  /// The fields of the last record, in the order of the shape; empty if the record does not have them.
  private(set) var fields: [Field]
  /// The line on which the last record begins, from 1.
  private(set) var line: UInt64 = 1
  private let shape: JSONShape
  private var text = JSONText()
  private var state = State.before
  private var isFirst = true
  private var name: [UInt8] = []
  /// The names that lead to the object that is read.
  private var path: [[UInt8]] = []

  /// - Precondition: the place is not `arrays`, which have a cursor each.
  init(shape: JSONShape) {
    precondition(shape.place != .arrays)
    self.shape = shape
    fields = shape.fields.map { _ in Field() }
  }

  /// Reads the next record into `fields`.
  ///
  /// - Returns: false at the end of the list.
  mutating func next(of source: inout ByteSource) throws(ListError) -> Bool {
    if state == .before {
      guard try text.peekOrEnd(&source) != nil else { return false }
      try enter(&source)
    }
    guard state == .within else { return false }
    if shape.place == .texts {
      guard try text.peekOrEnd(&source) != nil else { return false }
      try readRecord(&source)
      return true
    }
    if try text.accept(closing, &source) {
      try leave(&source)
      return false
    }
    if !isFirst { try text.expect(UInt8(ascii: ","), &source) }
    isFirst = false
    if shape.place == .values { try takeName(&source) }
    try readRecord(&source)
    return true
  }

  private var closing: UInt8 { shape.place == .values ? UInt8(ascii: "}") : UInt8(ascii: "]") }

  /// Goes to the first record.
  private mutating func enter(_ source: inout ByteSource) throws(ListError) {
    state = .within
    switch shape.place {
    case .texts, .arrays: break
    case .elements: try text.expect(UInt8(ascii: "["), &source)
    case .values: try text.expect(UInt8(ascii: "{"), &source)
    case .member(let member):
      try text.expect(UInt8(ascii: "{"), &source)
      while try text.peek(&source) != UInt8(ascii: "}") {
        try takeName(&source)
        if name == member { return try text.expect(UInt8(ascii: "["), &source) }
        try text.skipValue(&source)
        if try !text.accept(UInt8(ascii: ","), &source) { break }
      }
      throw source.stream.file.error(
        "the JSON has no \"\(String(decoding: member, as: UTF8.self))\"", line: text.line,
        hint: "check the format")
    }
  }

  /// Reads what stands behind the records, so that every byte of the list is seen.
  private mutating func leave(_ source: inout ByteSource) throws(ListError) {
    state = .after
    if case .member = shape.place {
      while try text.accept(UInt8(ascii: ","), &source) {
        try takeName(&source)
        try text.skipValue(&source)
      }
      try text.expect(UInt8(ascii: "}"), &source)
    }
    guard try text.peekOrEnd(&source) == nil else { throw text.unexpected(source) }
  }

  private mutating func takeName(_ source: inout ByteSource) throws(ListError) {
    name.removeAll(keepingCapacity: true)
    _ = try text.string(&source, to: &name)
    try text.expect(UInt8(ascii: ":"), &source)
  }

  private mutating func readRecord(_ source: inout ByteSource) throws(ListError) {
    for index in fields.indices {
      fields[index].text.removeAll(keepingCapacity: true)
      fields[index].isCut = false
    }
    let begin = try text.peek(&source)
    line = text.line
    if let index = shape.fields.firstIndex(of: []) { return try readField(index, &source) }
    guard begin == UInt8(ascii: "{") else { return try text.skipValue(&source) }
    try readMembers(&source)
  }

  /// Reads the members of the record, or of the object within it to which `path` leads.
  private mutating func readMembers(_ source: inout ByteSource) throws(ListError) {
    try text.expect(UInt8(ascii: "{"), &source)
    if try text.accept(UInt8(ascii: "}"), &source) { return }
    let depth = path.count
    repeat {
      try takeName(&source)
      let isWanted = shape.fields.contains { $0.count > depth && $0[depth] == name && $0.starts(with: path) }
      guard isWanted else {
        try text.skipValue(&source)
        continue
      }
      if let index = shape.fields.firstIndex(where: {
        $0.count == depth + 1 && $0[depth] == name && $0.starts(with: path)
      }) {
        try readField(index, &source)
      } else if try text.peek(&source) == UInt8(ascii: "{") {
        path.append(name)
        try readMembers(&source)
        path.removeLast()
      } else {
        try text.skipValue(&source)
      }
    } while try text.accept(UInt8(ascii: ","), &source)
    try text.expect(UInt8(ascii: "}"), &source)
  }

  private mutating func readField(_ index: Int, _ source: inout ByteSource) throws(ListError) {
    fields[index].text.removeAll(keepingCapacity: true)
    switch try text.peek(&source) {
    case UInt8(ascii: "\""): fields[index].isCut = try !text.string(&source, to: &fields[index].text)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
      try text.literal(&source, to: &fields[index].text)
    default: try text.skipValue(&source)
    }
  }
}
