/// `GET identifier`: what each dataset listed for it.
package struct GetRequest: IdentifierRequest {
  package static let name = "GET"
  package static let summary = "identifier - what each dataset listed for it"
  package static let role = Role.read
  package static let counts = Counted.lookup

  package var identifier: [UInt8] = []

  package init() {}

  /// `MISS`, or `OK n` and a line a listing.
  package struct Reply: WholeReply {
    package static let truncated = "truncated"

    package var listings: [Listing]
    /// Whether there are more than `ProtocolLimits.getLinesMax`.
    package var isTruncated: Bool

    package init(_ listings: [Listing] = [], isTruncated: Bool = false) {
      self.listings = listings
      self.isTruncated = isTruncated
    }

    package func append(to output: inout [UInt8]) {
      guard !listings.isEmpty else {
        output.append(contentsOf: "MISS\n".utf8)
        return
      }
      output.append(
        contentsOf: "OK \(listings.count)\(isTruncated ? " \(Self.truncated)=1" : "")\n".utf8)
      for listing in listings { listing.append(to: &output) }
    }
  }

  /// What one dataset listed: `slug TAB key TAB listed *( TAB name=value )`.
  package struct Listing: Sendable {
    package var slug: String
    package var key: [UInt8]
    package var listed: [UInt8]
    package var keys: [(namespace: String, value: [UInt8])]

    package init(slug: String, key: [UInt8], listed: [UInt8], keys: [(namespace: String, value: [UInt8])]) {
      self.slug = slug
      self.key = key
      self.listed = listed
      self.keys = keys
    }

    func append(to output: inout [UInt8]) {
      output.append(contentsOf: slug.utf8)
      for column in [key, listed] {
        output.append(UInt8(ascii: "\t"))
        Escapes.append(column.span, to: &output, keepingSpaces: true)
      }
      for (namespace, value) in keys {
        output.append(contentsOf: "\t\(namespace)=".utf8)
        Escapes.append(value.span, to: &output, keepingSpaces: true)
      }
      output.append(UInt8(ascii: "\n"))
    }
  }
}
