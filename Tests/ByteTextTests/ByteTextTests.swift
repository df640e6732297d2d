// What is asked of bytes, held against what the standard library says of text.

import ByteText
import Testing

@Suite("one byte")
struct ByteTests {
  @Test("is a digit, a letter, white space or a control byte in ASCII's sense alone")
  func classes() {
    for byte in UInt8.min ... .max {
      let character = Character(Unicode.Scalar(byte))
      let isASCII = byte < 128
      #expect(ASCII.isDigit(byte) == (isASCII && character.isNumber))
      #expect(ASCII.isLetter(byte) == (isASCII && character.isLetter))
      #expect(ASCII.isLetterOrDigit(byte) == (ASCII.isLetter(byte) || ASCII.isDigit(byte)))
      #expect(ASCII.isLowerOrDigit(byte) == (ASCII.isLetterOrDigit(byte) && !character.isUppercase))
      #expect(ASCII.isHex(byte) == (isASCII && character.isHexDigit))
      #expect(ASCII.hexValue(byte).map(Int.init) == (isASCII ? character.hexDigitValue : nil))
      #expect(ASCII.isSpace(byte) == (isASCII && character.isWhitespace && byte < 0x1C || byte == 0x20))
      #expect(ASCII.isControl(byte) == (byte < 0x20 || byte == 0x7F))
      #expect(ASCII.lowercased(byte) == (isASCII ? character.lowercased().utf8.first! : byte))
    }
    for value in 0..<16 as Range<UInt8> {
      #expect(ASCII.lowerHexDigit(value) == String(value, radix: 16).utf8.first!)
      #expect(ASCII.upperHexDigit(value) == String(value, radix: 16, uppercase: true).utf8.first!)
    }
  }
}

@Suite("numbers as digits")
struct NumberTests {
  @Test("are read up to the largest, and nothing else is a number")
  func parsed() {
    for value in [0, 7, 10, 99, 1_000_000, Int.max] { #expect(Decimal.parse("\(value)") == value) }
    #expect(Decimal.parse("0000000000000000007") == 7)
    for text in ["", "-1", "+1", "1 ", "1e3", "٣", "9223372036854775808", "00000000000000000007"] {
      #expect(Decimal.parse(text) == nil, "\(text)")
    }
  }

  @Test("are written as the standard library writes them")
  func written() {
    var values: [UInt64] = [0, .max]
    var power: UInt64 = 1
    for _ in 0..<20 {
      values += [power, power - 1, power + 1]
      power = power &* 10
    }
    for value in values {
      var output: [UInt8] = []
      Decimal.append(value, to: &output)
      #expect(output == Array(String(value).utf8))
      #expect(Decimal.digits(value) == output.count)
      var digits: [UInt8] = []
      Hexadecimal.append(value, digits: 16, to: &digits)
      #expect(UInt64(String(digits.span), radix: 16) == value && digits.count == 16)
    }
    var output: [UInt8] = []
    Hexadecimal.append([0x00, 0xAF, 0x10].span, to: &output)
    #expect(String(output.span) == "00af10")
  }
}

@Suite("a span of bytes")
struct SpanTests {
  @Test("is compared with literals within its bounds")
  func literals() {
    let bytes = Array("HTTP://a".utf8)
    let (atStart, inAnyCase) = (bytes.span.hasPrefix("http"), bytes.span.hasPrefix("http", anyCase: true))
    #expect(!atStart && inAnyCase)
    let places = (-1...9).filter { bytes.span.hasPrefix("/a", at: $0) }
    #expect(places == [6])
    let whole = (
      bytes.span.equals("HTTP://a"), bytes.span.equals("HTTP://"), bytes.span.equals("/a", in: 6..<8)
    )
    #expect(whole == (true, false, true))
    let spans = (
      bytes.span.equals(bytes), bytes.span.equals(bytes.span.extracting(1...)), bytes.span.starts(with: [])
    )
    #expect(spans == (true, false, true))
  }

  @Test("has its first and last places where a search byte by byte finds them")
  func searches() {
    var state: UInt64 = 1
    for _ in 0..<500 {
      let bytes = (0..<12).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return UInt8(state >> 62)
      }
      for start in 0...12 {
        let first = bytes[start...].firstIndex(of: 1)
        let found = (
          bytes.span.firstIndex(of: 1, from: start), bytes.span.firstIndex(of: 1, from: start, before: 12),
          bytes.span.firstIndex(of: 1, in: start..<12)
        )
        #expect(found == (first, first, first))
        let last = bytes[..<start].lastIndex(of: 1)
        let foundLast = (
          bytes.span.lastIndex(of: 1, before: start), bytes.span.lastIndex(of: 1, in: 0..<start)
        )
        #expect(foundLast == (last, last))
      }
      let pair = [UInt8(1), 2]
      let place = (0..<11).first { Array(bytes[$0..<($0 + 2)]) == pair }
      let (foundPlace, isThere, count) = (
        bytes.span.firstPlace(of: pair.span), bytes.span.contains(pair.span), bytes.span.count(of: 1)
      )
      #expect(foundPlace == place && isThere == (place != nil) && count == bytes.filter { $0 == 1 }.count)
    }
  }

  @Test(
    "are counted, however many there are",
    arguments: [0, 1, 15, 16, 17, 31, 4_079, 4_080, 4_096, 4_097, 10_000])
  func counted(_ count: Int) {
    // All of them, none, and some.
    for period in [1, 2, 7, 20_000] {
      let bytes = (1...10_000).prefix(count).map { UInt8($0 % period == 0 ? 10 : $0 % 251) }
      let found = bytes.span.count(of: 10)
      #expect(found == bytes.filter { $0 == 10 }.count)
    }
  }

  @Test("has a number in front, of at most 18 digits, which ends at the first byte that is no digit")
  func decimal() {
    let digits = "987654321098765432109876"
    for length in 0...18 {
      for end in [
        "", "\n", "\n1234567890", "/", ":", " 1", "x12345678", "\u{80}12345678", "\u{FF}\u{FF}",
        "\0\0\0\0\0\0\0\0",
      ] {
        for front in ["", "a", "abcdefg:"] {
          let text = Array((front + digits.prefix(length) + end).utf8)
          let (value, place) = text.span.decimal(from: front.utf8.count)
          #expect(place == front.utf8.count + length, "\(length) \(end)")
          #expect(value == UInt64(digits.prefix(length)) ?? 0, "\(length) \(end)")
        }
      }
    }
    for byte in UInt8.min ... .max where !ASCII.isDigit(byte) {
      for place in 0..<8 {
        var text = Array("12345678".utf8)
        text[place] = byte
        let (value, end) = text.span.decimal(from: 0)
        #expect(end == place && value == UInt64("12345678".prefix(place)) ?? 0, "\(byte) at \(place)")
      }
    }
    let zeros = Array("000000000000000007".utf8).span.decimal(from: 0)
    #expect(zeros == (7, 18))
    let most = Array("999999999999999999".utf8).span.decimal(from: 0)
    #expect(most == (999_999_999_999_999_999, 18))
    let more = Array(digits.utf8).span.decimal(from: 0)
    #expect(more.end == digits.utf8.count)
  }

  @Test("is trimmed at both ends and no further")
  func trimmed() {
    func trim(_ text: String) -> [String] {
      let bytes = Array(text.utf8)
      return [String(bytes.span.trimmingSpace()), String(bytes.span.trimmingBlanks())]
    }
    #expect(trim(" \t a b \r\n") == ["a b", "a b \r\n"])
    #expect(trim(" \t ") == ["", ""])
    #expect(trim("") == ["", ""])
  }

  @Test("has runs of digits, and control bytes")
  func runs() {
    let bytes = Array("a12f9G".utf8)
    let ends = (
      bytes.span.digitsEnd(from: 1), bytes.span.hexadecimalEnd(from: 0), bytes.span.digitsEnd(from: 6)
    )
    #expect(ends == (3, 5, 6))
    let are = (bytes.span.isDecimal(in: 1..<3), bytes.span.isDecimal(in: 1..<1), bytes.span.isHex(in: 0..<5))
    #expect(are == (true, false, true))
    let (isDecimal, isHex, hasControl) = (
      bytes.span.isDecimal, bytes.span.isHex(in: 0..<6), bytes.span.hasControlByte()
    )
    #expect(!isDecimal && !isHex && !hasControl)
    let control = ([0x41, 0x7F] as [UInt8]).span.hasControlByte()
    #expect(control)
  }

  @Test("have a byte below a bound or one of two others, wherever it is and however long they are")
  func containsAny() {
    for count in 0...40 {
      let plain = [UInt8](repeating: 0xA0, count: count)
      for bound in [0x20, 0x21, 0x80] as [UInt8] {
        let has = plain.span.containsAny(below: bound, or: 0x7F, 0x5C)
        #expect(!has)
      }
      for place in 0..<count {
        for byte in UInt8.min ... .max {
          var bytes = plain
          bytes[place] = byte
          let has = bytes.span.containsAny(below: 0x21, or: 0x7F, 0x5C)
          #expect(has == (byte < 0x21 || byte == 0x7F || byte == 0x5C), "\(byte) at \(place) of \(count)")
        }
      }
    }
  }
}
