// Every list among the fixtures, damaged as lists are: columns swapped, joined or lost, another separator, another encoding,
// no header, rows in another order, few rows. What is left of it may be refused or give fewer keys, never a wrong one.

import Foundation
import ListFormats
import Testing

@Suite("A damaged list")
struct DamagedListTests {
  /// Variants of each list; WHICHSET_DAMAGES asks for more.
  private static let variants =
    ProcessInfo.processInfo.environment["WHICHSET_DAMAGES"].flatMap { Int($0) } ?? 10

  /// A source of choices that a seed fixes.
  private struct Choices: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      // SplitMix64.
      state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
      return mixed ^ (mixed >> 31)
    }
  }

  @Test("gives no key that the whole list does not have", arguments: ExpectedDataset.all)
  func noWrongKeys(_ expected: ExpectedDataset) throws {
    for list in expected.lists {
      let text = try String(contentsOf: Lists.fixtures.appending(path: list), encoding: .utf8)
      let whole = Keys.ofList(Array(text.utf8), as: expected.named)
      #expect(!whole.isEmpty)
      for seed in 1...Self.variants {
        var choices = Choices(state: UInt64(seed) &* 7_919 &+ UInt64(list.utf8.count))
        let (bytes, damages) = Self.damage(text, by: &choices)
        let wrong = Keys.ofList(bytes).subtracting(whole)
        #expect(wrong.isEmpty, "\(list), seed \(seed), \(damages): \(wrong.sorted().prefix(3))")
      }
    }
  }

  private static func damage(_ text: String, by choices: inout Choices) -> (bytes: [UInt8], damages: [String])
  {
    var damages: [String] = []
    var lines = text.split(separator: "\n", omittingEmptySubsequences: true).map(String.init)
    let separator: Character = ["\t", ",", " "].first { lines[lines.count / 2].contains($0) } ?? ","
    var rows = lines.map { $0.split(separator: separator, omittingEmptySubsequences: false).map(String.init) }
    let width = rows.map(\.count).min() ?? 1
    var joiner = String(separator)
    for _ in 0...Int.random(in: 0...1, using: &choices) {
      let damage = ["swap", "join", "drop", "separator", "header", "shuffle", "cut", "blank"].randomElement(
        using: &choices)!
      damages.append(damage)
      let column = Int.random(in: 0..<max(width - 1, 1), using: &choices)
      switch damage {
      case "swap":
        let other = Int.random(in: 0..<width, using: &choices)
        for row in rows.indices where rows[row].count > max(column, other) { rows[row].swapAt(column, other) }
      case "join":
        for row in rows.indices where rows[row].count > column + 1 {
          rows[row][column] += rows[row].remove(at: column + 1)
        }
      case "drop":
        for row in rows.indices where rows[row].count > column + 1 { rows[row].remove(at: column) }
      case "separator": joiner = ["\t", ",", ";", "|", " ", "  "].randomElement(using: &choices)!
      case "header": rows.removeFirst(min(1, rows.count - 1))
      case "shuffle": rows.shuffle(using: &choices)
      case "cut": rows = Array(rows.prefix(3))
      default: rows.insert([""], at: 0)
      }
    }
    lines = rows.map { $0.joined(separator: joiner) }
    let damaged = lines.joined(separator: ["\n", "\r\n"].randomElement(using: &choices)!) + "\n"
    switch Int.random(in: 0..<8, using: &choices) {
    case 0:
      damages.append("UTF-16LE")
      return ([0xFF, 0xFE] + damaged.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }, damages)
    case 1:
      damages.append("UTF-16BE without a mark")
      return (damaged.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }, damages)
    case 2:
      damages.append("byte order mark")
      return ([0xEF, 0xBB, 0xBF] + Array(damaged.utf8), damages)
    default: return (Array(damaged.utf8), damages)
    }
  }
}
