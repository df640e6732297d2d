// One row of a `ROWS` body into staged keys: the best of its keys becomes the primary one, under which the row is
// listed; each other key gets a link to it. Pure but for the lane that it fills.

internal import ByteText
internal import Identifiers
internal import Index
internal import IndexKeys
internal import WireProtocol

/// Why a row was not taken.
struct RowRejection: Equatable {
  /// PROTOCOL.md, section 5; or what the client gave.
  let code: String
  let text: String
}

/// Turns rows into staged keys. One a lane.
struct RowReader: ~Copyable {
  private var keys: KeyMaker
  private var candidates: [Candidate] = []
  // Working memory of the usual row.
  private var id = Latest<UInt8>()
  private var payload = Latest<UInt8>()
  private let secret: IndexSecret

  private struct Candidate {
    let key: NamespacedKey
    let value: [UInt8]
  }

  init(secret: IndexSecret, ruleVersion: Int) {
    self.secret = secret
    keys = KeyMaker(ruleVersion: ruleVersion)
  }

  /// Whether the address of a photo's file is the photo by the rules at hand.
  var takesPhotoFiles: Bool { keys.parser.hasShortcut }

  /// Adds the row to `lane`, or says why not.
  mutating func read(_ whole: Span<UInt8>, into lane: inout StagingLane) -> RowRejection? {
    let hasCR = whole.count > 0 && whole[whole.count - 1] == UInt8(ascii: "\r")
    let line = whole.extracting(0..<(whole.count - (hasCR ? 1 : 0)))
    guard line.count <= ProtocolLimits.lineBytesMax else {
      return RowRejection(code: "too-long", text: "longer than \(ProtocolLimits.lineBytesMax) bytes")
    }
    if line.count > 0, line[0] == UInt8(ascii: "!") { return rejectedByClient(line) }
    var columns = ColumnScanner()
    guard let first = columns.next(in: line) else { return RowRejection(code: "identifier", text: "empty") }
    let identifier = line.extracting(first)
    let identification = keys.parser.parse(identifier)
    // The usual row: an integer key and nothing else.
    if first.upperBound == line.count, case .integer(let namespace, let value) = identification {
      stageAlone(namespace, value, form: identifier, into: &lane)
      return nil
    }
    candidates.removeAll(keepingCapacity: true)
    if let rejection = add(identification) { return rejection }
    var listed: [UInt8]?
    while let column = columns.next(in: line) {
      if let rejection = readField(line.extracting(column), listed: &listed) { return rejection }
    }
    stage(form: listed ?? identifier.copied, into: &lane)
    return nil
  }

  private mutating func readField(_ field: Span<UInt8>, listed: inout [UInt8]?) -> RowRejection? {
    var equals = 0
    while equals < field.count, field[equals] != UInt8(ascii: "=") { equals += 1 }
    guard equals < field.count, let value = Escapes.unescape(field.extracting((equals + 1)..<field.count))
    else {
      return RowRejection(code: "field", text: "a field is name=value, with \\ escapes")
    }
    let name = field.extracting(0..<equals)
    if Self.isListed(name) {
      listed = value
      return nil
    }
    guard let namespace = Namespace(name: name) else {
      return RowRejection(code: "field", text: "unknown field; known are listed and the namespaces")
    }
    return add(keys.parser.parse(value.span, as: namespace))
  }

  private mutating func add(_ identification: Identification) -> RowRejection? {
    switch identification {
    case .invalid(let reason): return RowRejection(code: "identifier", text: reason.message)
    case .unresolvable(let reason): return RowRejection(code: "unresolvable", text: reason.message)
    case .integer(let namespace, let value):
      var text: [UInt8] = []
      NamespaceValue.append(value, of: namespace, to: &text)
      candidates.append(
        Candidate(key: NamespacedKey(namespace: namespace, key: StoredKey(integer: value)), value: text))
    case .text(let namespace):
      let text = keys.parser.text.copied
      candidates.append(
        Candidate(
          key: NamespacedKey(namespace: namespace, key: StoredKey(text: text.span, secret: secret)),
          value: text))
    }
    return nil
  }

  private mutating func stageAlone(
    _ namespace: Namespace, _ value: UInt64, form: Span<UInt8>, into lane: inout StagingLane
  ) {
    let isPrimary = namespace.imageRank != nil
    // The form was read as this value: where it has as many digits, they are the value's.
    if namespace != .openimages, KeyText.valueBytes(form, of: namespace) == Decimal.digits(value) {
      return lane.append(
        StoredKey(integer: value), space: namespace.rawValue, isPrimary: isPrimary, payload: Span())
    }
    id.begin()
    payload.begin()
    NamespaceValue.append(value, of: namespace, to: &id.all)
    if !KeyText.isText(form, of: namespace, value: id.span) {
      Listing.append(form: form, id: id, to: &payload)
    }
    lane.append(
      StoredKey(integer: value), space: namespace.rawValue, isPrimary: isPrimary, payload: payload.span)
  }

  /// Stages the row of `candidates`, of which there is at least one.
  private mutating func stage(form: [UInt8], into lane: inout StagingLane) {
    var best = 0
    for index in candidates.indices {
      let rank = candidates[index].key.namespace.imageRank ?? .max
      if rank < candidates[best].key.namespace.imageRank ?? .max { best = index }
    }
    let primary = candidates[best]
    var fields: [Listing.Field] = []
    var others: [NamespacedKey] = []
    for (index, candidate) in candidates.enumerated() where index != best && candidate.key != primary.key {
      guard !others.contains(candidate.key) else { continue }
      others.append(candidate.key)
      fields.append(Listing.Field(namespace: candidate.key.namespace, value: candidate.value))
    }
    let isInteger = primary.key.namespace.isInteger
    let listing = Listing(
      form: form,
      canonical: isInteger || gives(primary, form: form) ? [] : primary.value, fields: fields)
    let isKeyOnly =
      isInteger && fields.isEmpty
      && KeyText.isText(form.span, of: primary.key.namespace, value: primary.value.span)
    lane.append(
      primary.key.key, space: primary.key.namespace.rawValue,
      isPrimary: primary.key.namespace.imageRank != nil,
      payload: (isKeyOnly ? [] : listing.encoded(id: isInteger ? primary.value : [])).span)
    let link = ListingLink.encoded(to: primary.key)
    for other in others {
      lane.append(other.key, space: other.namespace.rawValue, isPrimary: false, payload: link.span)
    }
  }

  /// Whether the form, identified again, gives the key.
  private mutating func gives(_ candidate: Candidate, form: [UInt8]) -> Bool {
    keys.parser.parse(form.span) == .text(candidate.key.namespace)
      && keys.parser.text.copied == candidate.value
  }

  /// What the client says of a row; as it came where its escapes are wrong.
  private static func rejected(_ line: Span<UInt8>, _ range: Range<Int>) -> String {
    let text = line.extracting(range)
    return String(decoding: Escapes.unescape(text) ?? text.copied, as: UTF8.self)
  }

  private func rejectedByClient(_ line: Span<UInt8>) -> RowRejection {
    var columns = ColumnScanner()
    let code = columns.next(in: line) ?? 0..<line.count
    let text = columns.next(in: line) ?? line.count..<line.count
    return RowRejection(
      code: Self.rejected(line, min(1, code.upperBound)..<code.upperBound), text: Self.rejected(line, text))
  }

  private static func isListed(_ name: Span<UInt8>) -> Bool {
    let listed = "listed".utf8
    guard name.count == listed.count else { return false }
    var index = 0
    for byte in listed {
      guard name[index] == byte else { return false }
      index += 1
    }
    return true
  }
}
