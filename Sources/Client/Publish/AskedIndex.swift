// What can be asked in place of a daemon: a publication, or a generation in a cluster. Both find a key by a digest.

package import Cluster
package import Console
package import Identifiers
package import Publishing

package protocol AskedIndex {
  /// The version of the rules that made its keys.
  var rules: Int { get }
  var images: Int { get }
  var datasetCount: Int { get }
  /// For messages.
  static var kind: String { get }
  /// Whether no key of a namespace is in it.
  func hasNone(of namespace: String) -> Bool
  /// A digest that stands for a key: no two keys have the same one.
  ///
  /// - Parameter integer: nil for a text, and then `text` is `namespace:value`.
  func digest(
    _ namespace: Namespace, integer: UInt64?, text: Span<UInt8>, _ digester: inout Digester
  ) -> KeyDigest
  /// The datasets of each key, separated by commas; nil for one that is in none.
  ///
  /// - Parameter isPinned: whether all is to be of the state that was opened.
  mutating func datasets(of keys: [AskedKey], isPinned: Bool) throws(Trouble) -> [ArraySlice<UInt8>?]
}

package struct AskedKey {
  package let namespace: Namespace
  package let digest: KeyDigest

  package init(namespace: Namespace, digest: KeyDigest) {
    self.namespace = namespace
    self.digest = digest
  }

  /// - Parameter text: `namespace:value`.
  init(
    _ identification: Identification, _ namespace: Namespace, text: Span<UInt8>, _ source: some AskedIndex,
    _ digester: inout Digester
  ) {
    var integer: UInt64?
    if case .integer(_, let value) = identification { integer = value }
    self.init(
      namespace: namespace, digest: source.digest(namespace, integer: integer, text: text, &digester))
  }
}

extension Publication: AskedIndex {
  package var rules: Int { manifest.rules }
  package var images: Int { manifest.images }
  package var datasetCount: Int { manifest.datasets.count }
  package static var kind: String { "publication" }

  package func digest(
    _ namespace: Namespace, integer: UInt64?, text: Span<UInt8>, _ digester: inout Digester
  ) -> KeyDigest { digester.key(text) }

  package mutating func datasets(
    of keys: [AskedKey], isPinned: Bool
  ) throws(Trouble) -> [ArraySlice<UInt8>?] {
    try datasets(of: keys.map(\.digest), isPinned: isPinned)
  }
}

/// A generation in a cluster. The digest of an integer has the integer in it.
package struct ClusterIndex: AskedIndex {
  private let generation: Generation

  package init(_ link: ClusterLink) throws(Trouble) { generation = try Generation(link) }

  package var rules: Int { generation.manifest.rules }
  package var images: Int { generation.manifest.images }
  package var datasetCount: Int { generation.manifest.datasets.count }
  package static var kind: String { "cluster" }

  package func hasNone(of namespace: String) -> Bool { generation.hasNone(of: namespace) }

  /// An odd factor, which spreads integers over the digests, and the one that undoes it.
  private static let factor: UInt64 = 0x9E37_79B9_7F4A_7C15
  private static let inverse: UInt64 = 0xF1DE_83E1_9937_733D

  package func digest(
    _ namespace: Namespace, integer: UInt64?, text: Span<UInt8>, _ digester: inout Digester
  ) -> KeyDigest {
    guard let integer else { return digester.key(text) }
    return KeyDigest(high: integer &* Self.factor, low: UInt64(namespace.rawValue))
  }

  package func datasets(of keys: [AskedKey], isPinned: Bool) throws(Trouble) -> [ArraySlice<UInt8>?] {
    let wanted = keys.map { key -> ClusterKey in
      guard key.namespace.isInteger else { return .text(key.digest) }
      return .integer(namespace: key.namespace.rawValue, key.digest.high &* Self.inverse)
    }
    return try generation.datasets(of: wanted, isPinned: isPinned)
  }
}
