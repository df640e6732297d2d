// A cross-reference with a publication or a cluster: `XREF`, `ITEMS` and `TALLY` as a daemon answers them. Without matches each file of
// a publication is read once, however long the list is.

import ByteText
import Console
import Identifiers
import Publishing
import WireProtocol

final class PublishedCrossref {
  private let givesMatches: Bool
  private var keys = IdentifierParser()
  private var key: [UInt8] = []
  private var digester = Digester()
  private var spool: DigestSpool
  /// The labels by number; the first stands for none.
  private var labels: [[UInt8]] = [[]]
  private var numbers: [[UInt8]: Int] = [[]: 0]
  private var totals = TallyRequest.End()
  /// Rows by label that name no image.
  private var rejected = [0]

  /// - Parameter folder: where a long list is kept meanwhile.
  init(givesMatches: Bool, folder: String) {
    self.givesMatches = givesMatches
    spool = DigestSpool(folder: folder)
  }

  // MARK: - Rows

  private enum Key {
    case image(AskedKey)
    case unresolvable
    case invalid

    var rank: Int {
      if case .image(let key) = self { key.namespace.imageRank ?? .max } else { .max }
    }
  }

  /// Takes the rows of a block; appends the reply.
  func take(
    _ body: Span<UInt8>, _ source: inout some AskedIndex, to replies: inout [UInt8]
  ) throws(Trouble) {
    var images: [(row: Int, key: AskedKey)] = []
    var (offset, number) = (0, 0)
    while offset < body.count {
      let end = body.firstIndex(of: UInt8(ascii: "\n"), from: offset) ?? body.count
      number += 1
      let row: (key: Key, label: Int)
      do throws(ProtocolError) { row = try read(body.extracting(offset..<end), source) } catch {
        return replies.append("\(error.line)\n")
      }
      offset = end + 1
      totals.rows += 1
      switch row.key {
      case .image(let key):
        try spool.append(key.digest, mark: UInt32(row.label) << 8 | UInt32(key.namespace.rawValue))
        images.append((number, key))
      case .unresolvable:
        totals.unresolvable += 1
        rejected[row.label] += 1
      case .invalid:
        totals.invalid += 1
        rejected[row.label] += 1
      }
    }
    var (lines, count): ([UInt8], Int) = ([], 0)
    let found = givesMatches ? try source.datasets(of: images.map(\.key), isPinned: true) : []
    for (image, slugs) in zip(images, found) {
      guard let slugs else { continue }
      lines.append("\(image.row)\t")
      lines += slugs
      lines.append("\n")
      count += 1
    }
    replies.append("OK \(count)\n")
    replies += lines
  }

  /// Reads a row: of several keys the best counts; a row with one that is wrong is wrong, but has its label.
  private func read(
    _ line: Span<UInt8>, _ source: some AskedIndex
  ) throws(ProtocolError) -> (Key, label: Int) {
    var columns = ColumnScanner()
    guard line.count > 0, line.count <= ProtocolLimits.lineBytesMax, let first = columns.next(in: line) else {
      return (.invalid, 0)
    }
    var best = Key.invalid
    // A row that the client rejected has the reason in its second column.
    if line[0] == UInt8(ascii: "!") {
      _ = columns.next(in: line)
    } else {
      best = image(keys.parse(line.extracting(first)), source)
    }
    var isWrong = false
    var label = 0
    while let column = columns.next(in: line) {
      let field = line.extracting(column)
      guard let equals = field.firstIndex(of: UInt8(ascii: "=")),
        let value = Escapes.unescape(field.extracting((equals + 1)..<field.count))
      else {
        isWrong = true
        continue
      }
      let name = field.extracting(0..<equals)
      if name.equals("label") {
        label = try self.number(of: value)
      } else if let namespace = Namespace(name: name) {
        best = Self.better(best, image(keys.parse(value.span, as: namespace), source))
      } else if !name.equals("listed") {
        isWrong = true
      }
    }
    switch best {
    case .image(let key) where !isWrong && key.namespace.imageRank != nil: return (best, label)
    case .unresolvable where !isWrong: return (.unresolvable, label)
    case .image, .unresolvable, .invalid: return (.invalid, label)
    }
  }

  /// The key of an identification that was just made.
  private func image(_ identification: Identification, _ source: some AskedIndex) -> Key {
    switch identification {
    case .integer(let namespace, _), .text(let namespace):
      key.removeAll(keepingCapacity: true)
      KeyReader.append(identification, by: keys, to: &key)
      let text = key
      return .image(AskedKey(identification, namespace, text: text.span, source, &digester))
    case .unresolvable: return .unresolvable
    case .invalid: return .invalid
    }
  }

  private static func better(_ one: Key, _ other: Key) -> Key {
    switch (one, other) {
    case (.image, .image): other.rank < one.rank ? other : one
    case (.unresolvable, _), (_, .unresolvable): .unresolvable
    default: .invalid
    }
  }

  private func number(of label: [UInt8]) throws(ProtocolError) -> Int {
    if let number = numbers[label] { return number }
    guard label.count <= ProtocolLimits.labelBytesMax else {
      throw ProtocolError(.limit, "a label has at most \(ProtocolLimits.labelBytesMax) bytes")
    }
    guard labels.count <= ProtocolLimits.labelsMax else {
      throw ProtocolError(.limit, "a cross-reference has at most \(ProtocolLimits.labelsMax) labels")
    }
    numbers[label] = labels.count
    labels.append(label)
    rejected.append(0)
    return labels.count - 1
  }

  // MARK: - Counts

  private struct Label {
    var identifiers = 0
    var images = 0
    var memberships = 0
  }

  /// A key of the list, and the labels that it came with.
  private struct Question {
    let key: AskedKey
    var labels: [Int]
  }

  /// Keys that are looked up together.
  private static let keysAtOnce = 1 << 16

  /// Counts all; appends the reply.
  func finish(_ source: inout some AskedIndex, to replies: inout [UInt8]) throws(Trouble) {
    var counts = [Label](repeating: Label(), count: labels.count)
    /// Images in each set of datasets, by label.
    var sets: [ArraySlice<UInt8>: (images: Int, labels: [Int])] = [:]
    var waiting: [Question] = []
    for bucket in 0..<DigestSpool.bucketCount {
      waiting += Self.questions(try spool.sorted(bucket))
      // Few at once would be a file or two at once.
      guard waiting.count >= Self.keysAtOnce || bucket == DigestSpool.bucketCount - 1 else { continue }
      let questions = waiting
      waiting = []
      for start in stride(from: 0, to: questions.count, by: Self.keysAtOnce) {
        let some = questions[start..<min(start + Self.keysAtOnce, questions.count)]
        for (question, slugs) in zip(some, try source.datasets(of: some.map(\.key), isPinned: true)) {
          totals.identifiers += 1
          for label in question.labels { counts[label].identifiers += 1 }
          guard let slugs else {
            if question.key.namespace.isOptional, source.hasNone(of: question.key.namespace.name) {
              totals.unsearchable += 1
            }
            continue
          }
          let datasets = slugs.span.count(of: UInt8(ascii: ",")) + 1
          totals.images += 1
          totals.memberships += datasets
          sets[slugs, default: (0, [Int](repeating: 0, count: labels.count))].images += 1
          for label in question.labels {
            counts[label].images += 1
            counts[label].memberships += datasets
            sets[slugs]!.labels[label] += 1
          }
        }
      }
    }
    totals.duplicates = totals.rows - totals.invalid - totals.unresolvable - totals.identifiers
    totals.unmatched = totals.identifiers - totals.images - totals.unsearchable
    let lines = lines(counts, sets)
    replies.append("MORE \(lines.count)\n")
    for line in lines { replies += line + [UInt8(ascii: "\n")] }
    replies.append("END \(lines.count)")
    totals.values.append(to: &replies)
    replies.append("\n")
  }

  private static func questions(_ records: [MarkedDigest]) -> [Question] {
    var questions: [Question] = []
    for record in records {
      let label = Int(record.mark >> 8)
      if let last = questions.indices.last, questions[last].key.digest == record.digest {
        if !questions[last].labels.contains(label) { questions[last].labels.append(label) }
      } else if let namespace = Namespace(rawValue: UInt8(truncatingIfNeeded: record.mark)) {
        let key = AskedKey(namespace: namespace, digest: record.digest)
        questions.append(Question(key: key, labels: [label]))
      }
    }
    return questions
  }

  private func lines(
    _ counts: [Label], _ sets: [ArraySlice<UInt8>: (images: Int, labels: [Int])]
  ) -> [[UInt8]] {
    var datasets: [String: (images: Int, labels: [Int])] = [:]
    for (slugs, set) in sets {
      for slug in String(decoding: slugs, as: UTF8.self).split(separator: ",") {
        var dataset = datasets[String(slug)] ?? (0, [Int](repeating: 0, count: labels.count))
        dataset.images += set.images
        for label in labels.indices { dataset.labels[label] += set.labels[label] }
        datasets[String(slug)] = dataset
      }
    }
    let slugs = datasets.keys.sorted()
    // A label of rows without an identifier counts 0; only the missing label is left out.
    let order =
      labels.count > 1
      ? labels.indices.filter { $0 > 0 || counts[$0].identifiers > 0 || rejected[$0] > 0 }
        .sorted { labels[$0].lexicographicallyPrecedes(labels[$1]) } : []
    var lines: [[UInt8]] = []
    func add(_ front: String, _ label: Int, _ back: String) {
      var line = Array(front.utf8)
      let text = labels[label]
      Escapes.append(text.span, to: &line, keepingSpaces: true)
      line.append(back)
      lines.append(line)
    }
    for slug in slugs {
      lines.append(Array("\(TallyRequest.Line.dataset)\t\(slug)\t\(datasets[slug]!.images)".utf8))
    }
    for label in order {
      let count = counts[label]
      add(
        "\(TallyRequest.Line.label)\t", label,
        "\t\(count.identifiers)\t\(count.images)\t\(count.memberships)\t\(rejected[label])")
    }
    for slug in slugs {
      for label in order where datasets[slug]!.labels[label] > 0 {
        add("\(TallyRequest.Line.cell)\t\(slug)\t", label, "\t\(datasets[slug]!.labels[label])")
      }
    }
    return lines
  }
}
