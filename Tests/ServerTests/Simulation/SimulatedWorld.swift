// What a simulated index holds, as sets of rows, and what is answered of it: the model that replies are compared with.

import WireProtocol

/// What an index holds after one of its changes.
struct SimulatedWorld {
  struct Row: Hashable {
    let image: Int
    /// How the list writes it: 0 or 1.
    let form: Int
    let account: Int?
  }

  struct Dataset {
    var rows: Set<Row> = []
    // Of its lists.
    var accepted = 0
    var rejected = 0

    var images: Set<Int> { Set(rows.map(\.image)) }
    var accounts: Set<Int> { Set(rows.compactMap(\.account)) }
  }

  var datasets: [String: Dataset] = [:]
  var suppressed: Set<Int> = []

  /// What a client asks for.
  enum Subject: Hashable {
    case image(Int, form: Int)
    case account(Int)
    case nonsense
  }

  static let imageCount = 48
  static let accountCount = 5

  // MARK: - Texts

  /// Half of the images are numbers of Flickr, the others URLs.
  static func key(_ image: Int) -> String {
    image.isMultiple(of: 2) ? "flickr:\(99_100_000_000 + image)" : "url:example.org/\(image).jpg"
  }

  static func text(_ image: Int, form: Int) -> String {
    switch (image.isMultiple(of: 2), form) {
    case (true, 0): key(image)
    case (true, _): "https://www.flickr.com/photos/somebody/\(99_100_000_000 + image)/"
    case (false, 0): "https://example.org/\(image).jpg"
    case (false, _): "http://EXAMPLE.org/\(image).jpg"
    }
  }

  static func text(ofAccount account: Int) -> String { "9910000\(account)@N02" }

  static func text(_ subject: Subject) -> String {
    switch subject {
    case .image(let image, let form): text(image, form: form)
    case .account(let account): "nsid:\(text(ofAccount: account))"
    case .nonsense: "no identifier"
    }
  }

  static func line(_ row: Row) -> String {
    text(row.image, form: row.form) + (row.account.map { "\tnsid=\(text(ofAccount: $0))" } ?? "")
  }

  // MARK: - Answers

  private var slugs: [String] { datasets.keys.sorted() }

  func slugs(of image: Int) -> [String] { slugs.filter { datasets[$0]!.rows.contains { $0.image == image } } }

  private var hasAccounts: Bool { datasets.values.contains { !$0.accounts.isEmpty } }

  var images: Set<Int> { datasets.values.reduce(into: []) { $0.formUnion($1.images) } }

  var memberships: Int { datasets.values.reduce(0) { $0 + $1.images.count } }

  func check(_ subject: Subject) -> String {
    let found: [String]
    switch subject {
    case .image(let image, _): found = slugs(of: image)
    case .account(let account):
      guard hasAccounts else { return "ERR UNSEARCHABLE" }
      found = slugs.filter { datasets[$0]!.rows.contains { $0.account == account } }
    case .nonsense: return "ERR IDENTIFIER"
    }
    return found.isEmpty ? "MISS" : "HIT \(found.joined(separator: ","))"
  }

  func symbol(_ subject: Subject) -> Character {
    switch check(subject) {
    case "MISS": "-"
    case "ERR UNSEARCHABLE": "~"
    case "ERR IDENTIFIER": "!"
    default: "+"
    }
  }

  func get(_ subject: Subject) -> [String] {
    let answer = check(subject)
    guard answer.hasPrefix("HIT") else { return [answer] }
    var lines: [String] = []
    for slug in slugs {
      for row in datasets[slug]!.rows {
        switch subject {
        case .image(let image, _): guard row.image == image else { continue }
        case .account(let account): guard row.account == account else { continue }
        case .nonsense: continue
        }
        let account = row.account.map { "\tnsid=\(Self.text(ofAccount: $0))" } ?? ""
        lines.append("\(slug)\t\(Self.key(row.image))\t\(Self.text(row.image, form: row.form))\(account)")
      }
    }
    return ["OK \(lines.count)"] + lines.sorted()
  }

  var datasetLines: [String] {
    ["OK \(datasets.count)"]
      + slugs.map {
        let dataset = datasets[$0]!
        return
          "\($0)\t\(dataset.images.count)\t\(dataset.accounts.count)\t\(dataset.accepted)\t\(dataset.rejected)"
      }
  }

  var overlap: [String] {
    var lines: [String] = []
    for (place, a) in slugs.enumerated() {
      for b in slugs[(place + 1)...] {
        let shared = datasets[a]!.images.intersection(datasets[b]!.images).count
        if shared > 0 { lines.append("\(a)\t\(b)\t\(shared)") }
      }
    }
    return ["OK \(lines.count)"] + lines
  }

  func list(all: [String], none: [String]) -> [String] {
    guard (all + none).allSatisfy({ datasets[$0] != nil }) else { return ["ERR DATASET"] }
    let found = images.filter { image in
      all.allSatisfy { datasets[$0]!.images.contains(image) }
        && !none.contains { datasets[$0]!.images.contains(image) }
    }
    let lines = found.map { "\(Self.key($0))\t\(slugs(of: $0).joined(separator: ","))" }.sorted()
    return lines + ["END \(lines.count) images=\(lines.count)"]
  }

  func export(_ slug: String) -> [String] {
    guard let dataset = datasets[slug] else { return ["ERR DATASET"] }
    let rows = dataset.rows.map { Self.line($0) }.sorted()
    return rows + ["END rows=\(rows.count) datasets=1"]
  }

  func images(ofAccount account: Int) -> Set<Int> {
    datasets.values.reduce(into: []) { found, dataset in
      for row in dataset.rows where row.account == account { found.insert(row.image) }
    }
  }

  func account(_ account: Int) -> [String] {
    guard hasAccounts else { return ["ERR UNSEARCHABLE"] }
    let found = images(ofAccount: account)
    var lines = ["name\tnsid:\(Self.text(ofAccount: account))"]
    var memberships = 0
    for slug in slugs {
      let count = datasets[slug]!.images.intersection(found).count
      memberships += count
      if count > 0 { lines.append("dataset\t\(slug)\t\(count)") }
    }
    return lines + ["END \(lines.count) images=\(found.count) memberships=\(memberships)"]
  }

  /// The reply to `TALLY` for the subjects of a cross-reference.
  func tally(_ subjects: [Subject]) -> [String] {
    var counts: [Int: Int] = [:]
    for case .image(let image, _) in subjects { counts[image, default: 0] += 1 }
    let rows = subjects.count
    let invalid = rows - counts.values.reduce(0, +)
    let found = counts.keys.filter { !slugs(of: $0).isEmpty }
    var lines: [String] = []
    var memberships = 0
    for slug in slugs {
      let count = datasets[slug]!.images.intersection(counts.keys).count
      memberships += count
      if count > 0 { lines.append("dataset\t\(slug)\t\(count)") }
    }
    return lines + [
      "END \(lines.count) rows=\(rows) invalid=\(invalid) unresolvable=0 "
        + "duplicates=\(rows - invalid - counts.count) identifiers=\(counts.count) images=\(found.count) "
        + "unmatched=\(counts.count - found.count) unsearchable=0 memberships=\(memberships)"
    ]
  }

  // MARK: - Changes

  /// Makes a load visible; returns the reply.
  mutating func commit(_ load: SimulatedLoad) -> String {
    let before = self
    let rows = load.rows
    var dataset = load.mode == .replace ? Dataset() : datasets[load.slug] ?? Dataset()
    let kept = rows.accepted.filter { !suppressed.contains($0.image) }
    dataset.rows.formUnion(kept)
    dataset.accepted += rows.accepted.count
    dataset.rejected += rows.rejected
    datasets[load.slug] = dataset
    let images = dataset.images.subtracting(before.images).count
    let memberships = dataset.images.subtracting(before.datasets[load.slug]?.images ?? []).count
    let leftOut = Set(rows.accepted.map(\.image)).intersection(suppressed).count
    return
      "OK rows=\(rows.accepted.count + rows.rejected) accepted=\(rows.accepted.count) rejected=\(rows.rejected) "
      + "images=\(images) memberships=\(memberships)" + (leftOut > 0 ? " suppressed=\(leftOut)" : "")
  }

  mutating func remove(_ slug: String) -> String {
    guard datasets[slug] != nil else { return "ERR DATASET" }
    let (imagesBefore, membershipsBefore) = (images.count, memberships)
    datasets[slug] = nil
    return "OK images=\(imagesBefore - images.count) memberships=\(membershipsBefore - memberships)"
  }

  mutating func erase(_ erased: [Int]) -> String {
    let (imagesBefore, membershipsBefore) = (images.count, memberships)
    for slug in slugs { datasets[slug]!.rows = datasets[slug]!.rows.filter { !erased.contains($0.image) } }
    suppressed.formUnion(erased)
    return
      "OK \(erased.count) images=\(imagesBefore - images.count) memberships=\(membershipsBefore - memberships)"
  }
}

/// A load that is staged.
struct SimulatedLoad {
  enum Mode: String, CaseIterable { case create, append, replace }

  let slug: String
  let source: String
  let mode: Mode
  /// Nil for a row that is none.
  var blocks: [[SimulatedWorld.Row?]] = []
  /// Whether a crash may have taken its last blocks.
  var isUncertain = false
  /// The client that has it open.
  var owner: Int?

  var name: String { "\(slug).\(source)" }

  var rows: (accepted: [SimulatedWorld.Row], rejected: Int) {
    let all = blocks.joined()
    return (all.compactMap { $0 }, all.count { $0 == nil })
  }
}
