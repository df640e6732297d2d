// Plain lists: one identifier a line, `#` comments, optional TAB `name=value` fields as in the wire form.

import ByteText
import Identifiers
import WireProtocol

/// A line of a plain list, and the fields that were left out so far.
struct PlainRow: ~Copyable {
  /// How often fields with names that no row can carry were left out. Bounded: further names count under
  /// `...`, columns without a name under the empty name.
  private(set) var ignoredFields: [String: Int] = [:]
  private let readsLabels: Bool
  private let isRecognised: Bool
  private var parser = IdentifierParser()
  private var rejectedLabel: [UInt8] = []

  /// - Parameters:
  ///   - readsLabels: whether the first column that is no field is the label of the row.
  ///   - isRecognised: whether nobody said that the list is a plain one, so that a URL with text behind it is none.
  init(readsLabels: Bool = false, isRecognised: Bool = false) {
    self.readsLabels = readsLabels
    self.isRecognised = isRecognised
  }

  /// The label of the line that was just rejected; empty where it has none.
  mutating func takeRejectedLabel() -> [UInt8] {
    defer { rejectedLabel = [] }
    return rejectedLabel
  }

  /// Appends the identifier and the known fields. Values stay escaped as they are.
  mutating func append(_ line: Span<UInt8>, to output: inout [UInt8]) -> RowOutcome {
    let outcome = appendRow(line, to: &output)
    if readsLabels, case .rejected = outcome { keepLabel(line) }
    return outcome
  }

  private mutating func keepLabel(_ line: Span<UInt8>) {
    var columns = ColumnScanner()
    _ = columns.next(in: line)
    while let column = columns.next(in: line) {
      let field = line.extracting(column).trimmingBlanks()
      guard !field.isEmpty, !Self.isField(field) else { continue }
      rejectedLabel.append(field)
      return
    }
  }

  /// Whether a column is a field that rows carry, and no label.
  private static func isField(_ column: Span<UInt8>) -> Bool {
    let name = column.extracting(0..<(column.firstIndex(of: UInt8(ascii: "=")) ?? 0))
    return RowKey(name) != nil || name.equals("listed")
  }

  private mutating func appendRow(_ line: Span<UInt8>, to output: inout [UInt8]) -> RowOutcome {
    let trimmed = line.trimmingBlanks()
    guard !trimmed.isEmpty, trimmed[0] != UInt8(ascii: "#") else { return .noRow }
    if isRecognised, URLTail.mayBegin(in: trimmed) {
      let end = trimmed.firstIndex(of: UInt8(ascii: "\t")) ?? trimmed.count
      guard !URLTail.follows(trimmed.extracting(0..<end), by: &parser) else {
        return .rejected(.columns("goes on behind the URL"))
      }
    }
    guard let tab = trimmed.firstIndex(of: UInt8(ascii: "\t")) else {
      return RowText.begin(trimmed, to: &output)
    }
    let outcome = RowText.begin(trimmed.extracting(0..<tab).trimmingBlanks(), to: &output)
    guard case .row = outcome else { return outcome }
    guard trimmed.firstIndex(of: UInt8(ascii: "\r"), from: tab) == nil else {
      return .rejected(.malformed("a field cannot hold CR; write \\r"))
    }
    appendFields(trimmed.extracting(tab + 1..<trimmed.count), to: &output)
    return outcome
  }

  private mutating func appendFields(_ fields: Span<UInt8>, to output: inout [UInt8]) {
    var start = 0
    var hasLabel = !readsLabels
    while start <= fields.count {
      let end = fields.firstIndex(of: UInt8(ascii: "\t"), from: start) ?? fields.count
      let field = fields.extracting(start..<end)
      start = end + 1
      guard !field.isEmpty else { continue }
      if Self.isField(field) {
        output.append(UInt8(ascii: "\t"))
        output.append(field)
      } else if !hasLabel {
        hasLabel = true
        RowText.addField("label", field.trimmingBlanks(), to: &output)
      } else {
        countIgnored(field.extracting(0..<(field.firstIndex(of: UInt8(ascii: "=")) ?? 0)))
      }
    }
  }

  private mutating func countIgnored(_ name: Span<UInt8>) {
    var text = "..."
    if name.count <= ListLimits.ignoredNameBytesMax {
      var bytes: [UInt8] = []
      bytes.append(name)
      text = String(decoding: bytes, as: UTF8.self)
    }
    if ignoredFields[text] == nil, ignoredFields.count >= ListLimits.ignoredNamesMax { text = "..." }
    ignoredFields[text, default: 0] += 1
  }
}
