// Host names that are not plain ASCII: percent-encodings decoded, characters mapped, labels in Punycode.
//
// This is the nontransitional processing of UTS #46 as far as the standard library's Unicode data reaches:
// characters are lower-cased (default case mapping), full-width ASCII and the ideographic full stops become
// ASCII, characters that are invisible by default are dropped (the joiners U+200C and U+200D stay), and
// the name is brought to NFC. Compatibility characters other than full-width ASCII are not mapped (a
// ligature or a circled letter keeps its own Punycode), and neither the validity criteria nor the rules for
// right-to-left labels are checked: names that no registry would take get a key of their own, and do no harm.
// A label that is in Punycode already is only made lower case.
//
// It allocates: such hosts are a few in a million.

enum InternationalHost {
  /// The ASCII form of a host name of any characters, not yet checked as a name; nil if it is not UTF-8 or
  /// has a label that is too long.
  static func ascii(_ host: Span<UInt8>) -> [UInt8]? {
    var decoded: [UInt8] = []
    var index = 0
    while index < host.count {
      if host[index] == UInt8(ascii: "%") {
        guard let byte = host.percentDecoded(at: index, to: host.count) else { return nil }
        decoded.append(byte)
        index += 3
      } else {
        decoded.append(host[index])
        index += 1
      }
    }
    // A dot escaped twice, or any other `%` that is left, is no part of a name.
    guard !decoded.contains(UInt8(ascii: "%")), let text = String(validating: decoded, as: UTF8.self)
    else { return nil }
    return encode(normalized(text))
  }

  private static func normalized(_ text: String) -> String {
    var mapped = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x3002, 0xff0e, 0xff61: mapped.append(".")
      case 0xff01...0xff5e:
        let narrow = Unicode.Scalar(UInt8(scalar.value - 0xfee0))
        mapped.append(contentsOf: narrow.properties.lowercaseMapping.unicodeScalars)
      case 0x200c, 0x200d: mapped.append(scalar)
      default:
        if !scalar.properties.isDefaultIgnorableCodePoint {
          mapped.append(contentsOf: scalar.properties.lowercaseMapping.unicodeScalars)
        }
      }
    }
    return String(decoding: String(mapped)._nfcCodeUnits, as: UTF8.self)
  }

  private static func encode(_ name: String) -> [UInt8]? {
    var output: [UInt8] = []
    let labels = name.unicodeScalars.split(separator: ".", omittingEmptySubsequences: false)
    for (position, label) in labels.enumerated() {
      if position > 0 { output.append(UInt8(ascii: ".")) }
      if label.allSatisfy(\.isASCII) {
        output.append(contentsOf: label.map { UInt8(ascii: $0) })
      } else {
        guard label.count <= IdentifierLimits.hostLabelBytesMax else { return nil }
        output.append(contentsOf: "xn--".utf8)
        Punycode.append(Array(label), to: &output)
      }
    }
    return output
  }
}
