// Joins Identifiers and Index: which namespaces an index has. The daemon's index and a client's look at a backup's file
// must agree on it.

package import Identifiers
package import Index

extension KeySpace {
  /// The namespaces of Identifiers, as the index stores them.
  package static let all: [KeySpace] = Namespace.allCases.map {
    KeySpace(
      id: $0.rawValue, name: $0.name, isInteger: $0.isInteger, namesAccounts: $0 == .nsid,
      isOptional: $0.isOptional)
  }
}

extension Namespace {
  package var namesAccount: Bool { self == .nsid || self == .flickrUser }
}
