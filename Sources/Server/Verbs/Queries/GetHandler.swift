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

/// Makes the reply to `GET`: of an account with a million photos each one's row is read, until there are as many lines as a
/// reply may have. What is read of the key comes part by part, and so does what is read of each photo.
struct GetAnswer: SteppedAnswer {
  private let snapshot: Snapshot
  private var key: NamespacedKey?
  private var text: [UInt8] = []
  private var tokens: [DatasetToken] = []
  /// What is still to be read of the key.
  private var listings: KeyListings?
  /// Its entries of the part at hand; they come by dataset.
  private var entries: [(dataset: Int, payload: [UInt8])] = []
  private var next = 0
  /// The primary key that the last entry links to, and what is still to be read of it.
  private var link: (primary: NamespacedKey, listings: KeyListings)?
  private var found = GetLines()
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
    listings = try KeyListings(snapshot, of: key.key, space: key.namespace.rawValue)
  }

  mutating func step(on thread: QueryThread, _ turn: Turn) throws -> GetRequest.Reply? {
    guard let key else { return GetRequest.Reply() }
    let reader = ListingReader(snapshot: snapshot, thread: thread)
    while !found.isFull {
      if link != nil {
        try follow(from: key, reader)
      } else if next < entries.count {
        try take(entries[next], of: key, reader)
        next += 1
      } else if listings != nil {
        try readPart()
      } else {
        break
      }
      if turn.isOver { return nil }
    }
    // Of the dataset at hand, and of those behind it, not all is known then.
    let firstCutOff = found.isFull ? entries[next - 1].dataset : Int.max
    for token in tokens where token.dataset < firstCutOff && keyRows.hasUnlistedRow(token) {
      found.append(bare(token.dataset))
    }
    return found.reply()
  }

  /// Takes the next part of what is listed for the key.
  private mutating func readPart() throws {
    guard var listings = listings.take() else { return }
    var part: [(dataset: Int, payload: [UInt8])] = []
    let hasMore = try listings.next { (dataset, payload) throws(IndexError) in
      part.append((dataset, Array(payload)))
    }
    (entries, next) = (part, 0)
    if hasMore { self.listings = listings }
  }

  private mutating func take(
    _ entry: (dataset: Int, payload: [UInt8]), of key: NamespacedKey, _ reader: ListingReader
  ) throws {
    keyRows.note(entry.payload[...], of: entry.dataset)
    if entry.payload.isEmpty {
      found.append(bare(entry.dataset))
    } else if let primary = ListingLink.primary(of: entry.payload[...]) {
      link = (primary, try KeyListings(snapshot, of: primary.key, space: primary.namespace.rawValue))
    } else if let listing = reader.listing(entry.payload, key, text, dataset: entry.dataset) {
      found.append(listing)
    }
  }

  /// Reads on in what the dataset of the last entry listed for the primary key: rows that name `key` among their further keys.
  private mutating func follow(from key: NamespacedKey, _ reader: ListingReader) throws {
    guard case (let primary, var listings)? = link else { return }
    link = nil
    let dataset = entries[next - 1].dataset
    var rows: [[UInt8]] = []
    let hasMore = try listings.next { (other, payload) throws(IndexError) in
      if other == dataset { rows.append(Array(payload)) }
    }
    for row in rows {
      if let listing = reader.listing(row, primary, nil, dataset: dataset, naming: (key, text)) {
        found.append(listing)
      }
    }
    if hasMore { link = (primary, listings) }
  }

  private func bare(_ dataset: Int) -> GetRequest.Listing {
    GetRequest.Listing(slug: snapshot.datasets[dataset]?.slug ?? "", key: text, listed: text)
  }
}

/// The lines of a reply, as many as it may have and one more, which tells that there are more.
private struct GetLines {
  private var lines: [GetRequest.Listing] = []
  private var byteCount = 0

  /// Whether nothing that is added could be sent.
  var isFull: Bool { lines.count > ProtocolLimits.getLinesMax || byteCount > ProtocolLimits.getBytesMax }

  mutating func append(_ line: GetRequest.Listing) {
    guard !isFull else { return }
    lines.append(line)
    byteCount += line.byteCount
  }

  mutating func reply() -> GetRequest.Reply {
    let isTruncated = isFull
    lines.sort { ($0.slug, $0.keyBytes) < ($1.slug, $1.keyBytes) }
    while isFull { byteCount -= lines.removeLast().byteCount }
    return GetRequest.Reply(lines, isTruncated: isTruncated)
  }
}

private struct ListingReader {
  let snapshot: Snapshot
  let thread: QueryThread

  func slug(_ dataset: Int) -> String { snapshot.datasets[dataset]?.slug ?? "" }

  /// - Parameters:
  ///   - text: of the key; nil where the listing gives it.
  ///   - other: a further key that the row has to name, and its text; nil for any row.
  func listing(
    _ payload: [UInt8], _ key: NamespacedKey, _ text: [UInt8]?, dataset: Int,
    naming other: (key: NamespacedKey, text: [UInt8])? = nil
  ) -> GetRequest.Listing? {
    guard let listing = Listing(payload, id: id(of: key)) else { return nil }
    if let other {
      let value = other.text.drop { $0 != UInt8(ascii: ":") }.dropFirst()
      guard listing.fields.contains(where: { $0.namespace == other.key.namespace && $0.value[...] == value })
      else { return nil }
    }
    return GetRequest.Listing(
      slug: slug(dataset), key: text ?? self.text(of: key, listing), listed: listing.form,
      keys: listing.fields.lazy.map { ($0.namespace.name, $0.value) })
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
