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
    /// Whether there are more than `ProtocolLimits.getLinesMax`, or than have room in `ProtocolLimits.getBytesMax`.
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
    package let slug: String
    /// Bytes of the key, by which lines of one dataset are ordered.
    package let keyBytes: Int
    /// All behind the slug, as it is sent.
    private var rest: [UInt8] = []

    package init(
      slug: String, key: [UInt8], listed: [UInt8],
      keys: some Sequence<(namespace: String, value: [UInt8])> = []
    ) {
      self.slug = slug
      keyBytes = key.count
      rest.reserveCapacity(key.count + listed.count + 3)
      for column in [key, listed] {
        rest.append(UInt8(ascii: "\t"))
        Escapes.append(column.span, to: &rest, keepingSpaces: true)
      }
      for (namespace, value) in keys {
        rest.append(contentsOf: "\t\(namespace)=".utf8)
        Escapes.append(value.span, to: &rest, keepingSpaces: true)
      }
      rest.append(UInt8(ascii: "\n"))
    }

    /// Bytes of the line, its LF included.
    package var byteCount: Int { slug.utf8.count + rest.count }

    func append(to output: inout [UInt8]) {
      output.append(contentsOf: slug.utf8)
      output += rest
    }
  }
}
