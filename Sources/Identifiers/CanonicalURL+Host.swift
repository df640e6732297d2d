// The host of a canonical URL: an ASCII name in lower case without a trailing dot, an IPv4 address in four
// decimal parts, or an IPv6 address in brackets as RFC 5952 writes it. Names with other characters or
// percent-encodings take the slow path over InternationalHost, and come back as ASCII.

import ByteText

extension CanonicalURL {
  /// Appends the canonical host, or returns why it is none.
  mutating func appendHost(_ source: Span<UInt8>, in part: Range<Int>) -> InvalidReason? {
    guard !part.isEmpty else { return .badHost }
    if source[part.lowerBound] == UInt8(ascii: "[") { return appendIPv6(source, in: part) }
    let start = bytes.count
    switch appendName(source, in: part) {
    case .appended: return nil
    case .refused(let reason): return reason
    case .notASCII:
      bytes.truncate(to: start)
      guard let ascii = InternationalHost.ascii(source.extracting(part)) else { return .badHost }
      guard case .appended = appendName(ascii.span, in: ascii.indices) else { return .badHost }
      return nil
    }
  }

  private enum NameResult {
    case appended
    case notASCII
    case refused(InvalidReason)
  }

  private mutating func appendName(_ source: Span<UInt8>, in part: Range<Int>) -> NameResult {
    var end = part.upperBound
    if end > part.lowerBound, source[end - 1] == UInt8(ascii: ".") { end -= 1 }
    let start = bytes.count
    let stop = bytes.appendLowercased(source.extracting(0..<end), from: part.lowerBound, while: .hostName)
    guard stop == end else {
      for index in stop..<end where source[index] >= 0x80 || source[index] == UInt8(ascii: "%") {
        return .notASCII
      }
      return .refused(.badHost)
    }
    guard bytes.count - start <= IdentifierLimits.hostBytesMax,
      let lastLabel = Self.lastLabel(bytes.span, from: start)
    else { return .refused(.badHost) }
    guard IPAddress.endsInNumber(bytes.span, lastLabel: lastLabel) else { return .appended }
    guard let address = IPAddress.v4(bytes.span, in: start..<bytes.count) else { return .refused(.badIPv4) }
    bytes.truncate(to: start)
    appendIPv4(address)
    return .appended
  }

  /// The last label of a name, if all its labels have a good length.
  private static func lastLabel(_ name: Span<UInt8>, from start: Int) -> Range<Int>? {
    var labelStart = start
    for index in start...name.count where index == name.count || name[index] == UInt8(ascii: ".") {
      let count = index - labelStart
      guard count > 0, count <= IdentifierLimits.hostLabelBytesMax else { return nil }
      if index < name.count { labelStart = index + 1 }
    }
    return labelStart..<name.count
  }

  private mutating func appendIPv4(_ address: UInt32) {
    for shift in stride(from: 24, through: 0, by: -8) {
      appendDecimal(Int((address >> shift) & 255))
      if shift > 0 { bytes.append(UInt8(ascii: ".")) }
    }
  }

  /// Appends `[...]` in the form of RFC 5952, section 4; an IPv4-mapped address as its section 5 has it.
  private mutating func appendIPv6(_ source: Span<UInt8>, in part: Range<Int>) -> InvalidReason? {
    guard source[part.upperBound - 1] == UInt8(ascii: "]"), part.count > 2,
      let groups = IPAddress.v6(source, in: part.lowerBound + 1..<part.upperBound - 1)
    else { return .badIPv6 }
    bytes.append(UInt8(ascii: "["))
    let isMapped = IPAddress.longestZeros(groups) == 0..<5 && groups[5] == 0xffff
    let zeros = isMapped ? 0..<5 : IPAddress.longestZeros(groups)
    var index = 0
    while index < (isMapped ? 6 : 8) {
      if index == zeros.lowerBound, zeros.count > 1 {
        bytes.append("::")
        index = zeros.upperBound
        continue
      }
      if index > 0, index != zeros.upperBound || zeros.count < 2 { bytes.append(UInt8(ascii: ":")) }
      appendHexGroup(groups[index])
      index += 1
    }
    if isMapped {
      bytes.append(UInt8(ascii: ":"))
      appendIPv4(UInt32(groups[6]) << 16 | UInt32(groups[7]))
    }
    bytes.append(UInt8(ascii: "]"))
    return nil
  }

  private mutating func appendHexGroup(_ group: UInt16) {
    var shift: UInt16 = 12
    while shift > 0, group >> shift == 0 { shift -= 4 }
    while true {
      bytes.append(ASCII.lowerHexDigit(UInt8((group >> shift) & 15)))
      if shift == 0 { return }
      shift -= 4
    }
  }
}
