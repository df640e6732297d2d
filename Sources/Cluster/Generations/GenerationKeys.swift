// The names of keys in a cluster. Those with braces are in one slot, so that one script can see them all; the others are in
// all slots.

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
  private let frontSlot: Slot

  package init(_ generation: UInt64) {
    self.generation = generation
    front = Array("whichset:\(Self.text(generation)):".utf8)
    var slot = Slot()
    slot.append(front)
    frontSlot = slot
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
  /// Keys that only show that what was written before them has reached a replica.
  func seal(_ number: Int) -> String { String(decoding: front, as: UTF8.self) + "seal:\(number)" }

  package func bucket(_ number: Int) -> String {
    String(decoding: front, as: UTF8.self) + String(decoding: suffix(number), as: UTF8.self)
  }

  private func suffix(_ number: Int) -> [UInt8] {
    var digits: [UInt8] = []
    digits.reserveCapacity(7)
    Hexadecimal.append(UInt64(number), digits: 7, to: &digits)
    return digits
  }

  func slot(ofBucket number: Int) -> Int {
    var slot = frontSlot
    slot.append(suffix(number))
    return slot.number
  }

  func appendGet(_ number: Int, to commands: inout [UInt8]) {
    commands.append("*2\r\n$3\r\nGET\r\n")
    appendKey(number, to: &commands)
  }

  func appendSet(_ number: Int, _ bytes: [UInt8], to commands: inout [UInt8]) {
    commands.append("*3\r\n$3\r\nSET\r\n")
    appendKey(number, to: &commands)
    Command.append(bytes, to: &commands)
  }

  private func appendKey(_ number: Int, to commands: inout [UInt8]) {
    commands.append("$\(front.count + 7)\r\n")
    commands += front
    Hexadecimal.append(UInt64(number), digits: 7, to: &commands)
    commands.append("\r\n")
  }

  /// Whether a key is of another generation.
  func isForeign(_ key: String) -> Bool {
    key.hasPrefix("whichset:") && !key.utf8.starts(with: front)
  }
}
