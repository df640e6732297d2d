// The other keys that a stored row names, and the one that a link leads to: what erasing an image has to know of payloads,
// into which the index does not look. The layout of a row is at the head of Server's `Listing.swift`.

internal import Identifiers
package import Index
internal import Synchronization

/// Keys in payloads, as the index stores them.
package final class PayloadKeys: ListedKeys {
  private let secret: IndexSecret
  // Few payloads need it.
  private let parser = Mutex(IdentifierParser())

  /// - Parameter secret: of the index whose payloads are read.
  package init(secret: IndexSecret) { self.secret = secret }

  package func primary(of payload: ArraySlice<UInt8>) throws(IndexError) -> IndexKey? {
    guard payload.first == PayloadMark.link else { return nil }
    guard let primary = ListingLink.primary(of: payload) else { throw Self.damaged }
    return primary.indexKey
  }

  package func keys(of payload: ArraySlice<UInt8>) throws(IndexError) -> [IndexKey] {
    guard payload.first == PayloadMark.row else { return [] }
    let bytes = payload.span
    var offset = 1
    guard Varint.read(bytes, at: &offset) != nil, Varint.readText(bytes, at: &offset) != nil,
      Varint.readText(bytes, at: &offset) != nil
    else { throw Self.damaged }
    var keys: [IndexKey] = []
    try forEachOtherKey(of: bytes, from: offset) { key, _ in keys.append(key) }
    return keys
  }

  package func forEachKey(
    of payload: ArraySlice<UInt8>, under key: IndexKey, _ body: (IndexKey, Span<UInt8>?) -> Void
  ) throws(IndexError) {
    guard payload.first == PayloadMark.row else { return }
    let bytes = payload.span
    var offset = 1
    guard let namespace = Namespace(rawValue: key.space), Varint.read(bytes, at: &offset) != nil,
      let form = Varint.readText(bytes, at: &offset), let canonical = Varint.readText(bytes, at: &offset)
    else { throw Self.damaged }
    if namespace.isInteger {
      body(key, nil)
    } else if !canonical.isEmpty {
      body(key, bytes.extracting(canonical))
    } else {
      readForm(bytes.extracting(form), of: key, body)
    }
    try forEachOtherKey(of: bytes, from: offset, body)
  }

  /// Calls `body` with the keys behind a row's own, and the texts of those that are no integers.
  private func forEachOtherKey(
    of bytes: Span<UInt8>, from start: Int, _ body: (IndexKey, Span<UInt8>?) -> Void
  ) throws(IndexError) {
    var offset = start
    while offset < bytes.count {
      let space = bytes[offset]
      offset += 1
      guard let namespace = Namespace(rawValue: space), let value = Varint.readText(bytes, at: &offset) else {
        throw Self.damaged
      }
      let text = bytes.extracting(value)
      if !namespace.isInteger {
        body(IndexKey(space, StoredKey(text: text, secret: secret)), text)
      } else if case .integer(_, let number) = parser.withLock({ $0.parse(text, as: namespace) }) {
        // Ids in canonical form are ids under all rules.
        body(IndexKey(space, StoredKey(integer: number)), nil)
      }
    }
  }

  /// Calls `body` with a key and the text that the form gives for it, by the present rules or by earlier ones.
  private func readForm(
    _ form: Span<UInt8>, of key: IndexKey, _ body: (IndexKey, Span<UInt8>?) -> Void
  ) {
    if parser.withLock({ parser in read(form, of: key, with: &parser, body) }) { return }
    for version in (0..<Identifiers.ruleVersion).reversed() {
      var older = IdentifierParser(ruleVersion: version)
      if read(form, of: key, with: &older, body) { return }
    }
  }

  private func read(
    _ form: Span<UInt8>, of key: IndexKey, with parser: inout IdentifierParser,
    _ body: (IndexKey, Span<UInt8>?) -> Void
  ) -> Bool {
    guard case .text(let found) = parser.parse(form), found.rawValue == key.space,
      StoredKey(text: parser.text, secret: secret) == key.key
    else { return false }
    body(key, parser.text)
    return true
  }

  package func namesImage(_ space: UInt8) -> Bool {
    guard let namespace = Namespace(rawValue: space) else { return false }
    return namespace.imageRank != nil && !namespace.namesContents
  }

  package func namesAccount(_ space: UInt8) -> Bool { Namespace(rawValue: space)?.namesAccount == true }

  private static var damaged: IndexError { .corrupt("a listing is damaged") }
}
