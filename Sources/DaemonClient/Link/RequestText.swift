// Requests as lines.

package import WireProtocol

package enum RequestText {
  /// A request line without its LF: a verb, words, and fields, all escaped.
  package static func line(_ verb: Verb, _ words: [String] = [], fields: [Arguments.Field] = []) -> String {
    var bytes = Array(verb.rawValue.utf8)
    for word in words {
      bytes.append(UInt8(ascii: " "))
      Escapes.append(word, to: &bytes)
    }
    for field in fields {
      bytes.append(UInt8(ascii: " "))
      Escapes.append(field.name, to: &bytes)
      bytes.append(UInt8(ascii: "="))
      Escapes.append(field.value, to: &bytes)
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
