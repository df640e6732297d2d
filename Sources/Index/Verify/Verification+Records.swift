// Checks of the small records: what the index says of itself, its datasets, its sets of datasets.

internal import LMDB

extension Verification {
  /// Sets and datasets that one step takes.
  private static let recordsAStep = 4_096

  mutating func checkMeta() throws(LMDBError) -> Bool {
    let view = view
    guard let meta = view.meta else {
      report(IndexFormat.meta, "", "the sub-database is missing", effect: "the index cannot be opened")
      return false
    }
    func word(_ key: [UInt8]) throws(LMDBError) -> Int?? {
      guard let value = try view.transaction.record(key, in: meta) else { return .none }
      guard value.count == 8 else { return .some(nil) }
      return Int(truncatingIfNeeded: LittleEndian.load(8, from: value.rawSpan, at: 0))
    }
    func name(_ key: [UInt8]) -> String { String(decoding: key, as: UTF8.self) }
    if try word(IndexFormat.formatKey) != .some(IndexFormat.version) {
      report(
        IndexFormat.meta, name(IndexFormat.formatKey), "no format that this program reads",
        effect: "the index cannot be opened")
    }
    let stored = try view.transaction.record(IndexFormat.secretKey, in: meta)
    let check = try view.transaction.record(IndexFormat.secretCheckKey, in: meta)
    if let secret = stored.flatMap(IndexSecret.init(stored:)) {
      if let check, check != secret.check {
        report(
          IndexFormat.meta, name(IndexFormat.secretKey), "the secret does not fit its check value",
          effect: "the index cannot be opened, and no text key can be found")
      }
    } else {
      report(
        IndexFormat.meta, name(IndexFormat.secretKey), "no secret of 16 bytes",
        effect: "no text key can be found")
    }
    if let stored = try view.transaction.record(IndexFormat.exchangeKey, in: meta),
      ExchangeKey(stored: stored) == nil
    {
      report(
        IndexFormat.meta, name(IndexFormat.exchangeKey), "the key does not fit its check value",
        effect:
          "what other indexes export for this one cannot be imported; a new key is made at the next start")
    }
    switch try word(IndexFormat.nextDatasetKey) {
    case .none: break  // an index without a dataset so far
    case .some(let number?) where (1...IndexLimits.datasetNumbers).contains(number): nextDataset = number
    case .some:
      report(
        IndexFormat.meta, name(IndexFormat.nextDatasetKey), "an impossible number",
        effect: "loads into new datasets fail")
    }
    for space in spaces {
      let key = IndexFormat.generationKey(space)
      for (key, level) in [(key, KeyLevel.blocks), (IndexFormat.youngKey(space), .young)] {
        guard let number = try word(key) else { continue }
        if number == nil || view.blocks(of: space, level) == nil || view.listings(of: space, level) == nil {
          report(
            IndexFormat.meta, name(key), "names sub-databases that are missing",
            effect: "keys of namespace \(space.name) are not found")
        }
      }
    }
    return false
  }

  /// Compares what the records of a sub-database sum up to with what `meta` says.
  private mutating func compare(_ sum: RecordSum, _ name: String) throws(LMDBError) {
    let view = view
    guard let meta = view.meta, try !sum.fits(name, meta: meta, view.transaction) else { return }
    report(name, "", RecordSum.damage(of: name), effect: "the index cannot be opened")
  }

  /// Reads what is suppressed: the blocks must have nothing of it.
  mutating func checkSuppressed(_ transaction: borrowing ReadTransaction) throws(LMDBError) -> Bool {
    var own = Suppressions()
    var keyrings = Keyrings()
    var name = IndexFormat.suppressed
    do {
      if let database = view.suppressed {
        own = try Suppressions(transaction, in: database)
        try compare(RecordSum(of: database, transaction), name)
      }
      name = IndexFormat.keyrings
      if let database = view.keyrings {
        keyrings = try Keyrings(transaction, in: database)
        try compare(RecordSum(of: database, transaction), name)
      }
    } catch {
      if let error = error as? LMDBError { throw error }
      report(name, "", IndexError.of(error).damage, effect: "the index cannot be opened")
    }
    // A restored file has what it is yet to be searched for.
    suppressed = SuppressedKeys(
      own.isCarried ? Suppressions() : own, keyrings.isCarried ? Keyrings() : keyrings)
    return false
  }

  mutating func checkDatasets(_ transaction: borrowing ReadTransaction) throws(LMDBError) -> Bool {
    guard let database = view.datasets else {
      report(IndexFormat.datasets, "", "the sub-database is missing", effect: "the index cannot be opened")
      return false
    }
    var cursor = try transaction.cursor(database)
    var more = try cursor.first()
    var sum = RecordSum()
    while more {
      sum.add(cursor.key, cursor.value)
      let place = Damage.place(cursor.key)
      if cursor.key.byteCount != 2 || cursor.value.byteCount > IndexLimits.recordBytesMax {
        report(IndexFormat.datasets, place, "a record of an impossible size", effect: "a dataset is lost")
      } else {
        let number = Int(BigEndian.load(2, from: cursor.key, at: 0))
        check(dataset: number, cursor.value.copied, place)
      }
      more = try cursor.next()
    }
    try compare(sum, IndexFormat.datasets)
    return false
  }

  private mutating func check(dataset number: Int, _ bytes: [UInt8], _ place: String) {
    counts.datasets += 1
    datasets.insert(number)
    if texts != nil { recomputed.insert(number) }
    func fail(_ what: String) {
      report(IndexFormat.datasets, place, "dataset \(number): \(what)", effect: "what is said of it is wrong")
    }
    if !(1..<nextDataset).contains(number) { fail("its number was never given out") }
    do throws(IndexError) {
      let values = try NamedValues(bytes.span, what: "its record")
      // What was no UTF-8 was replaced when it was read.
      if values.encoded != bytes {
        return fail("a text is not UTF-8, or a length is not written as it should be")
      }
      let slug = values.pairs.first { $0.name == "slug" }?.value ?? ""
      if slug.isEmpty {
        fail("it has no name")
      } else if !slugs.insert(slug).inserted {
        fail("another one is named \(slug) too")
      }
      var list: ListRecord?
      for (name, value) in values.pairs {
        if name.hasPrefix("field.") {
          if name == "field." || value.isEmpty { fail("a field without a name or a value") }
        } else if name == "list" {
          list = ListRecord()
        } else if name != "slug", list?.isNumber(name) == true,
          // Version 0.1.0 wrote down what a clock before 1970 said.
          Int(value).map({ $0 < 0 && name != "loaded" }) ?? true
        {
          fail("\(name) of a list is no count: \(value.prefix(40))")
        }
        if name == "rules", Int(value) != texts?.ruleVersion { recomputed.remove(number) }
      }
    } catch {
      fail(error.damage)
    }
  }

  mutating func checkSets(_ transaction: borrowing ReadTransaction) throws(LMDBError) -> Bool {
    guard let database = view.sets else {
      report(IndexFormat.sets, "", "the sub-database is missing", effect: "the index cannot be opened")
      return false
    }
    var cursor = try transaction.cursor(database)
    var more: Bool
    if let resume {
      more = try cursor.seek(atOrAfter: resume.rawSpan)
      if more, cursor.key.copied == resume { more = try cursor.next() }
    } else {
      more = try cursor.first()
    }
    var left = Self.recordsAStep
    while more, left > 0 {
      left -= 1
      resume = cursor.key.copied
      setSum.add(cursor.key, cursor.value)
      check(set: cursor.key, cursor.value)
      more = try cursor.next()
    }
    if !more { try compare(setSum, IndexFormat.sets) }
    return more
  }

  private mutating func check(set key: RawSpan, _ value: RawSpan) {
    let place = Damage.place(key)
    let effect = "keys that have it are answered wrongly, and its counts are wrong"
    guard key.byteCount == 5, value.byteCount >= 8, value.byteCount.isMultiple(of: 2),
      value.byteCount <= 8 + 2 * IndexLimits.datasetNumbers
    else {
      report(IndexFormat.sets, place, "the record of a set has an impossible size", effect: effect)
      return
    }
    counts.sets += 1
    let space = Int(BigEndian.load(1, from: key, at: 0))
    let number = Int(BigEndian.load(4, from: key, at: 1))
    guard spaces.contains(where: { Int($0.id) == space }) else {
      report(IndexFormat.sets, place, "no namespace has the number \(space)", effect: effect)
      return
    }
    if number < sets[space].count || number - sets[space].count > IndexLimits.missingSetsMax {
      report(IndexFormat.sets, place, "set \(number) has an impossible number", effect: effect)
      return
    }
    while sets[space].count < number {
      report(
        IndexFormat.sets, place, "set \(sets[space].count) of namespace \(space) is missing",
        effect: "the index cannot be opened")
      _ = sets[space].append([])
    }
    let tokens = stride(from: 8, to: value.byteCount, by: 2).map {
      DatasetToken(rawValue: UInt16(LittleEndian.load(2, from: value, at: $0)))
    }
    let keys = Int(truncatingIfNeeded: LittleEndian.load(8, from: value, at: 0))
    _ = sets[space].append(tokens, count: keys)
    if keys < 0 { report(IndexFormat.sets, place, "set \(number) counts \(keys) keys", effect: effect) }
    if zip(tokens, tokens.dropFirst()).contains(where: { $0.dataset >= $1.dataset }) {
      report(IndexFormat.sets, place, "the datasets of set \(number) are out of order", effect: effect)
    }
    for token in tokens where !datasets.contains(token.dataset) {
      report(
        IndexFormat.sets, place, "set \(number) has dataset \(token.dataset), of which there is no record",
        effect: effect)
    }
  }
}

extension ListRecord {
  /// Whether a figure of a list is a number.
  func isNumber(_ figure: String) -> Bool {
    !["name", "format", "sha256", "source"].contains(figure) && figures.contains { $0.name == figure }
  }
}
