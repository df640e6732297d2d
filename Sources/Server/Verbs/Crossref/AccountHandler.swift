// The reply to `ACCOUNT`: the images of an account by dataset. Datasets that list an account keep links from its name to
// their rows' primary keys. These are collected, name by name; then each image is taken once and looked up, so that it
// counts in every dataset that has it, also in those that do not know whose it is. No image's row is read, but where a
// dataset may tie two names together, or where the text of an image is wanted that only its row has.

internal import ByteText
internal import Identifiers
internal import Index
internal import IndexKeys
internal import WireProtocol

extension AccountRequest: StreamHandler {
  typealias Thread = QueryThread

  func admit(_ held: Holdings) throws(ProtocolError) {
    guard held.crossref != nil || label.isEmpty else {
      throw ProtocolError(.load, "a label is for an open cross-reference; XREF opens one")
    }
  }

  var size: (identifiers: Int, bytes: Int) { (1, identifier.count) }

  func source(on thread: QueryThread, _ held: inout Holdings) throws -> AccountSource {
    let snapshot = held.crossref?.snapshot ?? thread.index.snapshot
    let identification = thread.keys.parser.parse(identifier.span)
    if let error = ProtocolError(identification) { throw error }
    guard case .text(let namespace) = identification, namespace.namesAccount else {
      throw ProtocolError(
        .identifier, "it names no account: give nsid:, flickr-user: or the URL of an account")
    }
    guard !snapshot.isUnsearchable(namespace.rawValue) else {
      throw ProtocolError.unsearchable(namespace.rawValue)
    }
    let name = AccountName(namespace, thread.keys.parser.text.copied)
    let counted = try held.crossref.map { ($0, label: try $0.labels.number(of: label.span)) }
    return AccountSource(
      name, in: snapshot, ties: thread.ties(in: snapshot),
      spool: thread.index.keySpool(room: thread.spools.room(for: held.owner)), crossref: counted,
      listsImages: listsImages, ruleVersion: thread.ruleVersion)
  }
}

/// Makes the reply to `ACCOUNT`.
final class AccountSource: ReplySource {
  typealias Thread = QueryThread
  private let snapshot: Snapshot
  private let ties: AccountTies
  /// Where the images are counted besides, and under which label.
  private let crossref: (Crossref, label: UInt16)?
  private var row: ListedRow

  // Names that are known; those from `next` on are not looked at yet.
  private var names: [AccountName]
  private var next = 0
  /// The links of the name at hand.
  private var listings: KeyListings?
  /// Rows that may tie the name at hand to others.
  private var tyingRows: [(key: NamespacedKey, dataset: Int)] = []
  private var spool: KeySpool?
  /// Datasets that have one of the names.
  private var listedIn: Set<Int> = []
  private var sweep: KeySweep?
  private var images: AccountImages
  private var phase = Phase.gathering

  private enum Phase {
    case gathering
    case telling
    case sweeping
  }

  /// - Parameters:
  ///   - name: by which the account is asked for.
  ///   - spool: for its images.
  init(
    _ name: AccountName, in snapshot: Snapshot, ties: AccountTies, spool: consuming KeySpool,
    crossref: (Crossref, label: UInt16)?, listsImages: Bool, ruleVersion: Int
  ) {
    names = [name]
    self.snapshot = snapshot
    self.ties = ties
    self.spool = consume spool
    self.crossref = crossref
    images = AccountImages(snapshot, listsImages: listsImages, ruleVersion: ruleVersion)
    row = ListedRow(secret: snapshot.secret, ruleVersion: ruleVersion)
  }

  func step(_ part: inout ReplyPart, on thread: QueryThread) throws -> Bool {
    var budget = StepBudget()
    while phase == .gathering {
      guard !budget.isSpent else { return true }
      try gather(&budget)
    }
    if phase == .telling {
      for name in names { Self.append("\(AccountRequest.Line.name)\t", name, to: &part) }
      phase = .sweeping
    }
    images.part = part
    defer {
      part = images.part
      images.part = ReplyPart()
    }
    images.budget = budget
    var hasMore = true
    while hasMore, !images.budget.isSpent, !images.part.isFull {
      hasMore = try sweep!.step(&images, keys: LookupBatch.capacity)
      if let (crossref, label) = crossref { try crossref.add(images.found, label: label) }
      images.found.removeAll(keepingCapacity: true)
    }
    if !hasMore { end() }
    return hasMore
  }

  // MARK: - Gathering

  private func gather(_ budget: inout StepBudget) throws {
    if let (key, dataset) = tyingRows.popLast() {
      try readRow(key, dataset)
      budget.spend(IndexLimits.blockBytes)
    } else if listings != nil {
      try readLinks()
      budget.spend(2 * IndexLimits.blockBytes)
    } else if next < names.count {
      let key = names[next].key(secret: snapshot.secret)
      let space = names[next].namespace.rawValue
      listedIn.formUnion(try snapshot.datasets(of: key, space: space))
      listings = try KeyListings(snapshot, of: key, space: space)
      budget.spend(IndexLimits.blockBytes)
    } else {
      sweep = KeySweep(spool.take()!, in: snapshot)
      phase = .telling
    }
  }

  /// Takes the next links of the name at hand.
  private func readLinks() throws {
    var rows: [(ArraySlice<UInt8>, Int)] = []
    var links: [(NamespacedKey, Int)] = []
    let hasMore = try listings!.next { (dataset, payload) throws(IndexError) in
      if let primary = ListingLink.primary(of: payload) {
        links.append((primary, dataset))
      } else {
        rows.append((payload, dataset))
      }
    }
    for (primary, dataset) in links {
      let namesImage = primary.namespace.imageRank != nil
      if namesImage {
        KeySpool.append(
          primary.key, space: primary.namespace.rawValue, label: 0, to: &spool!.lanes[0])
      }
      if ties.datasets.contains(dataset) || primary.namespace.namesAccount {
        tyingRows.append((primary, dataset))
      }
    }
    try spool!.spillIfFull()
    let name = names[next]
    for (payload, _) in rows {
      try read(payload, of: NamespacedKey(namespace: name.namespace, key: name.key(secret: snapshot.secret)))
    }
    guard !hasMore else { return }
    listings = nil
    next += 1
  }

  /// Looks for further names in what a dataset listed for a key.
  private func readRow(_ key: NamespacedKey, _ dataset: Int) throws {
    var listings = try KeyListings(snapshot, of: key.key, space: key.namespace.rawValue)
    var rows: [ArraySlice<UInt8>] = []
    while try listings.next({ (other, payload) throws(IndexError) in
      if other == dataset, ListedRow.isRow(payload) { rows.append(payload) }
    }) {}
    for payload in rows { try read(payload, of: key) }
  }

  /// Takes the names of a row that has a name of the account.
  private func read(_ payload: ArraySlice<UInt8>, of key: NamespacedKey) throws {
    guard let space = snapshot.spaces[key.namespace.rawValue] else { return }
    try row.read(payload, of: key.key, in: space)
    let accounts = row.accounts
    guard accounts.contains(where: names.contains) else { return }
    for account in accounts where !names.contains(account) {
      guard names.count < ProtocolLimits.accountNamesMax else {
        throw ProtocolError(.limit, "the account has more than \(ProtocolLimits.accountNamesMax) names")
      }
      names.append(account)
    }
  }

  // MARK: - The reply

  private static func append(_ front: String, _ name: AccountName, to part: inout ReplyPart) {
    part.lines.append(contentsOf: front.utf8)
    KeyText.append(name.namespace, to: &part.lines)
    Escapes.append(name.value.span, to: &part.lines, keepingSpaces: true)
    part.endLine()
  }

  private func end() {
    let counts = images.counts
    for dataset in snapshot.datasets.values.sorted(by: { $0.slug < $1.slug })
    where counts.images(of: dataset) > 0 || listedIn.contains(dataset.number) {
      images.part.append("\(AccountRequest.Line.dataset)\t\(dataset.slug)\t\(counts.images(of: dataset))")
    }
    images.part.fields = AccountRequest.End(images: counts.images, memberships: counts.memberships).values
  }
}

/// Counts the images of an account, and tells them if wanted.
private struct AccountImages: KeySweepVisitor, ~Copyable {
  var part = ReplyPart()
  var budget = StepBudget()
  private(set) var counts: CrossCounts
  private let snapshot: Snapshot
  private let listsImages: Bool
  private var text: KeyTextReader
  /// Those of the last step.
  var found: [NamespacedKey] = []

  init(_ snapshot: Snapshot, listsImages: Bool, ruleVersion: Int) {
    self.snapshot = snapshot
    self.listsImages = listsImages
    counts = CrossCounts(snapshot, labelCount: 1)
    text = KeyTextReader(snapshot, ruleVersion: ruleVersion)
  }

  mutating func visit(_ key: StoredKey, in space: KeySpace, set: UInt32, labels: ArraySlice<UInt16>)
    throws(IndexError)
  {
    counts.visit(key, in: space, set: set, labels: labels)
    budget.spend(4)
    if let namespace = Namespace(rawValue: space.id) {
      found.append(NamespacedKey(namespace: namespace, key: key))
    }
    guard listsImages, snapshot.isHit(set, space: space.id) else { return }
    part.lines.append(contentsOf: "\(AccountRequest.Line.image)\t".utf8)
    budget.spend(try text.append(key, in: space, to: &part.lines))
    part.lines.append(UInt8(ascii: "\t"))
    snapshot.appendSlugs(of: set, space: space.id, to: &part.lines)
    part.endLine()
  }
}
