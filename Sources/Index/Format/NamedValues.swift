// Small records as pairs of a name and a value, each with its length in front: a later program can add names,
// and an earlier one skips those that it does not know. Order is kept, so that a name can open a group.

/// Encoding of small records.
struct NamedValues {
  private(set) var pairs: [(name: String, value: String)] = []

  init() {}

  mutating func put(_ name: String, _ value: String) { pairs.append((name, value)) }

  var encoded: [UInt8] {
    var output: [UInt8] = []
    for (name, value) in pairs {
      Varint.append(name.utf8.count, to: &output)
      output.append(contentsOf: name.utf8)
      Varint.append(value.utf8.count, to: &output)
      output.append(contentsOf: value.utf8)
    }
    return output
  }

  init(_ bytes: Span<UInt8>, what: String) throws(IndexError) {
    var offset = 0
    var texts: [String] = []
    while offset < bytes.count {
      guard let length = Varint.read(bytes, at: &offset), length <= bytes.count - offset else {
        throw .corrupt("\(what) is cut off")
      }
      texts.append(String(decoding: (offset..<(offset + length)).map { bytes[$0] }, as: UTF8.self))
      offset += length
    }
    guard texts.count.isMultiple(of: 2) else { throw .corrupt("\(what) is cut off") }
    for index in stride(from: 0, to: texts.count, by: 2) { put(texts[index], texts[index + 1]) }
  }
}
