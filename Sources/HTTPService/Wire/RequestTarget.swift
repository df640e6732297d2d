// The target of a request: its path and query, decoded (RFC 3986; application/x-www-form-urlencoded for names and values).

import ByteText

struct RequestTarget: Equatable, Sendable {
  /// The segments of the path, decoded.
  let path: [String]
  /// The names and values of the query, in their order.
  let query: [FormField]

  /// Nil where the target is no path, or an escape in it is wrong.
  init?(_ target: String) {
    guard target.hasPrefix("/") else { return nil }
    let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    var path: [String] = []
    for segment in parts[0].dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
      guard let text = PercentEncoding.decode(Array(segment.utf8), isForm: false).flatMap(Self.text) else {
        return nil
      }
      path.append(text)
    }
    guard let query = parts.count > 1 ? FormField.parse(Array(parts[1].utf8)) : [] else { return nil }
    self.path = path == [""] ? [] : path
    self.query = query
  }

  private static func text(_ bytes: [UInt8]) -> String? { String(validating: bytes, as: UTF8.self) }
}

/// A field of a query or of a form. Its value need not be UTF-8, as identifiers need not.
struct FormField: Equatable, Sendable {
  let name: String
  let value: [UInt8]

  /// The fields of `name=value&name=value`; nil where an escape is wrong.
  static func parse(_ bytes: [UInt8]) -> [FormField]? {
    var fields: [FormField] = []
    for part in bytes.split(separator: UInt8(ascii: "&")) {
      let halves = part.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = PercentEncoding.decode(Array(halves[0]), isForm: true),
        let value = halves.count > 1 ? PercentEncoding.decode(Array(halves[1]), isForm: true) : []
      else { return nil }
      fields.append(FormField(name: String(decoding: name, as: UTF8.self), value: value))
    }
    return fields
  }
}

enum PercentEncoding {
  /// The bytes that an encoded text stands for; nil where an escape is wrong.
  ///
  /// - Parameter isForm: whether `+` stands for a space.
  static func decode(_ text: [UInt8], isForm: Bool) -> [UInt8]? {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count)
    var index = 0
    while index < text.count {
      switch text[index] {
      case UInt8(ascii: "%"):
        guard index + 2 < text.count, let high = ASCII.hexValue(text[index + 1]),
          let low = ASCII.hexValue(text[index + 2])
        else { return nil }
        bytes.append(high << 4 | low)
        index += 3
      case UInt8(ascii: "+") where isForm:
        bytes.append(UInt8(ascii: " "))
        index += 1
      default:
        bytes.append(text[index])
        index += 1
      }
    }
    return bytes
  }
}
