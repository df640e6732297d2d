// The labels of a cross-reference: texts that stand for themselves on the wire, numbers everywhere else. Rows come by
// the million and labels by the hundred, so each core keeps what it knows of the table, and asks the table itself only
// for a label that it sees for the first time.

internal import ByteText
internal import Synchronization
internal import WireProtocol

/// All labels of a cross-reference, numbered from 1 as they come. Shared by the cores that read its rows.
final class CrossrefLabels: Sendable {
  private let table = Mutex(LabelTable())

  /// The labels by number, the first of which, 0, stands for none.
  var texts: [[UInt8]] { table.withLock { $0.texts } }

  /// The number of a label, old or new.
  func number(of label: Span<UInt8>) throws(ProtocolError) -> UInt16 {
    guard label.count > 0 else { return 0 }
    guard label.count <= ProtocolLimits.labelBytesMax else {
      throw ProtocolError(.limit, "a label has at most \(ProtocolLimits.labelBytesMax) bytes")
    }
    let text = label.copied
    let number = table.withLock { table -> UInt16? in
      if let number = table.find(text.span) { return number }
      return table.texts.count <= ProtocolLimits.labelsMax
        ? table.add(text, number: UInt16(table.texts.count)) : nil
    }
    guard let number else {
      throw ProtocolError(.limit, "a cross-reference has at most \(ProtocolLimits.labelsMax) labels")
    }
    return number
  }
}

/// The labels that one core has seen.
struct CrossrefLabelCache: ~Copyable {
  private let labels: CrossrefLabels
  private var seen = LabelTable()

  init(_ labels: CrossrefLabels) { self.labels = labels }

  /// The number of a label. O(label), no allocation for one that was seen before.
  mutating func number(of label: Span<UInt8>) throws(ProtocolError) -> UInt16 {
    if let number = seen.find(label) { return number }
    return seen.add(label.copied, number: try labels.number(of: label))
  }
}

/// A hash table of labels. It never holds more than `ProtocolLimits.labelsMax` of them and the empty one.
private struct LabelTable {
  /// In the order of coming; the empty one first.
  private(set) var texts: [[UInt8]] = [[]]
  private var numbers: [UInt16] = [0]
  /// Places in `texts` plus one; 0 where there is none.
  private var slots = [UInt16](repeating: 0, count: 4 * ProtocolLimits.labelsMax)

  func find(_ label: Span<UInt8>) -> UInt16? {
    guard label.count > 0 else { return 0 }
    var slot = Self.slot(of: label)
    while slots[slot] != 0 {
      let place = Int(slots[slot]) - 1
      if Self.equals(texts[place], label) { return numbers[place] }
      slot = (slot + 1) & (slots.count - 1)
    }
    return nil
  }

  /// Adds a label that is not there; returns its number.
  mutating func add(_ label: [UInt8], number: UInt16) -> UInt16 {
    var slot = Self.slot(of: label.span)
    while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
    texts.append(label)
    numbers.append(number)
    slots[slot] = UInt16(texts.count)
    return number
  }

  /// FNV-1a. Labels that are made to collide slow down nothing but their own cross-reference.
  private static func slot(of label: Span<UInt8>) -> Int {
    var hash: UInt32 = 2_166_136_261
    for index in label.indices { hash = (hash ^ UInt32(label[index])) &* 16_777_619 }
    return Int(hash ^ hash >> 15) & (4 * ProtocolLimits.labelsMax - 1)
  }

  private static func equals(_ text: [UInt8], _ label: Span<UInt8>) -> Bool {
    guard text.count == label.count else { return false }
    for index in label.indices where text[index] != label[index] { return false }
    return true
  }
}
