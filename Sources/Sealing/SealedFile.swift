// A file that one recipient can open, in the format of age (age-encryption.org/v1, C2SP) with one recipient of X25519, so
// that its construction is not ours and other programs can be tried on it.
//
//   age-encryption.org/v1
//   -> X25519 <share>                the public half of a key made for this file, in base64
//   <wrapped>                        the file's key, encrypted with what that key and the recipient's have in common
//   --- <authentication>             of all lines before, under the file's key
//   nonce (16), then pieces of 65,536 bytes, each with its tag of 16; the last one may be shorter, and says that it is
//
// A piece's number is in its nonce, and so is whether it is the last: pieces that are changed, exchanged or missing are
// noticed. The header always has the same length.

/// Why a file cannot be opened.
package enum SealError: Error, Equatable {
  /// It does not begin as a sealed file does.
  case notSealed
  /// It is sealed to another recipient, or that part of it is damaged.
  case otherRecipient
  case damaged
}

private enum Layout {
  static let begin = "age-encryption.org/v1\n-> X25519 "
  static let end = "\n---"
  static let fileKeyBytes = 16
  static let nonceBytes = 16
  static let textBytes = 43  // of 32 bytes in base64
  static let shareStart = begin.utf8.count
  static let wrappedStart = shareStart + textBytes + 1
  static let endStart = wrappedStart + textBytes
  static let authenticationStart = endStart + end.utf8.count + 1
  static let headerBytes = authenticationStart + textBytes + 1
  static let pieceBytes = 65_536

  static func wrappingKey(_ shared: [UInt8], share: [UInt8], recipient: [UInt8]) -> [UInt8] {
    Libcrypto.derived(from: shared, salt: share + recipient, purpose: "age-encryption.org/v1/X25519")
  }

  static func authentication(of header: [UInt8], fileKey: [UInt8]) -> [UInt8] {
    Libcrypto.authentication(of: header, key: Libcrypto.derived(from: fileKey, salt: [], purpose: "header"))
  }

  static func payloadKey(_ fileKey: [UInt8], nonce: [UInt8]) -> [UInt8] {
    Libcrypto.derived(from: fileKey, salt: nonce, purpose: "payload")
  }

  static let wrappingNonce = [UInt8](repeating: 0, count: 12)

  static func nonce(piece: Int, isLast: Bool) -> [UInt8] {
    [0, 0, 0] + (0..<8).map { UInt8(truncatingIfNeeded: piece >> (56 - 8 * $0)) } + [isLast ? 1 : 0]
  }
}

/// Seals bytes as they come.
package struct Sealer {
  private let key: [UInt8]
  private var piece = 0
  private var held: [UInt8] = []
  /// Bytes of the file that are ready, to be taken by its writer.
  package var output: [UInt8] = []

  /// Nil where the recipient's key is none that anybody has.
  package init?(for recipient: SealingRecipient) {
    let own = SealingKey.random()
    let share = own.recipient.bytes
    let fileKey = SecretBytes.random(Layout.fileKeyBytes)
    guard let shared = Libcrypto.shared(own.bytes, recipient.bytes) else { return nil }
    let wrapped = Libcrypto.encrypted(
      fileKey, key: Layout.wrappingKey(shared, share: share, recipient: recipient.bytes),
      nonce: Layout.wrappingNonce)
    output += Layout.begin.utf8
    output += Base64.encoded(share) + Array("\n".utf8) + Base64.encoded(wrapped) + Array(Layout.end.utf8)
    let authentication = Layout.authentication(of: output, fileKey: fileKey)
    output += Array(" ".utf8) + Base64.encoded(authentication) + Array("\n".utf8)
    let nonce = SecretBytes.random(Layout.nonceBytes)
    output += nonce
    key = Layout.payloadKey(fileKey, nonce: nonce)
  }

  package mutating func append(_ bytes: [UInt8]) {
    held += bytes
    // What may be the last piece waits for `finish`.
    while held.count > Layout.pieceBytes {
      seal(Array(held.prefix(Layout.pieceBytes)), isLast: false)
      held.removeFirst(Layout.pieceBytes)
    }
  }

  package mutating func finish() {
    seal(held, isLast: true)
    held = []
  }

  private mutating func seal(_ bytes: [UInt8], isLast: Bool) {
    output += Libcrypto.encrypted(bytes, key: key, nonce: Layout.nonce(piece: piece, isLast: isLast))
    piece += 1
  }
}

/// Opens a sealed file, piece by piece.
package struct Unsealer {
  /// Bytes of what comes before the first piece.
  package static let headBytes = Layout.headerBytes + Layout.nonceBytes
  /// Bytes of a piece of the file; the last one may have fewer.
  package static let pieceBytes = Layout.pieceBytes + Libcrypto.tagBytes

  private let key: [UInt8]
  private var piece = 0

  /// - Parameter head: the first `headBytes` of the file.
  package init(_ head: [UInt8], with key: SealingKey) throws(SealError) {
    func bytes(at start: Int) -> [UInt8]? { Base64.decoded(head[start..<(start + Layout.textBytes)]) }
    guard head.starts(with: Layout.begin.utf8) else { throw .notSealed }
    guard head.count == Self.headBytes, head[Layout.wrappedStart - 1] == UInt8(ascii: "\n"),
      head[Layout.endStart...].starts(with: Layout.end.utf8),
      head[Layout.authenticationStart - 1] == UInt8(ascii: " "),
      head[Layout.headerBytes - 1] == UInt8(ascii: "\n"), let share = bytes(at: Layout.shareStart),
      let wrapped = bytes(at: Layout.wrappedStart),
      let authentication = bytes(at: Layout.authenticationStart)
    else { throw .damaged }
    guard let shared = Libcrypto.shared(key.bytes, share),
      let fileKey = Libcrypto.decrypted(
        wrapped, key: Layout.wrappingKey(shared, share: share, recipient: key.recipient.bytes),
        nonce: Layout.wrappingNonce)
    else { throw .otherRecipient }
    let authenticated = Array(head[..<(Layout.authenticationStart - 1)])
    guard Layout.authentication(of: authenticated, fileKey: fileKey) == authentication else { throw .damaged }
    self.key = Layout.payloadKey(fileKey, nonce: Array(head[Layout.headerBytes...]))
  }

  /// What is in the next piece.
  package mutating func open(_ bytes: [UInt8], isLast: Bool) throws(SealError) -> [UInt8] {
    let nonce = Layout.nonce(piece: piece, isLast: isLast)
    guard bytes.count <= Self.pieceBytes, let opened = Libcrypto.decrypted(bytes, key: key, nonce: nonce),
      !opened.isEmpty || piece == 0
    else { throw .damaged }
    piece += 1
    return opened
  }
}

/// 32 bytes as 43 letters, without padding.
private enum Base64 {
  private static let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  static func encoded(_ bytes: [UInt8]) -> [UInt8] {
    BitGroups.filled(bytes, from: 8, to: 6).map { letters[Int($0)] }
  }

  /// Undoes `encoded`; nil for anything else.
  static func decoded(_ text: ArraySlice<UInt8>) -> [UInt8]? {
    let values = text.compactMap { letters.firstIndex(of: $0).map { UInt8($0) } }
    return values.count == text.count ? BitGroups.emptied(values, from: 6, to: 8) : nil
  }
}
