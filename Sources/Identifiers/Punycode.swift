// Punycode, the ASCII form of one label of an international host name: the encoder of RFC 3492,
// section 6.3, with the parameters of section 5. What a label may hold is left to InternationalHost.

enum Punycode {
  private static let base: UInt32 = 36
  private static let thresholdMin: UInt32 = 1
  private static let thresholdMax: UInt32 = 26
  private static let skew: UInt32 = 38
  private static let damp: UInt32 = 700
  private static let initialBias: UInt32 = 72
  private static let initialPoint: UInt32 = 128

  /// Appends the encoded label, without `xn--`. Quadratic in the label's length, which is bounded by the
  /// caller; at most 63 code points cannot overflow 32 bits.
  static func append(_ label: [Unicode.Scalar], to output: inout [UInt8]) {
    let basic = label.filter(\.isASCII)
    output.append(contentsOf: basic.map { UInt8(ascii: $0) })
    if !basic.isEmpty { output.append(UInt8(ascii: "-")) }
    var point = initialPoint
    var delta: UInt32 = 0
    var bias = initialBias
    var handled = UInt32(basic.count)
    while handled < UInt32(label.count) {
      let next = label.map(\.value).filter { $0 >= point }.min() ?? point
      delta += (next - point) * (handled + 1)
      point = next
      for scalar in label {
        if scalar.value < point { delta += 1 }
        guard scalar.value == point else { continue }
        appendVariableLength(delta, bias: bias, to: &output)
        bias = adapted(delta, points: handled + 1, isFirst: handled == UInt32(basic.count))
        delta = 0
        handled += 1
      }
      delta += 1
      point += 1
    }
  }

  private static func appendVariableLength(_ delta: UInt32, bias: UInt32, to output: inout [UInt8]) {
    var rest = delta
    var weight = base
    while true {
      let threshold = threshold(weight, bias: bias)
      guard rest >= threshold else { break }
      output.append(digit(threshold + (rest - threshold) % (base - threshold)))
      rest = (rest - threshold) / (base - threshold)
      weight += base
    }
    output.append(digit(rest))
  }

  private static func threshold(_ weight: UInt32, bias: UInt32) -> UInt32 {
    weight <= bias ? thresholdMin : min(weight - bias, thresholdMax)
  }

  /// RFC 3492, section 6.1.
  private static func adapted(_ delta: UInt32, points: UInt32, isFirst: Bool) -> UInt32 {
    var rest = isFirst ? delta / damp : delta / 2
    rest += rest / points
    var weight: UInt32 = 0
    while rest > (base - thresholdMin) * thresholdMax / 2 {
      rest /= base - thresholdMin
      weight += base
    }
    return weight + (base - thresholdMin + 1) * rest / (rest + skew)
  }

  /// `a` to `z` for 0 to 25, `0` to `9` for 26 to 35.
  private static func digit(_ value: UInt32) -> UInt8 {
    UInt8(value < 26 ? 0x61 + value : 0x30 + value - 26)
  }
}
