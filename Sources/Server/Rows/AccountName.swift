// Names of accounts. One account may have several: an NSID, which stays, and aliases, which people choose. That two names
// are of one account is only ever known from a row that has both.

internal import Identifiers
internal import Index

/// A name of an account, as key and as text.
struct AccountName: Hashable {
  let namespace: Namespace
  let value: [UInt8]

  init(_ namespace: Namespace, _ value: [UInt8]) {
    self.namespace = namespace
    self.value = value
  }

  func key(secret: IndexSecret) -> StoredKey { StoredKey(text: value.span, secret: secret) }
}

/// The datasets whose rows can tie names together: those with keys of both namespaces. Only their rows have to be read to
/// find out; most datasets have NSIDs alone.
struct AccountTies {
  /// Of the snapshot that was looked at.
  let version: Int
  let datasets: Set<Int>

  /// Looks at the dataset sets. O(sets).
  init(_ snapshot: Snapshot) {
    version = snapshot.version
    var found: [Namespace: Set<Int>] = [.nsid: [], .flickrUser: []]
    snapshot.forEachDatasetSet { space, tokens, _ in
      guard let namespace = Namespace(rawValue: space.id), found[namespace] != nil else { return }
      for token in tokens { found[namespace]?.insert(token.dataset) }
    }
    datasets = found[.nsid, default: []].intersection(found[.flickrUser, default: []])
  }
}
