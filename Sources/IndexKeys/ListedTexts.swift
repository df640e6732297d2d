// Recomputes a text key from what a dataset listed for it: the way from a list to a stored key, once more, so that a
// verification notices a damaged secret, or a listing that stands under the key of another one.

internal import Identifiers
package import Index

/// Listings of text keys, read again. Used by one thread at a time.
package final class ListedTexts: TextKeyCheck {
  private let secret: IndexSecret
  private var parser = IdentifierParser()

  /// For keys that were digested under `secret`.
  package init(secret: IndexSecret) {
    self.secret = secret
    listedKeys = PayloadKeys(secret: secret)
  }

  package let listedKeys: any ListedKeys

  package var ruleVersion: Int { Identifiers.ruleVersion }

  package func isListing(_ payload: ArraySlice<UInt8>, of key: StoredKey, in space: KeySpace) -> Bool? {
    // A link to the row's primary key does not have the text.
    guard payload.first == PayloadMark.row, let namespace = Namespace(rawValue: space.id) else { return nil }
    let bytes = payload.span
    var offset = 1
    guard Varint.read(bytes, at: &offset) != nil, let form = Varint.readText(bytes, at: &offset),
      let canonical = Varint.readText(bytes, at: &offset)
    else { return false }
    if !canonical.isEmpty { return StoredKey(text: bytes.extracting(canonical), secret: secret) == key }
    if gives(&parser, bytes.extracting(form), key, namespace) { return true }
    // Rows that later rules refuse keep the key that earlier ones gave.
    return (0..<Identifiers.ruleVersion).reversed().contains { version in
      var older = IdentifierParser(ruleVersion: version)
      return gives(&older, bytes.extracting(form), key, namespace)
    }
  }

  private func gives(
    _ parser: inout IdentifierParser, _ form: Span<UInt8>, _ key: StoredKey, _ namespace: Namespace
  ) -> Bool {
    guard case .text(let found) = parser.parse(form), found == namespace else { return false }
    return StoredKey(text: parser.text, secret: secret) == key
  }
}
