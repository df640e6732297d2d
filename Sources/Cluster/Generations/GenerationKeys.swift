// The names of keys in a cluster. What stands in braces decides the slot: the head and the lock are in one, so that a script
// can see both; buckets are in as many as there are tags, so that one command can read several of a batch.

import ByteText
import Console

package struct GenerationKeys: Sendable {
  /// Names the generation that is asked.
  package static let head = "{whichset}:head"
  /// Has the generation of the publisher that is at work.
  package static let lock = "{whichset}:publisher"
  /// Matches the keys of all generations, and no other.
  static let pattern = "whichset:*"

  let generation: UInt64
  private let front: [UInt8]

  package init(_ generation: UInt64) {
    self.generation = generation
    front = Array("whichset:\(Self.text(generation)):".utf8)
  }

  /// Sixteen hexadecimal digits.
  package static func text(_ generation: UInt64) -> String {
    var text: [UInt8] = []
    Hexadecimal.append(generation, digits: 16, to: &text)
    return String(decoding: text, as: UTF8.self)
  }

  /// Undoes `text`.
  static func generation(_ text: some StringProtocol) -> UInt64? {
    guard let generation = UInt64(text, radix: 16), Self.text(generation) == text else { return nil }
    return generation
  }

  package var manifest: String { String(decoding: front, as: UTF8.self) + "manifest" }
  package var facts: String { String(decoding: front, as: UTF8.self) + "facts" }
  /// Keys that only show that what was written before them has reached a replica.
  func seal(_ number: Int) -> String { String(decoding: front, as: UTF8.self) + "seal:\(number)" }

  package func bucket(_ number: Int) -> String {
    var key = front
    appendBack(number, to: &key)
    return String(decoding: key, as: UTF8.self)
  }

  /// Buckets with the same tag are in one slot, so that one command can read several.
  static func tag(ofBucket number: Int) -> Int { number % ClusterLimits.tagCount }

  static func slot(ofBucket number: Int) -> Int { slots[tag(ofBucket: number)] }

  private static let slots = (0..<ClusterLimits.tagCount).map { Slot.of("{\(tagText($0))}") }

  private static func tagText(_ tag: Int) -> String {
    var text: [UInt8] = []
    Hexadecimal.append(UInt64(tag), digits: 2, to: &text)
    return String(decoding: text, as: UTF8.self)
  }

  /// `{tag}:number`
  private func appendBack(_ number: Int, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "{"))
    Hexadecimal.append(UInt64(Self.tag(ofBucket: number)), digits: 2, to: &bytes)
    bytes.append(UInt8(ascii: "}"))
    bytes.append(UInt8(ascii: ":"))
    Hexadecimal.append(UInt64(number), digits: 7, to: &bytes)
  }

  func appendGet(_ number: Int, to commands: inout [UInt8]) {
    commands.append("*2\r\n$3\r\nGET\r\n")
    appendKey(number, to: &commands)
  }

  /// Reads several buckets with the same tag.
  func appendGet(_ numbers: some Collection<Int>, to commands: inout [UInt8]) {
    commands.append("*\(1 + numbers.count)\r\n$4\r\nMGET\r\n")
    for number in numbers { appendKey(number, to: &commands) }
  }

  func appendSet(_ number: Int, _ bytes: [UInt8], to commands: inout [UInt8]) {
    commands.append("*3\r\n$3\r\nSET\r\n")
    appendKey(number, to: &commands)
    Command.append(bytes, to: &commands)
  }

  private func appendKey(_ number: Int, to commands: inout [UInt8]) {
    commands.append("$\(front.count + 12)\r\n")
    commands += front
    appendBack(number, to: &commands)
    commands.append("\r\n")
  }

  /// Whether a key is of another generation.
  func isForeign(_ key: String) -> Bool {
    key.hasPrefix("whichset:") && !key.utf8.starts(with: front)
  }
}
