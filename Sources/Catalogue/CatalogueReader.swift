// Reads a catalogue file: blocks of `name: value` lines, as the head of the shipped catalogue describes them. Each value is
// checked where it stands. Whether lineages lead somewhere is left to `Catalogue`, since they may lead to another file.

internal import WireProtocol

/// Takes a file apart.
struct CatalogueReader {
  private let file: String
  private var entries: [CatalogueEntry] = []
  private var block: Block?

  private struct Block {
    let id: String
    let line: Int
    var values: [CatalogueField: String] = [:]
    var last: CatalogueField?
    var lastLine = 0
  }

  /// The entries of a text; `file` names it in errors. O(text).
  static func read(_ text: String, file: String) throws(CatalogueError) -> [CatalogueEntry] {
    var reader = CatalogueReader(file: file)
    var number = 0
    for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
      number += 1
      try reader.take(line, number)
    }
    try reader.close()
    return reader.entries
  }

  private init(file: String) { self.file = file }

  private mutating func take(_ line: Substring, _ number: Int) throws(CatalogueError) {
    let trimmed = CatalogueText.trimmed(line)
    if trimmed.isEmpty { return try close() }
    if line.hasPrefix("#") { return }
    if line.hasPrefix(" ") || line.hasPrefix("\t") { return try goOn(trimmed, number) }
    guard let colon = line.firstIndex(of: ":") else {
      throw error(number, "a line is name: value, or a comment that starts with #")
    }
    let name = String(line[..<colon])
    let value = CatalogueText.trimmed(line[line.index(after: colon)...])
    if name == "dataset" { return try open(value, number) }
    try set(name, value, number)
  }

  private mutating func open(_ id: String, _ number: Int) throws(CatalogueError) {
    try close()
    guard Slug.isValid(id) else { throw error(number, "not a dataset's name: \(id)") }
    if let other = entries.first(where: { $0.id == id })?.place {
      throw error(number, "\(id) has an entry already, in line \(other.line)")
    }
    block = Block(id: id, line: number)
  }

  private mutating func set(_ name: String, _ value: String, _ number: Int) throws(CatalogueError) {
    guard let field = CatalogueField(rawValue: name) else {
      let names = CatalogueField.allCases.map(\.rawValue).joined(separator: " ")
      throw error(number, "no field is named \(name); there are dataset \(names)")
    }
    guard block != nil else { throw error(number, "an entry starts with dataset: NAME") }
    guard block?.values[field] == nil else { throw error(number, "\(name) is given twice") }
    try checkLast()
    block?.values[field] = value
    block?.last = field
    block?.lastLine = number
  }

  private mutating func goOn(_ more: String, _ number: Int) throws(CatalogueError) {
    guard let field = block?.last, let value = block?.values[field] else {
      throw error(number, "a line that starts with a space goes on with a value, and none is before it")
    }
    block?.values[field] = value.isEmpty ? more : value + " " + more
  }

  /// A value is whole when the next line is none of its own.
  private func checkLast() throws(CatalogueError) {
    guard let block, let field = block.last, let value = block.values[field], !value.isEmpty else { return }
    do throws(CatalogueValueError) {
      try CatalogueEntry.check(value, of: field)
    } catch let failure {
      throw error(block.lastLine, failure.reason)
    }
  }

  private mutating func close() throws(CatalogueError) {
    try checkLast()
    if let block {
      entries.append(
        CatalogueEntry(
          id: block.id, values: block.values, place: CataloguePlace(file: file, line: block.line)))
    }
    block = nil
  }

  private func error(_ line: Int, _ reason: String) -> CatalogueError {
    CatalogueError(place: CataloguePlace(file: file, line: line), reason: reason)
  }
}
