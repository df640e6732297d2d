// Writes a generation to a cluster: all buckets, those without rows too; reads all of them back; has replicas confirm them;
// then sets the head, which makes it visible at once and as a whole; then removes what other generations left.
//
// Whatever ends it before the head is set leaves the former generation, and keys that the next run removes.

package import Console
import Platform
import Publishing
import WireProtocol

/// What a run has done.
package struct GenerationOutcome: Equatable, Sendable {
  package var generation = ""
  package var keys = 0
  package var images = 0
  package var datasets = 0
  package var buckets = 0
  package var bucketBytes = 0
  /// Keys of former generations.
  package var removed = 0
  package var masters = 0
  package var mastersWithoutReplica = 0
}

package final class GenerationWriter {
  private let link: ClusterLink
  private let keys: GenerationKeys
  private var outcome = GenerationOutcome()
  private var lockRenewed = ContinuousClock.now

  package init(_ link: ClusterLink) {
    self.link = link
    keys = GenerationKeys(UInt64.random(in: 1 ... .max))
  }

  /// Keeps other publishers out.
  private func lock() throws(Trouble) {
    let token = GenerationKeys.text(keys.generation)
    _ = try link.ask(GenerationKeys.lock, ["SET", GenerationKeys.lock, token, "NX", "PX", Self.lockTime])
    // A reply may have been lost, so what is there now counts.
    guard try link.ask(GenerationKeys.lock, ["GET", GenerationKeys.lock]).text == token else {
      throw Trouble(
        "another program is publishing to the cluster, or was ended less than "
          + "\(Int(ClusterLimits.lockPatience / .seconds(1))) seconds ago; try again then")
    }
    lockRenewed = .now
  }

  private static let lockTime = "\(Int(ClusterLimits.lockPatience / .milliseconds(1)))"

  /// Writes the generation of what was gathered.
  ///
  /// - Parameters:
  ///   - facts: of the same state of the index.
  ///   - rules: the version of the rules that made the keys.
  ///   - now: seconds since 1970.
  ///   - name: the name of a namespace by its number.
  package func write(
    _ gathering: GenerationGathering, facts: GenerationFacts, rules: Int, now: Int, name: (UInt8) -> String
  ) throws(Trouble) -> GenerationOutcome {
    do throws(Trouble) {
      return try publish(gathering, facts: facts, rules: rules, now: now, name: name)
    } catch {
      // What cannot be given up now ends by itself.
      _ = try? script(Self.release, [GenerationKeys.lock], [GenerationKeys.text(keys.generation)])
      throw error
    }
  }

  private func publish(
    _ gathering: GenerationGathering, facts: GenerationFacts, rules: Int, now: Int, name: (UInt8) -> String
  ) throws(Trouble) -> GenerationOutcome {
    let (sections, datasets) = try gathering.finish()
    try lock()
    var digester = Digester()
    let factsBytes = facts.bytes
    guard factsBytes.count <= ClusterLimits.factsBytesMax else {
      throw Trouble("the index has too many datasets that share images to be published to a cluster")
    }
    let manifest = try manifest(
      sections, datasets, rules: rules, publisher: facts.publisher, facts: digester.hexadecimal(factsBytes),
      name: name)
    let bytes = manifest.bytes
    guard manifest.sets.count <= ClusterLimits.setsMax, bytes.count <= ClusterLimits.manifestBytesMax else {
      throw Trouble("the index has too many different sets of datasets to be published to a cluster")
    }
    guard manifest.bucketCount <= ClusterLimits.bucketsMax else {
      throw Trouble("the index has too many keys to be published to a cluster")
    }
    try forEachBatch(sections, sets: manifest.sets.count) { batch throws(Trouble) in try store(batch) }
    try forEachBatch(sections, sets: manifest.sets.count) { batch throws(Trouble) in try compare(batch) }
    try set(keys.facts, factsBytes)
    try set(keys.manifest, bytes)
    let head = GenerationHead(
      generation: keys.generation, published: now, manifest: digester.hexadecimal(bytes))
    try confirm()
    try place(head)
    try confirm()
    try sweep()
    _ = try script(Self.release, [GenerationKeys.lock], [GenerationKeys.text(keys.generation)])
    outcome.generation = GenerationKeys.text(keys.generation)
    outcome.datasets = datasets.count
    outcome.images = manifest.images
    outcome.buckets = manifest.bucketCount
    (outcome.masters, outcome.mastersWithoutReplica) = link.masters
    return outcome
  }

  /// Numbers the sets of all sections together.
  private func manifest(
    _ sections: [GatheredSection], _ datasets: [String], rules: Int, publisher: String, facts: String,
    name: (UInt8) -> String
  ) throws(Trouble) -> GenerationManifest {
    var sets: [[UInt8]] = []
    var numbers: [[UInt8]: UInt64] = [:]
    var counts = [Int](repeating: 0, count: 256)
    var images = 0
    for part in sections {
      for text in part.keys.texts {
        let number = numbers[text] ?? UInt64(sets.count)
        if numbers.updateValue(number, forKey: text) == nil { sets.append(text) }
        part.sets.append(number)
      }
      for kind in counts.indices { counts[kind] += part.keys.counts[kind] }
      images += part.keys.images
      outcome.keys += part.keys.count
    }
    return GenerationManifest(
      generation: keys.generation, rules: rules, publisher: publisher, facts: facts, images: images,
      keys: counts.enumerated().compactMap { kind, count in
        count > 0 ? Arguments.Field(name: name(UInt8(kind)), value: String(count)) : nil
      },
      sections: sections.map { .init(section: $0.section, bits: $0.bits, keys: $0.keys.count) },
      datasets: datasets, sets: sets)
  }

  // MARK: - Buckets

  private typealias Numbered = (number: Int, bytes: [UInt8])

  /// Makes all buckets, in order, some at a time; twice the same ones.
  private func forEachBatch(
    _ sections: [GatheredSection], sets: Int, _ body: ([Numbered]) throws(Trouble) -> Void
  ) throws(Trouble) {
    var batch: [Numbered] = []
    var byteCount = 0
    var first = 0
    for part in sections {
      let form = BucketForm(width: part.section.width, bucketBits: part.bits, sets: sets)
      try part.keys.forEachFile(bits: part.bits) { file, rows throws(Trouble) in
        guard rows.count <= ClusterLimits.bucketRowsMax else {
          throw Trouble(
            "one bucket would have \(rows.count) keys, and \(ClusterLimits.bucketRowsMax) are the most; "
              + "a list was made to do that, or the index is too large for a cluster")
        }
        let bytes = Bucket.assemble(
          rows, form, generation: keys.generation, number: first + file, set: { part.sets[Int($0)] })
        batch.append((first + file, bytes))
        byteCount += bytes.count
        if batch.count >= ClusterLimits.commandsAtOnce || byteCount >= ClusterLimits.bytesAtOnce {
          try body(batch)
          batch.removeAll(keepingCapacity: true)
          byteCount = 0
        }
      }
      first += 1 << part.bits
    }
    if !batch.isEmpty { try body(batch) }
  }

  private func store(_ batch: [Numbered]) throws(Trouble) {
    try keepLock()
    let keys = keys
    try link.run(
      batch.count, slot: { GenerationKeys.slot(ofBucket: batch[$0].number) },
      append: { keys.appendSet(batch[$0].number, batch[$0].bytes, to: &$1) },
      take: { (_, reply) throws(Trouble) in try Self.require(reply) })
    outcome.bucketBytes += batch.reduce(0) { $0 + $1.bytes.count }
  }

  private static func require(_ reply: Reply) throws(Trouble) {
    guard reply == .status("OK") else { throw Trouble("the cluster has not stored what it was given") }
  }

  private func compare(_ batch: [Numbered]) throws(Trouble) {
    try keepLock()
    let keys = keys
    try link.run(
      batch.count, slot: { GenerationKeys.slot(ofBucket: batch[$0].number) },
      append: { keys.appendGet(batch[$0].number, to: &$1) },
      take: { (index, reply) throws(Trouble) in
        guard reply == .bytes(batch[index].bytes) else {
          throw Trouble(
            "the bucket \(keys.bucket(batch[index].number)) was stored and does not come back as it was; "
              + "the former generation stays")
        }
      })
  }

  private func set(_ key: String, _ bytes: [UInt8]) throws(Trouble) {
    let slot = Slot.of(key)
    try link.run(
      1, slot: { _ in slot },
      append: { _, commands in
        Command.begin(3, to: &commands)
        for word in ["SET", key] { Command.append(word.utf8, to: &commands) }
        Command.append(bytes, to: &commands)
      }, take: { (_, reply) throws(Trouble) in try Self.require(reply) })
    guard try link.ask(key, ["GET", key]) == .bytes(bytes) else {
      throw Trouble("the cluster's \(key) was stored and does not come back as it was")
    }
  }

  private func confirm() throws(Trouble) {
    let keys = keys
    try link.confirm { keys.seal($0) }
  }

  // MARK: - The head and the lock

  /// Each acts only while the lock is this publisher's: what others have begun meanwhile is theirs.
  private static let ifLocked = "if redis.call('GET',KEYS[1])==ARGV[1] then "
  private static let renew = ifLocked + "redis.call('PEXPIRE',KEYS[1],ARGV[2]) return 1 end return 0"
  private static let release = ifLocked + "redis.call('DEL',KEYS[1]) return 1 end return 0"
  private static let setHead = ifLocked + "redis.call('SET',KEYS[2],ARGV[2]) return 1 end return 0"

  private func script(_ text: String, _ keys: [String], _ arguments: [String]) throws(Trouble) -> Bool {
    try link.ask(GenerationKeys.lock, ["EVAL", text, "\(keys.count)"] + keys + arguments) == .integer(1)
  }

  private func keepLock() throws(Trouble) {
    if .now - lockRenewed >= ClusterLimits.lockPatience / 6 { try renewLock() }
  }

  private func renewLock() throws(Trouble) {
    guard
      try script(
        Self.renew, [GenerationKeys.lock], [GenerationKeys.text(keys.generation), Self.lockTime])
    else {
      throw Trouble("another program has begun to publish to the cluster; the former generation stays")
    }
    lockRenewed = .now
  }

  private func place(_ head: GenerationHead) throws(Trouble) {
    try renewLock()
    let text = String(decoding: head.bytes, as: UTF8.self)
    let isSet = try script(
      Self.setHead, [GenerationKeys.lock, GenerationKeys.head], [GenerationKeys.text(keys.generation), text])
    guard isSet, try OpenGeneration.head(link) == head else {
      throw Trouble("another program has begun to publish to the cluster; ask it which generation is there")
    }
  }

  /// Removes the keys of all other generations.
  private func sweep() throws(Trouble) {
    let (link, keys) = (link, keys)
    do throws(Trouble) {
      // What moves between masters meanwhile shows the next time.
      var before = -1
      while before != outcome.removed {
        before = outcome.removed
        try link.scan(GenerationKeys.pattern) { found throws(Trouble) in
          try self.keepLock()
          let foreign = found.filter { keys.isForeign($0) }
          try link.run(
            foreign.count, slot: { Slot.of(foreign[$0]) },
            append: { $1 += Command.bytes(["UNLINK", foreign[$0]]) },
            take: { (_, reply) throws(Trouble) in self.outcome.removed += reply.number ?? 0 })
        }
      }
    } catch {
      throw Trouble("the generation is published, but what it replaced could not be removed: \(error.text)")
    }
  }
}
