// The keys of a row in its wire form, as the daemon will make them: what a dry run counts. Which of them becomes the
// primary one, and why a row is not taken, is decided as PROTOCOL.md says of `ROWS`.

import DaemonClient
package import Identifiers
import WireProtocol

package struct RowKeys: ~Copyable {
  private var parser = IdentifierParser()
  /// The namespaces of the last row's keys, none of them twice, in the order of the row.
  package private(set) var namespaces: [Namespace] = []
  /// The last row's keys as `namespace:value` side by side, if they are kept, and where each is.
  package private(set) var texts: [UInt8] = []
  package private(set) var keys: [(namespace: Namespace, text: Range<Int>)] = []
  private let keepsKeys: Bool

  /// Whether rows are those of a cross-reference, which may have labels and must name an image.
  private let isCompared: Bool

  package init(isCompared: Bool = false, keepsKeys: Bool = false) {
    self.isCompared = isCompared
    self.keepsKeys = keepsKeys
  }

  /// Reads a row without its LF.
  ///
  /// - Returns: the namespace of its primary key, or why it is not taken.
  package mutating func read(_ row: Span<UInt8>) -> Result<Namespace, Rejection> {
    namespaces.removeAll(keepingCapacity: true)
    texts.removeAll(keepingCapacity: true)
    keys.removeAll(keepingCapacity: true)
    var columns = ColumnScanner()
    guard let first = columns.next(in: row) else { return .failure(Rejection("identifier", "empty")) }
    if row.count > 0, row[0] == UInt8(ascii: "!") {
      let text = columns.next(in: row) ?? row.count..<row.count
      return .failure(
        Rejection(
          ReplyText.string(row.extracting(1..<first.upperBound)), ReplyText.columns(row.extracting(text))[0]))
    }
    if let rejection = add(parser.parse(row.extracting(first))) { return .failure(rejection) }
    while let column = columns.next(in: row) {
      if let rejection = readField(row.extracting(column)) { return .failure(rejection) }
    }
    let best = namespaces.min { $0.imageRank ?? .max < $1.imageRank ?? .max }
    if isCompared, let best, best.imageRank == nil {
      return .failure(Rejection("identifier", "it names an account or an album, not an image"))
    }
    return best.map { .success($0) } ?? .failure(Rejection("identifier", "empty"))
  }

  private mutating func readField(_ field: Span<UInt8>) -> Rejection? {
    var equals = 0
    while equals < field.count, field[equals] != UInt8(ascii: "=") { equals += 1 }
    guard equals < field.count, let value = Escapes.unescape(field.extracting((equals + 1)..<field.count))
    else {
      return Rejection("field", "a field is name=value, with \\ escapes")
    }
    let name = field.extracting(0..<equals)
    let known = ReplyText.string(name)
    if known == "listed" || (isCompared && known == AccountRequest.labelField) { return nil }
    guard let namespace = Namespace(name: name) else {
      return Rejection("field", "unknown field; known are listed and the namespaces")
    }
    return add(parser.parse(value.span, as: namespace))
  }

  private mutating func add(_ identification: Identification) -> Rejection? {
    switch identification {
    case .integer(let namespace, _), .text(let namespace):
      if keepsKeys { keep(identification, namespace) }
      if !namespaces.contains(namespace) { namespaces.append(namespace) }
      return nil
    case .unresolvable(let reason): return Rejection("unresolvable", reason.message)
    case .invalid(let reason): return Rejection("identifier", reason.message)
    }
  }

  private mutating func keep(_ identification: Identification, _ namespace: Namespace) {
    let start = texts.count
    KeyReader.append(identification, of: parser, to: &texts)
    keys.append((namespace, start..<texts.count))
  }

  /// Why a row is not taken.
  package struct Rejection: Error, Equatable, Sendable {
    /// The reason's code (PROTOCOL.md, section 5).
    package let code: String
    /// The reason for people.
    package let text: String

    init(_ code: String, _ text: String) {
      self.code = code
      self.text = text
    }
  }
}
