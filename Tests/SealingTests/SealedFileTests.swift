// What is sealed is opened by its recipient, as it was, and by nobody else; and files are those of age.

import Testing

@testable import Sealing

@Suite("a sealed file")
struct SealedFileTests {
  private static func sealed(_ bytes: [UInt8], for key: SealingKey) throws -> [UInt8] {
    var sealer = try #require(Sealer(for: key.recipient))
    for start in stride(from: 0, to: bytes.count, by: 10_000) {
      sealer.append(Array(bytes[start..<min(start + 10_000, bytes.count)]))
    }
    sealer.finish()
    return sealer.output
  }

  private static func opened(_ file: [UInt8], with key: SealingKey) throws(SealError) -> [UInt8] {
    var unsealer = try Unsealer(Array(file.prefix(Unsealer.headBytes)), with: key)
    var bytes: [UInt8] = []
    var start = Unsealer.headBytes
    repeat {
      let end = min(start + Unsealer.pieceBytes, file.count)
      bytes += try unsealer.open(Array(file[start..<max(start, end)]), isLast: end == file.count)
      start = end
    } while start < file.count
    return bytes
  }

  private static func bytes(_ count: Int) -> [UInt8] { (0..<count).map { UInt8($0 * 7 % 251) } }

  @Test(
    "is opened as it was, whatever its length", arguments: [0, 1, 65_535, 65_536, 65_537, 131_072, 200_000])
  func roundTrip(count: Int) throws {
    let key = SealingKey.random()
    let file = try Self.sealed(Self.bytes(count), for: key)
    #expect(try Self.opened(file, with: key) == Self.bytes(count))
  }

  @Test("of the program age is opened")
  func fileOfAge() throws {
    let key = try #require(SealingKey(Self.bytes(fromHex: Self.keyOfAge)))
    #expect(key.recipient.text == "age10ds7ey66gq4jl0f062zvxq6cmk2xt722vya4nplj7gzyzzhjh9xqn2gpxg")
    let file = Self.bytes(fromHex: Self.fileOfAge)
    #expect(try Self.opened(file, with: key) == Array("kept out\n".utf8))
    #expect(throws: SealError.otherRecipient) { try Self.opened(file, with: .random()) }
  }

  @Test("with any byte changed, cut off anywhere or with more at its end is refused")
  func damages() throws {
    let key = SealingKey.random()
    let file = try Self.sealed(Self.bytes(100), for: key)
    for place in file.indices {
      var damaged = file
      damaged[place] ^= 1
      #expect(throws: SealError.self, "\(place)") { try Self.opened(damaged, with: key) }
      #expect(throws: SealError.self, "\(place)") { try Self.opened(Array(file[..<place]), with: key) }
    }
    #expect(throws: SealError.self) { try Self.opened(file + [0], with: key) }
  }

  @Test("whose pieces are exchanged, or of which whole pieces are missing, is refused")
  func pieces() throws {
    let key = SealingKey.random()
    let file = try Self.sealed(Self.bytes(3 * 65_536), for: key)
    let head = Array(file[..<Unsealer.headBytes])
    let pieces = (0..<3).map { number in
      Array(file[(head.count + number * Unsealer.pieceBytes)...].prefix(Unsealer.pieceBytes))
    }
    #expect(try Self.opened(head + pieces.joined(), with: key).count == 3 * 65_536)
    for wrong in [[0, 1], [1, 2], [1, 0, 2], [0, 1, 1], [0, 1, 2, 2], [0, 2], [2]] {
      #expect(throws: SealError.damaged, "\(wrong)") {
        try Self.opened(head + wrong.flatMap { pieces[$0] }, with: key)
      }
    }
  }

  @Test("is sealed to a recipient whose text is noticed where it is mistyped")
  func recipients() throws {
    let recipient = SealingKey.random().recipient
    #expect(SealingRecipient(recipient.text) == recipient)
    let text = Array(recipient.text.utf8)
    for place in text.indices {
      var mistyped = text
      mistyped[place] = text[place] == UInt8(ascii: "q") ? UInt8(ascii: "p") : UInt8(ascii: "q")
      #expect(SealingRecipient(String(decoding: mistyped, as: UTF8.self)) == nil)
      #expect(SealingRecipient(String(decoding: text[..<place], as: UTF8.self)) == nil)
    }
    #expect(SealingRecipient(recipient.text + "q") == nil)
  }

  // Made by age-keygen and age 1.1.1.
  private static let keyOfAge =
    "cf16ba9ea67078d19aa251fc872dbc0f8bb8abffb385eeb3ebf9bba9f6832530"
  private static let fileOfAge = """
    6167652d656e6372797074696f6e2e6f72672f76310a2d3e2058323535313920546d79664861594d76423577784576495251
    4b6250397a6a6e5a4341656d362b417466726546794642414d0a763549572b484c6f676e5848724a367069784b334c436c79
    536a646964374a7165736d414a736277612f410a2d2d2d20456e4159564f706d63794e644a452f442b72647252694b436e6c
    514637456f724238785450366d614672670a1f097b779aa047707c7e13bf3d993b1fa78a0b089ef01b40b171907d8ec50487
    f1ad2b8fe1ff445c1c
    """

  private static func bytes(fromHex text: String) -> [UInt8] {
    let digits = text.filter(\.isHexDigit)
    return stride(from: 0, to: digits.count, by: 2).compactMap { place in
      UInt8(digits.dropFirst(place).prefix(2), radix: 16)
    }
  }
}
