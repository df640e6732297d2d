// The beginning of a JSON text as values, as far as it goes: what a list is recognised by. The text may end anywhere.

/// A value of JSON, perhaps cut.
indirect enum JSONTree {
  case text([UInt8])
  /// A number; `true`, `false` and `null` are empty.
  case number([UInt8])
  case array([JSONTree])
  case object([(name: [UInt8], value: JSONTree)])

  /// The values that the bytes begin with, one after the other.
  static func read(_ bytes: [UInt8]) -> [JSONTree] {
    guard !bytes.isEmpty else { return [] }
    var reader = Reader(source: ByteSource(sample: bytes, of: ""))
    var texts: [JSONTree] = []
    while !reader.hasEnded, texts.count < ListLimits.prefixRows, let value = reader.value(depth: 0) {
      texts.append(value)
    }
    return texts
  }

  private struct Reader: ~Copyable {
    var source: ByteSource
    var text = JSONText()
    /// Whether the text has ended, or is no JSON from here on.
    var hasEnded = false

    init(source: consuming ByteSource) { self.source = source }

    /// The next value; of one that is cut, what there is.
    mutating func value(depth: Int) -> JSONTree? {
      guard let begin = attempt({ text, source throws(ListError) in try text.peek(&source) }) else {
        return nil
      }
      switch begin {
      case UInt8(ascii: "{") where depth < ListLimits.nestingMax: return object(depth: depth)
      case UInt8(ascii: "["): return depth < ListLimits.nestingMax ? array(depth: depth) : nil
      case UInt8(ascii: "\""): return string().map(JSONTree.text)
      default:
        let literal = attempt { text, source throws(ListError) in
          var bytes: [UInt8] = []
          try text.literal(&source, to: &bytes)
          return bytes
        }
        return literal.map { .number($0.first.map { $0 < 0x3A } ?? false ? $0 : []) }
      }
    }

    private mutating func array(depth: Int) -> JSONTree {
      var elements: [JSONTree] = []
      take(UInt8(ascii: "["))
      if accepts(UInt8(ascii: "]")) { return .array([]) }
      repeat {
        guard let element = value(depth: depth + 1) else { break }
        elements.append(element)
      } while accepts(UInt8(ascii: ","))
      take(UInt8(ascii: "]"))
      return .array(elements)
    }

    private mutating func object(depth: Int) -> JSONTree {
      var members: [(name: [UInt8], value: JSONTree)] = []
      take(UInt8(ascii: "{"))
      if accepts(UInt8(ascii: "}")) { return .object([]) }
      repeat {
        guard let name = string() else { break }
        take(UInt8(ascii: ":"))
        guard !hasEnded, let value = value(depth: depth + 1) else { break }
        members.append((name, value))
      } while accepts(UInt8(ascii: ","))
      take(UInt8(ascii: "}"))
      return .object(members)
    }

    private mutating func string() -> [UInt8]? {
      attempt { text, source throws(ListError) in
        var bytes: [UInt8] = []
        _ = try text.string(&source, to: &bytes)
        return bytes
      }
    }

    private mutating func take(_ byte: UInt8) {
      _ = attempt { text, source throws(ListError) in try text.expect(byte, &source) }
    }

    private mutating func accepts(_ byte: UInt8) -> Bool {
      attempt { text, source throws(ListError) in try text.accept(byte, &source) } ?? false
    }

    /// Nil once the text has ended.
    private mutating func attempt<Value>(
      _ body: (inout JSONText, inout ByteSource) throws(ListError) -> Value
    ) -> Value? {
      guard !hasEnded else { return nil }
      do throws(ListError) {
        return try body(&text, &source)
      } catch {
        hasEnded = true
        return nil
      }
    }
  }
}
