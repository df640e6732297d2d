// One row of an `ITEMS` body into the key of its image and the number of its label. Pure but for the labels that it
// numbers.

internal import Identifiers
internal import Index
internal import IndexKeys
internal import WireProtocol

/// What a row of a cross-reference is.
enum CrossrefRow: Equatable {
  /// An image under a label; 0 is none.
  case image(NamespacedKey, label: UInt16)
  /// Not an identifier of an image.
  case invalid(label: UInt16)
  /// An identifier that only the network could resolve.
  case unresolvable(label: UInt16)
}

struct CrossrefReader: ~Copyable {
  private var keys: KeyMaker
  private var labels: CrossrefLabelCache
  private let secret: IndexSecret
  private let distant: (any DistantIndex)?

  /// - Parameter distant: where the keys will be looked up, if not under the secret.
  init(labels: CrossrefLabels, secret: IndexSecret, distant: (any DistantIndex)? = nil, ruleVersion: Int) {
    keys = KeyMaker(ruleVersion: ruleVersion)
    self.labels = CrossrefLabelCache(labels)
    self.secret = secret
    self.distant = distant
  }

  /// Whether the address of a photo's file is the photo by the rules at hand.
  var takesPhotoFiles: Bool { keys.parser.hasShortcut }

  /// Reads a row. Of several keys the best counts, as where a list is loaded; a row with one that is wrong is wrong, but
  /// has its label. Throws where a bound of labels is exceeded.
  mutating func read(_ whole: Span<UInt8>) throws(ProtocolError) -> CrossrefRow {
    let hasCR = whole.count > 0 && whole[whole.count - 1] == UInt8(ascii: "\r")
    let line = whole.extracting(0..<(whole.count - (hasCR ? 1 : 0)))
    guard line.count > 0, line.count <= ProtocolLimits.lineBytesMax else { return .invalid(label: 0) }
    var columns = ColumnScanner()
    guard let first = columns.next(in: line) else { return .invalid(label: 0) }
    var best = Key.invalid
    if line[0] == UInt8(ascii: "!") {
      // A row that the client rejected: its second column is the reason.
      _ = columns.next(in: line)
    } else {
      best = key(keys.parser.parse(line.extracting(first)))
    }
    var isWrong = false
    var label: UInt16 = 0
    while let column = columns.next(in: line) {
      let field = line.extracting(column)
      guard let equals = field.indices.first(where: { field[$0] == UInt8(ascii: "=") }) else {
        isWrong = true
        continue
      }
      let name = field.extracting(0..<equals)
      let escaped = field.extracting((equals + 1)..<field.count)
      let isLabel = Self.equals(name, Self.labelName)
      if isLabel, !escaped.indices.contains(where: { escaped[$0] == UInt8(ascii: "\\") }) {
        // The usual one, which is read without a copy.
        label = try labels.number(of: escaped)
        continue
      }
      if let value = Escapes.unescape(escaped) {
        if isLabel {
          label = try labels.number(of: value.span)
        } else if let namespace = Namespace(name: name) {
          best = Self.better(best, key(keys.parser.parse(value.span, as: namespace)))
        } else if !Self.equals(name, Self.listedName) {
          isWrong = true
        }
      } else {
        isWrong = true
      }
    }
    switch best {
    case .image(let key) where !isWrong && key.namespace.imageRank != nil: return .image(key, label: label)
    case .unresolvable where !isWrong: return .unresolvable(label: label)
    case .image, .unresolvable, .invalid: return .invalid(label: label)
    }
  }

  private enum Key {
    case image(NamespacedKey)
    case unresolvable
    case invalid
  }

  /// The key of an identification that was just made.
  private func key(_ identification: Identification) -> Key {
    if case .unresolvable = identification { return .unresolvable }
    if let distant, case .text(let namespace) = identification {
      var text: [UInt8] = []
      keys.appendText(identification, to: &text)
      let digest = distant.digest(of: text.span)
      return .image(NamespacedKey(namespace: namespace, key: StoredKey(high: digest.high, low: digest.low)))
    }
    return keys.key(identification, secret: secret).map { .image($0) } ?? .invalid
  }

  private static func better(_ one: Key, _ other: Key) -> Key {
    switch (one, other) {
    case (.image(let first), .image(let second)):
      second.namespace.imageRank ?? .max < first.namespace.imageRank ?? .max ? other : one
    case (.unresolvable, _), (_, .unresolvable): .unresolvable
    default: .invalid
    }
  }

  private static let labelName = Array(AccountRequest.labelField.utf8)
  private static let listedName = Array("listed".utf8)

  private static func equals(_ name: Span<UInt8>, _ text: [UInt8]) -> Bool {
    name.count == text.count && name.indices.allSatisfy { name[$0] == text[$0] }
  }
}
