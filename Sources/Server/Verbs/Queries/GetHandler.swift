// What each dataset listed for a key: its own listings, and those of the rows that link to it.

internal import Identifiers
internal import Index
internal import IndexKeys
internal import WireProtocol

extension GetRequest: SteppedHandler {
  typealias Thread = QueryThread

  var size: (identifiers: Int, bytes: Int) { (1, identifier.count) }

  static func isMiss(_ reply: Reply) -> Bool { reply.listings.isEmpty }

  func begin(on thread: QueryThread) throws -> GetAnswer { try GetAnswer(self, on: thread) }
}

/// Makes the reply to `GET`: of an account with thousands of photos each one's row is read.
struct GetAnswer: SteppedAnswer {
  private static let limit = ProtocolLimits.getLinesMax + 1
  private let snapshot: Snapshot
  private var key: NamespacedKey?
  private var text: [UInt8] = []
  private var tokens: [DatasetToken] = []
  private var entries: [(dataset: Int, payload: [UInt8])] = []
  private var next = 0
  /// Entries come by dataset: of those from here on, not all is known.
  private var firstCutOff = Int.max
  private var found: [GetRequest.Listing] = []
  private var keyRows = KeyRows()

  fileprivate init(_ request: GetRequest, on thread: QueryThread) throws {
    snapshot = thread.index.snapshot
    let identification = thread.keys.parser.parse(request.identifier.span)
    if let error = ProtocolError(identification) { throw error }
    key = thread.keys.key(identification, secret: snapshot.secret)
    guard let key else { return }
    thread.keys.appendText(identification, to: &text)
    tokens = try snapshot.tokens(of: key.key, space: key.namespace.rawValue)
    guard !tokens.isEmpty else {
      if snapshot.isUnsearchable(key.namespace.rawValue) {
        throw ProtocolError.unsearchable(key.namespace.rawValue)
      }
      return
    }
    entries = try snapshot.listings(of: key.key, space: key.namespace.rawValue, limit: Self.limit)
    if entries.count == Self.limit { firstCutOff = entries[Self.limit - 1].dataset }
  }

  mutating func step(on thread: QueryThread, _ turn: Turn) throws -> GetRequest.Reply? {
    guard let key else { return GetRequest.Reply() }
    let reader = ListingReader(snapshot: snapshot, thread: thread)
    while next < entries.count {
      let entry = entries[next]
      guard found.count < Self.limit else {
        firstCutOff = entry.dataset
        break
      }
      if turn.isOver { return nil }
      next += 1
      keyRows.note(entry.payload[...], of: entry.dataset)
      if entry.payload.isEmpty {
        found.append(bare(entry.dataset))
      } else if let primary = ListingLink.primary(of: entry.payload[...]) {
        found += try reader.linked(primary, from: key, text, dataset: entry.dataset)
      } else if let listing = reader.listing(entry.payload, key, text, dataset: entry.dataset) {
        found.append(listing)
      }
    }
    for token in tokens where token.dataset < firstCutOff && keyRows.hasUnlistedRow(token) {
      found.append(bare(token.dataset))
    }
    found.sort { ($0.slug, $0.key.count) < ($1.slug, $1.key.count) }
    let isTruncated = found.count > ProtocolLimits.getLinesMax
    return GetRequest.Reply(Array(found.prefix(ProtocolLimits.getLinesMax)), isTruncated: isTruncated)
  }

  private func bare(_ dataset: Int) -> GetRequest.Listing {
    GetRequest.Listing(
      slug: snapshot.datasets[dataset]?.slug ?? "", key: text, listed: text, keys: [])
  }
}

private struct ListingReader {
  let snapshot: Snapshot
  let thread: QueryThread

  func slug(_ dataset: Int) -> String { snapshot.datasets[dataset]?.slug ?? "" }

  /// - Parameter text: of the key; nil where the listing gives it.
  func listing(_ payload: [UInt8], _ key: NamespacedKey, _ text: [UInt8]?, dataset: Int)
    -> GetRequest.Listing?
  {
    guard let listing = Listing(payload, id: id(of: key)) else { return nil }
    return GetRequest.Listing(
      slug: slug(dataset), key: text ?? self.text(of: key, listing), listed: listing.form,
      keys: listing.fields.map { ($0.namespace.name, $0.value) })
  }

  /// The listings of a primary key that name `key` among their further keys.
  func linked(_ primary: NamespacedKey, from key: NamespacedKey, _ text: [UInt8], dataset: Int) throws
    -> [GetRequest.Listing]
  {
    let value = Array(text.drop { $0 != UInt8(ascii: ":") }.dropFirst())
    let entries = try snapshot.listings(
      of: primary.key, space: primary.namespace.rawValue, limit: ProtocolLimits.getLinesMax)
    return entries.filter { $0.dataset == dataset }.compactMap { entry in
      guard let listing = listing(entry.payload, primary, nil, dataset: dataset),
        listing.keys.contains(where: { $0.namespace == key.namespace.name && $0.value == value })
      else { return nil }
      return listing
    }
  }

  /// The text of a primary key, which its listing gives where the key itself does not.
  private func text(of key: NamespacedKey, _ listing: Listing) -> [UInt8] {
    var text: [UInt8] = []
    if key.namespace.isInteger {
      KeyText.append(key.namespace, integer: key.key.integerValue, to: &text)
    } else if listing.canonical.isEmpty {
      thread.keys.appendText(thread.keys.parser.parse(listing.form.span), to: &text)
    } else {
      KeyText.append(key.namespace, to: &text)
      text += listing.canonical
    }
    return text
  }

  private func id(of key: NamespacedKey) -> [UInt8] {
    guard key.namespace.isInteger else { return [] }
    var id: [UInt8] = []
    NamespaceValue.append(key.key.integerValue, of: key.namespace, to: &id)
    return id
  }
}
