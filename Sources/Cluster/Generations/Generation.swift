// A generation as it is asked. A bucket that is missing, damaged or another's is trouble and never a miss: every bucket was
// written, those without rows too, so only a loss can be the reason.

package import Console
package import Publishing
import WireProtocol

/// A key to look up.
package enum ClusterKey: Equatable, Sendable {
  case integer(namespace: UInt8, UInt64)
  case text(KeyDigest)
}

package final class Generation {
  private let link: ClusterLink
  package private(set) var manifest: GenerationManifest
  private var head: GenerationHead
  private var keys: GenerationKeys
  private var places: [Section: Place] = [:]

  /// Where the buckets of a section are.
  private struct Place {
    let form: BucketForm
    let firstBucket: Int
  }

  /// Opens the generation that the head names.
  package init(_ link: ClusterLink) throws(Trouble) {
    self.link = link
    (head, manifest) = try Self.open(link)
    keys = GenerationKeys(manifest.generation)
    places = Self.places(manifest)
  }

  private static let triesMax = 5

  private static func open(_ link: ClusterLink) throws(Trouble) -> (GenerationHead, GenerationManifest) {
    // The head may be replaced, and its manifest removed, between the two.
    for _ in 0..<triesMax {
      guard let head = try head(link) else {
        throw Trouble(
          "nothing was published to the cluster at \(link.name); whichset publish-cluster does it")
      }
      let key = GenerationKeys(head.generation).manifest
      guard case .bytes(let bytes) = try link.ask(key, ["GET", key]) else { continue }
      var digester = Digester()
      guard bytes.count <= ClusterLimits.manifestBytesMax, digester.hexadecimal(bytes) == head.manifest,
        let manifest = GenerationManifest(bytes), manifest.generation == head.generation
      else {
        throw Trouble("the cluster's \(key) is not what was published; publish again")
      }
      return (head, manifest)
    }
    throw Trouble("the manifest of the cluster's generation is missing; try again, or publish again")
  }

  static func head(_ link: ClusterLink) throws(Trouble) -> GenerationHead? {
    switch try link.ask(GenerationKeys.head, ["GET", GenerationKeys.head]) {
    case .none: return nil
    case .bytes(let bytes):
      if let head = GenerationHead(bytes) { return head }
      fallthrough
    default:
      throw Trouble("the cluster's \(GenerationKeys.head) is none that this program reads; publish again")
    }
  }

  private static func places(_ manifest: GenerationManifest) -> [Section: Place] {
    var places: [Section: Place] = [:]
    var first = 0
    for part in manifest.sections {
      places[part.section] = Place(
        form: BucketForm(width: part.section.width, bucketBits: part.bits, sets: manifest.sets.count),
        firstBucket: first)
      first += 1 << part.bits
    }
    return places
  }

  /// Whether no key of a namespace is in it.
  package func hasNone(of namespace: String) -> Bool { !manifest.keys.contains { $0.name == namespace } }

  /// The datasets of each key, separated by commas; nil for one that is in none.
  ///
  /// - Parameter isPinned: whether all is to be of the generation that was opened; else one that is replaced meanwhile is
  ///   opened again, for all of these keys.
  package func datasets(
    of wanted: [ClusterKey], isPinned: Bool = false
  ) throws(Trouble) -> [ArraySlice<UInt8>?] {
    for _ in 0..<Self.triesMax {
      let loss: String
      switch try lookUp(wanted) {
      case .found(let found): return found
      case .lost(let text): loss = text
      }
      guard let head = try Self.head(link), head != self.head else {
        throw Trouble("\(loss): neither found nor not found; a node has lost it, so publish again")
      }
      guard !isPinned else {
        throw Trouble("the cluster's generation was replaced while it was read; run the command again")
      }
      (self.head, manifest) = try Self.open(link)
      keys = GenerationKeys(manifest.generation)
      places = Self.places(manifest)
    }
    throw Trouble("the cluster's generation was replaced again and again while it was read; try again")
  }

  private enum Outcome {
    case found([ArraySlice<UInt8>?])
    /// What is missing or damaged.
    case lost(String)
  }

  private struct Question {
    let bucket: Int
    let key: Section.StoredKey
    let form: BucketForm
    /// Which of the wanted keys it is.
    let index: Int

    var order: Int { GenerationKeys.tag(ofBucket: bucket) << 32 | bucket }
  }

  private func lookUp(_ wanted: [ClusterKey]) throws(Trouble) -> Outcome {
    var questions: [Question] = []
    questions.reserveCapacity(wanted.count)
    for (index, key) in wanted.enumerated() {
      let (section, stored): (Section, Section.StoredKey) =
        switch key {
        case .integer(let namespace, let value): Section.integer(value, namespace: namespace)
        case .text(let digest): (.texts, digest)
        }
      // What is in no section is in no dataset: the manifest names all sections.
      guard let place = places[section] else { continue }
      questions.append(
        Question(
          bucket: place.firstBucket + stored.prefix(place.form.bucketBits), key: stored, form: place.form,
          index: index))
    }
    // By tags, so that a command reads buckets that stand together.
    questions.sort { $0.order < $1.order }
    // A bucket is read once for all of its questions.
    var buckets: [(number: Int, questions: Range<Int>)] = []
    for place in questions.indices {
      if let last = buckets.indices.last, buckets[last].number == questions[place].bucket {
        buckets[last].questions = buckets[last].questions.lowerBound..<(place + 1)
      } else {
        buckets.append((questions[place].bucket, place..<(place + 1)))
      }
    }
    var commands: [Range<Int>] = []
    for place in buckets.indices {
      if let last = commands.last, last.count < ClusterLimits.bucketsPerCommand,
        GenerationKeys.tag(ofBucket: buckets[last.lowerBound].number)
          == GenerationKeys.tag(ofBucket: buckets[place].number)
      {
        commands[commands.count - 1] = last.lowerBound..<(place + 1)
      } else {
        commands.append(place..<(place + 1))
      }
    }
    var found = [ArraySlice<UInt8>?](repeating: nil, count: wanted.count)
    var loss: String?
    let keys = keys
    try link.run(
      commands.count, slot: { GenerationKeys.slot(ofBucket: buckets[commands[$0].lowerBound].number) },
      append: { command, bytes in keys.appendGet(buckets[commands[command]].lazy.map(\.number), to: &bytes) },
      take: { (command, reply) throws(Trouble) in
        let asked = buckets[commands[command]]
        guard let values = reply.elements, values.count == asked.count else {
          throw Trouble("the cluster's reply to MGET is not understood")
        }
        for (bucket, value) in zip(asked, values) {
          if let text = answer(questions[bucket.questions], value, &found) { loss = text }
        }
      })
    return loss.map { .lost($0) } ?? .found(found)
  }

  /// Answers the questions of one bucket; returns what is wrong with it.
  private func answer(
    _ questions: ArraySlice<Question>, _ value: Reply, _ found: inout [ArraySlice<UInt8>?]
  ) -> String? {
    guard let first = questions.first else { return nil }
    func loss(_ what: String) -> String { "the bucket \(keys.bucket(first.bucket)) is \(what)" }
    guard case .bytes(let bytes) = value else { return loss("missing") }
    guard Bucket.isWhole(bytes, first.form, generation: keys.generation, number: first.bucket) else {
      return loss("damaged")
    }
    for question in questions {
      guard let set = Bucket.set(of: question.key, in: bytes, question.form) else { continue }
      guard set < manifest.sets.count else { return loss("damaged") }
      found[question.index] = manifest.sets[set][...]
    }
    return nil
  }
}
