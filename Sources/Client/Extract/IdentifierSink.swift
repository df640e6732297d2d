// Where found identifiers go: a line each, ready to be asked for, with their keys beside them if those are wanted.

import ByteText
import Console
import Identifiers

package struct IdentifierSink {
  /// Keys that are remembered so that none comes twice; further ones are written whenever they come.
  package static let rememberedMax = 2_000_000

  /// Lines to be written.
  package var output: [UInt8] = []
  /// Identifiers that were found, repeated ones among them.
  package private(set) var count = 0
  /// Whether there were more different keys than are remembered.
  package var forgets: Bool { seen.count >= Self.rememberedMax }

  private let writesKeys: Bool
  private let isUnique: Bool
  private var seen: Set<SIMD2<UInt64>> = []
  private var key: [UInt8] = []

  /// A sink that writes the key behind each identifier, or writes each key once, or both.
  package init(writesKeys: Bool, isUnique: Bool) {
    self.writesKeys = writesKeys
    self.isUnique = isUnique
  }

  /// Takes an identifier that was looked at; false, and nothing is written, where it is none.
  mutating func take(_ identifier: Span<UInt8>, _ result: Identification, text: Span<UInt8>) -> Bool {
    key.removeAll(keepingCapacity: true)
    switch result {
    case .invalid: return false
    case .unresolvable: key.append(Refusal.unresolvable.mark)
    case .integer(let namespace, let value):
      key.append("\(namespace.name):")
      NamespaceValue.append(value, of: namespace, to: &key)
    case .text(let namespace):
      key.append("\(namespace.name):")
      key.append(text)
    }
    count += 1
    if isUnique, !isNew(result, identifier) { return true }
    output.append(identifier)
    if writesKeys {
      output.append(UInt8(ascii: "\t"))
      output += key
    }
    output.append(UInt8(ascii: "\n"))
    return true
  }

  /// Whether the key, or the short link that has none, did not come before. 128 bits of the standard library's keyed
  /// hash stand for it.
  private mutating func isNew(_ result: Identification, _ identifier: Span<UInt8>) -> Bool {
    if case .unresolvable = result { key.append(identifier) }
    var hashes = SIMD2<UInt64>()
    for index in 0..<2 {
      var hasher = Hasher()
      hasher.combine(index)
      hasher.combine(key)
      hashes[index] = UInt64(bitPattern: Int64(hasher.finalize()))
    }
    if case .unresolvable = result { key.removeLast(identifier.count) }
    guard !forgets else { return !seen.contains(hashes) }
    return seen.insert(hashes).inserted
  }
}
