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

/// What is known of a key.
package enum ClusterAnswer: Equatable, Sendable {
  /// In these datasets, separated by commas.
  case found(ArraySlice<UInt8>)
  case missed
  /// Its bucket is missing or damaged, and which it is.
  case lost(String)
  /// Its bucket could not be read in time.
  case unreached
}

/// A generation that was opened: what does not change of it. Copies share their memory.
package struct OpenGeneration: Sendable {
  package let head: GenerationHead
  package let manifest: GenerationManifest
  private let keys: GenerationKeys
  private let places: [Section: Place]

  /// Where the buckets of a section are.
  private struct Place {
    let form: BucketForm
    let firstBucket: Int
  }

  /// For people.
  package var name: String { GenerationKeys.text(manifest.generation) }

  static let triesMax = 5

  /// Opens the generation that the head names.
  package init(_ link: ClusterLink) throws(Trouble) {
    // The head may be replaced, and its manifest removed, between the two.
    for _ in 0..<Self.triesMax {
      guard let head = try Self.head(link) else {
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
      self.head = head
      self.manifest = manifest
      keys = GenerationKeys(manifest.generation)
      places = Self.places(manifest)
      return
    }
    throw Trouble("the manifest of the cluster's generation is missing; try again, or publish again")
  }

  /// What it knows of its datasets.
  package func facts(_ link: ClusterLink) throws(Trouble) -> GenerationFacts {
    guard case .bytes(let bytes) = try link.ask(keys.facts, ["GET", keys.facts]) else {
      throw Trouble("the cluster's \(keys.facts) is missing; publish again")
    }
    var digester = Digester()
    guard bytes.count <= ClusterLimits.factsBytesMax, digester.hexadecimal(bytes) == manifest.facts,
      let facts = GenerationFacts(bytes), facts.publisher == manifest.publisher
    else {
      throw Trouble("the cluster's \(keys.facts) is not what was published; publish again")
    }
    return facts
  }

  /// Nil where nothing was published.
  package static func head(_ link: ClusterLink) throws(Trouble) -> GenerationHead? {
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

  /// What came of a lookup.
  package struct Lookup: Sendable {
    /// One for each key.
    package fileprivate(set) var answers: [ClusterAnswer]
    /// A bucket that is missing or damaged, and what is wrong with it.
    package fileprivate(set) var loss: String?
    /// Why some could not be read.
    package fileprivate(set) var trouble: Trouble?
    /// The tags of those.
    package fileprivate(set) var unreachedTags: Set<Int> = []
  }

  private struct Question {
    let bucket: Int
    let key: Section.StoredKey
    let form: BucketForm
    /// Which of the wanted keys it is.
    let index: Int

    var order: Int { GenerationKeys.tag(ofBucket: bucket) << 32 | bucket }
  }

  /// Looks keys up. What fails leaves the other answers as they are.
  ///
  /// - Parameter skipped: tags of buckets that are not to be read.
  package func look(up wanted: [ClusterKey], _ link: ClusterLink, skipping skipped: Set<Int> = []) -> Lookup {
    var lookup = Lookup(answers: [ClusterAnswer](repeating: .missed, count: wanted.count))
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
      let bucket = place.firstBucket + stored.prefix(place.form.bucketBits)
      lookup.answers[index] = .unreached
      guard skipped.isEmpty || !skipped.contains(GenerationKeys.tag(ofBucket: bucket)) else { continue }
      questions.append(Question(bucket: bucket, key: stored, form: place.form, index: index))
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
    let keys = keys
    do throws(Trouble) {
      try link.run(
        commands.count, slot: { GenerationKeys.slot(ofBucket: buckets[commands[$0].lowerBound].number) },
        append: { command, bytes in
          keys.appendGet(buckets[commands[command]].lazy.map(\.number), to: &bytes)
        },
        take: { (command, reply) throws(Trouble) in
          let asked = buckets[commands[command]]
          guard let values = reply.elements, values.count == asked.count else {
            throw Trouble("the cluster's reply to MGET is not understood")
          }
          for (bucket, value) in zip(asked, values) {
            answer(questions[bucket.questions], value, &lookup)
          }
        })
    } catch {
      lookup.trouble = error
      for question in questions where lookup.answers[question.index] == .unreached {
        lookup.unreachedTags.insert(GenerationKeys.tag(ofBucket: question.bucket))
      }
    }
    return lookup
  }

  /// Answers the questions of one bucket.
  private func answer(_ questions: ArraySlice<Question>, _ value: Reply, _ lookup: inout Lookup) {
    guard let first = questions.first else { return }
    func lose(_ what: String) {
      let loss = "the bucket \(keys.bucket(first.bucket)) is \(what)"
      lookup.loss = loss
      for question in questions { lookup.answers[question.index] = .lost(loss) }
    }
    guard case .bytes(let bytes) = value else { return lose("missing") }
    guard Bucket.isWhole(bytes, first.form, generation: keys.generation, number: first.bucket) else {
      return lose("damaged")
    }
    for question in questions {
      guard let set = Bucket.set(of: question.key, in: bytes, question.form) else {
        lookup.answers[question.index] = .missed
        continue
      }
      guard set < manifest.sets.count else { return lose("damaged") }
      lookup.answers[question.index] = .found(manifest.sets[set][...])
    }
  }

  /// Which of these tags can be read: a bucket of each is asked for.
  package func reachable(_ tags: Set<Int>, _ link: ClusterLink) -> Set<Int> {
    let (numbers, keys) = (tags.sorted(), keys)
    var reached: Set<Int> = []
    // What has not answered is asked for again by the next call.
    try? link.run(
      numbers.count, slot: { GenerationKeys.slot(ofBucket: numbers[$0]) },
      append: { keys.appendGet(numbers[$0], to: &$1) },
      take: {
        reached.insert(numbers[$0]); _ = $1
      })
    return reached
  }
}

/// The generation that is asked: the newest one, or the one that was opened.
package final class Generation {
  private let link: ClusterLink
  private var open: OpenGeneration

  package init(_ link: ClusterLink) throws(Trouble) {
    self.link = link
    open = try OpenGeneration(link)
  }

  package var manifest: GenerationManifest { open.manifest }

  /// Whether no key of a namespace is in it.
  package func hasNone(of namespace: String) -> Bool { open.hasNone(of: namespace) }

  /// The datasets of each key, separated by commas; nil for one that is in none.
  ///
  /// - Parameter isPinned: whether all is to be of the generation that was opened; else one that is replaced meanwhile is
  ///   opened again, for all of these keys.
  package func datasets(
    of wanted: [ClusterKey], isPinned: Bool = false
  ) throws(Trouble) -> [ArraySlice<UInt8>?] {
    for _ in 0..<OpenGeneration.triesMax {
      let lookup = open.look(up: wanted, link)
      if let trouble = lookup.trouble { throw trouble }
      guard let loss = lookup.loss else {
        return lookup.answers.map { if case .found(let slugs) = $0 { slugs } else { nil } }
      }
      guard let head = try OpenGeneration.head(link), head != open.head else {
        throw Trouble("\(loss): neither found nor not found; a node has lost it, so publish again")
      }
      guard !isPinned else {
        throw Trouble("the cluster's generation was replaced while it was read; run the command again")
      }
      open = try OpenGeneration(link)
    }
    throw Trouble("the cluster's generation was replaced again and again while it was read; try again")
  }
}
