// What is in a payload is the business of the layer that wrote it. Erasing an image needs to know two things of it, and
// asks that layer: which key a link leads to, and which other keys a row names.

/// Keys in payloads. Several threads may ask at a time.
package protocol ListedKeys: AnyObject, Sendable {
  /// The primary key of the row that a payload links to; nil where it is no link.
  func primary(of payload: ArraySlice<UInt8>) throws(IndexError) -> IndexKey?
  /// The other keys that a row names; none where the payload is no row.
  func keys(of payload: ArraySlice<UInt8>) throws(IndexError) -> [IndexKey]
  /// Calls `body` with the keys that a row names, the one that it is listed under first, and with the text of each that is
  /// no integer. Not at all where the payload is no row.
  func forEachKey(
    of payload: ArraySlice<UInt8>, under key: IndexKey,
    _ body: (IndexKey, Span<UInt8>?) -> Void) throws(IndexError)
  /// Whether keys of a namespace name one image, so that a key that nothing but erased rows named is suppressed with them.
  /// Hashes name equal pictures of different people.
  func namesImage(_ space: UInt8) -> Bool
  /// Whether keys of a namespace name an account.
  func namesAccount(_ space: UInt8) -> Bool
}
