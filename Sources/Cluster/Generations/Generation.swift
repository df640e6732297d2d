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
    questions.sort { $0.bucket < $1.bucket }
    // A bucket is read once for all of its questions.
    var starts: [Int] = []
    for place in questions.indices where place == 0 || questions[place].bucket != questions[place - 1].bucket
    {
      starts.append(place)
    }
    var found = [ArraySlice<UInt8>?](repeating: nil, count: wanted.count)
    var loss: String?
    let keys = keys
    try link.run(
      starts.count, slot: { keys.slot(ofBucket: questions[starts[$0]].bucket) },
      append: { keys.appendGet(questions[starts[$0]].bucket, to: &$1) },
      take: { (number, reply) throws(Trouble) in
        let first = questions[starts[number]]
        guard case .bytes(let bytes) = reply else {
          loss = "the bucket \(keys.bucket(first.bucket)) is missing"
          return
        }
        guard Bucket.isWhole(bytes, first.form, generation: keys.generation, number: first.bucket) else {
          loss = "the bucket \(keys.bucket(first.bucket)) is damaged"
          return
        }
        for place in starts[number]..<questions.count {
          let question = questions[place]
          guard question.bucket == first.bucket else { break }
          guard let set = Bucket.set(of: question.key, in: bytes, question.form) else { continue }
          guard set < manifest.sets.count else {
            loss = "the bucket \(keys.bucket(first.bucket)) is damaged"
            return
          }
          found[question.index] = manifest.sets[set][...]
        }
      })
    return loss.map { .lost($0) } ?? .found(found)
  }
}
