// A stored listing as a row again, in the wire form that `RowReader` takes: what was listed, such that reading the row
// again gives the same key, the same listing and the same links. For export, digest and reindexing; reused from row to
// row, so that a walk allocates nothing for most of them.

internal import ByteText
internal import Identifiers
internal import Index
internal import IndexKeys
internal import WireProtocol

/// One row out of the index. One a walk.
struct ListedRow: ~Copyable {
  private var keys: KeyMaker
  private let secret: IndexSecret
  private var key = NamespacedKey(namespace: .flickr, key: StoredKey(high: 0, low: 0))
  /// The canonical value of the key; empty where neither the listing nor its form under the present rules gives it.
  private var value: [UInt8] = []
  private var form: [UInt8] = []
  private var fields: [(namespace: Namespace, value: Range<Int>)] = []
  private var payload: ArraySlice<UInt8> = []
  private var source = Source.key

  private enum Source {
    case key
    case form
    /// The form, which gives the first field's key; the primary one takes the field's place.
    case formOfField
  }

  init(secret: IndexSecret, ruleVersion: Int) {
    self.secret = secret
    keys = KeyMaker(ruleVersion: ruleVersion)
  }

  /// Whether an entry of a key is a row with a listing; else it is a link to one, or, where it is empty, a row that says
  /// no more than the key.
  static func isRow(_ payload: ArraySlice<UInt8>) -> Bool { payload.first == PayloadMark.row }

  /// Takes a key of which the dataset listed no more than the key. Its namespace is one of integers: a text is always
  /// listed.
  mutating func read(_ key: StoredKey, in space: KeySpace) throws(IndexError) {
    try begin(key, in: space)
    guard self.key.namespace.isInteger else { throw .corrupt("a text key has no listing") }
    KeyText.append(self.key.namespace, integer: key.integerValue, to: &form)
    source = .key
  }

  /// Takes an entry that is a row.
  mutating func read(_ payload: ArraySlice<UInt8>, of key: StoredKey, in space: KeySpace) throws(IndexError) {
    try begin(key, in: space)
    self.payload = payload
    var offset = 1
    let bytes = payload.span
    guard let place = Varint.read(bytes, at: &offset), let formRange = Varint.readText(bytes, at: &offset),
      let canonical = Varint.readText(bytes, at: &offset), place <= formRange.count + 1
    else { throw Self.damaged }
    let start = payload.startIndex
    if place > 0 {
      form += payload[(start + formRange.lowerBound)..<(start + formRange.lowerBound + place - 1)]
      form += value
      form += payload[(start + formRange.lowerBound + place - 1)..<(start + formRange.upperBound)]
    } else {
      form += payload[(start + formRange.lowerBound)..<(start + formRange.upperBound)]
    }
    if !self.key.namespace.isInteger {
      value += payload[(start + canonical.lowerBound)..<(start + canonical.upperBound)]
    }
    while offset < bytes.count {
      guard let namespace = Namespace(rawValue: bytes[offset]) else { throw Self.damaged }
      offset += 1
      guard let range = Varint.readText(bytes, at: &offset) else { throw Self.damaged }
      fields.append((namespace, (start + range.lowerBound)..<(start + range.upperBound)))
    }
    identify(givesKey: canonical.isEmpty && !self.key.namespace.isInteger)
  }

  private mutating func begin(_ key: StoredKey, in space: KeySpace) throws(IndexError) {
    guard let namespace = Namespace(rawValue: space.id) else { throw .corrupt("an unknown namespace") }
    self.key = NamespacedKey(namespace: namespace, key: key)
    payload = []
    value.removeAll(keepingCapacity: true)
    form.removeAll(keepingCapacity: true)
    fields.removeAll(keepingCapacity: true)
    if namespace.isInteger { NamespaceValue.append(key.integerValue, of: namespace, to: &value) }
  }

  private static var damaged: IndexError { .corrupt("a listing is damaged") }

  /// Finds out what the form is good for under the present rules.
  ///
  /// - Parameter givesKey: the form gave the key when the row was read.
  private mutating func identify(givesKey: Bool) {
    source = .key
    // Parts of `self` that are lent to a mutating call, or changed while a span is lent, have names of their own.
    let form = form
    let identification = keys.parser.parse(form.span)
    let found = keys.key(identification, secret: secret)
    if givesKey, found == key { Self.appendText(of: keys, to: &value) }
    guard isIdentifier else { return }
    if givesKey || found == key {
      source = .form
    } else if let found, let first = fields.first, first.namespace == found.namespace,
      found.namespace.imageRank ?? .max > key.namespace.imageRank ?? .max, gives(identification, first.value)
    {
      source = .formOfField
    }
  }

  private static func appendText(of keys: borrowing KeyMaker, to output: inout [UInt8]) {
    output.append(keys.parser.text)
  }

  /// Whether the identification that was just made has this canonical value.
  private func gives(_ identification: Identification, _ value: Range<Int>) -> Bool {
    if case .integer(let namespace, let number) = identification {
      var digits: [UInt8] = []
      NamespaceValue.append(number, of: namespace, to: &digits)
      return digits[...] == payload[value]
    }
    let text = keys.parser.text
    guard text.count == value.count else { return false }
    return text.indices.allSatisfy { text[$0] == payload[value.lowerBound + $0] }
  }

  /// Whether the form can stand at the beginning of a row, in a body and in a plain list.
  private var isIdentifier: Bool {
    guard let first = form.first, let last = form.last, first != UInt8(ascii: "!"),
      first != UInt8(ascii: "#"),
      first != UInt8(ascii: " "), last != UInt8(ascii: " ")
    else { return false }
    return form.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
  }

  // MARK: - Writing

  /// Appends the row as lists have it, without an LF: the form as listed in front, wherever it is an identifier of the
  /// row.
  func append(to output: inout [UInt8]) {
    switch source {
    case .key: appendCanonical(to: &output)
    case .form:
      output += form
      appendFields(from: 0, to: &output)
    case .formOfField:
      output += form
      RowWriter.field(key.namespace.spelling, value.span, to: &output)
      appendFields(from: 1, to: &output)
    }
  }

  /// Appends `namespace:value` of the key, escaped as a column. Where its listing does not give the key under the present
  /// rules, the form as listed stands for the value.
  func appendKey(to output: inout [UInt8]) {
    KeyText.append(key.namespace, to: &output)
    Escapes.append((value.isEmpty ? form : value).span, to: &output, keepingSpaces: true)
  }

  var accounts: [AccountName] {
    let own = key.namespace.namesAccount && !value.isEmpty ? [AccountName(key.namespace, value)] : []
    return own
      + fields.compactMap {
        $0.namespace.namesAccount ? AccountName($0.namespace, Array(payload[$0.value])) : nil
      }
  }

  /// Appends the row with its key in front, whatever the form: the same bytes for the same row in every index. A key
  /// that its listing does not give under the present rules has no value.
  func appendCanonical(to output: inout [UInt8]) {
    let start = output.count
    KeyText.append(key.namespace, to: &output)
    output += value
    let isKeyForm = output[start...].elementsEqual(form)
    appendFields(from: 0, to: &output)
    if !isKeyForm { RowWriter.field("listed", form.span, to: &output) }
  }

  private func appendFields(from first: Int, to output: inout [UInt8]) {
    for field in fields.dropFirst(first) {
      RowWriter.field(field.namespace.spelling, payload[field.value].span, to: &output)
    }
  }

  /// Stages the row as it stands, under the key that it has: for a row that the present rules refuse.
  mutating func stageAsItIs(into lane: inout StagingLane) {
    lane.append(
      key.key, space: key.namespace.rawValue, isPrimary: key.namespace.imageRank != nil,
      payload: payload.span)
    let link = ListingLink.encoded(to: key)
    for field in fields {
      let text = payload[field.value]
      var stored = StoredKey(text: text.span, secret: secret)
      if field.namespace.isInteger {
        // Ids in canonical form are ids under all rules.
        guard case .integer(_, let number) = keys.parser.parse(text.span, as: field.namespace) else {
          continue
        }
        stored = StoredKey(integer: number)
      }
      lane.append(stored, space: field.namespace.rawValue, isPrimary: false, payload: link.span)
    }
  }
}
