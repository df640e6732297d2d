// Signatures as `ssh-keygen -Y sign` makes them (SSHSIG, PROTOCOL.sshsig of OpenSSH), with keys of Ed25519. The program
// makes them, since it knows passphrases, agents and tokens; they are verified here, where no program is needed.

import ByteText
import CCrypto
package import Console
import Glibc
import Platform

package enum Signature {
  /// What signatures of a publication are for, so that none made for something else holds.
  package static let purpose = "whichset-publication"
  private static let begin = "-----BEGIN SSH SIGNATURE-----"
  private static let end = "-----END SSH SIGNATURE-----"
  private static let algorithm = Array("ssh-ed25519".utf8)

  /// A file's statement, and the signature behind it.
  static func split(_ file: [UInt8]) -> (statement: [UInt8], signature: [UInt8])? {
    guard let place = file.span.firstPlace(of: Array(begin.utf8).span) else { return nil }
    return (Array(file[..<place]), Array(file[place...]))
  }

  /// Whether one of `keys` has signed `statement`.
  package static func isValid(_ signature: [UInt8], of statement: [UInt8], by keys: [PublicKey]) -> Bool {
    guard let parts = Parts(armoured: signature), parts.purpose == Array(purpose.utf8),
      keys.contains(parts.key)
    else { return false }
    let method: OpaquePointer?
    switch String(decoding: parts.hash, as: UTF8.self) {
    case "sha512": unsafe method = EVP_sha512()
    case "sha256": unsafe method = EVP_sha256()
    default: return false
    }
    var digest = [UInt8](repeating: 0, count: 64)
    var count: UInt32 = 0
    // Safe: the digest has room for the longest one; the call says how long it is.
    guard unsafe EVP_Digest(statement, statement.count, &digest, &count, method, nil) == 1 else {
      return false
    }
    var signed = Array("SSHSIG".utf8)
    for part in [parts.purpose, [], parts.hash, Array(digest.prefix(Int(count)))] {
      SSHBytes.append(part, to: &signed)
    }
    return verify(parts.signature, of: signed, by: parts.key)
  }

  /// The C function is `EVP_DigestVerify`.
  private static func verify(_ signature: [UInt8], of bytes: [UInt8], by key: PublicKey) -> Bool {
    // Safe: each pointer comes with its own length; what the library makes is freed once.
    let key = unsafe EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nil, key.bytes, key.bytes.count)
    defer { unsafe EVP_PKEY_free(key) }
    let context = unsafe EVP_MD_CTX_new()
    defer { unsafe EVP_MD_CTX_free(context) }
    return unsafe key != nil && EVP_DigestVerifyInit(context, nil, nil, nil, key) == 1
      && EVP_DigestVerify(context, signature, signature.count, bytes, bytes.count) == 1
  }

  private struct Parts {
    let key: PublicKey
    let purpose: [UInt8]
    let hash: [UInt8]
    let signature: [UInt8]

    init?(armoured text: [UInt8]) {
      let lines = String(decoding: text, as: UTF8.self).split(
        separator: "\n", omittingEmptySubsequences: false)
      guard lines.count > 2, lines.first ?? "" == begin, lines.last == "", lines.dropLast().last ?? "" == end,
        let bytes = Base64.decoded(lines.dropFirst().dropLast(2).joined()), bytes.starts(with: "SSHSIG".utf8)
      else { return nil }
      var reader = SSHBytes(bytes[6...])
      guard reader.number() == 1, let key = reader.string(), let purpose = reader.string(),
        reader.string() == [], let hash = reader.string(), let signature = reader.string(), reader.isAtEnd,
        let key = PublicKey(wire: key)
      else { return nil }
      var inner = SSHBytes(signature[...])
      guard inner.string() == algorithm, let raw = inner.string(), raw.count == 64, inner.isAtEnd else {
        return nil
      }
      self.key = key
      self.purpose = purpose
      self.hash = hash
      self.signature = raw
    }
  }

  /// A public key of Ed25519.
  package struct PublicKey: Equatable, Sendable {
    let bytes: [UInt8]

    fileprivate init?(wire: [UInt8]) {
      var reader = SSHBytes(wire[...])
      guard reader.string() == algorithm, let bytes = reader.string(), bytes.count == 32, reader.isAtEnd
      else {
        return nil
      }
      self.bytes = bytes
    }

    /// The keys of a file as `ssh-keygen` writes it, a line each: `ssh-ed25519 AAAA... comment`.
    package static func read(_ path: String) throws(Trouble) -> [PublicKey] {
      guard let file = try Descriptor.regular(path, O_RDONLY, "cannot read \(path)") else {
        throw Trouble("cannot read \(path): there is no such file")
      }
      let bytes = try Trouble.wrapping(
        "cannot read \(path)", try file.readAll(bytesMax: PublicationLimits.headBytesMax))
      var keys: [PublicKey] = []
      for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") where !line.hasPrefix("#") {
        let words = line.split(separator: " ")
        guard words.count >= 2, words[0] == "ssh-ed25519", let wire = Base64.decoded(String(words[1])),
          let key = PublicKey(wire: wire)
        else {
          throw Trouble(
            "\(path) is no public key of Ed25519; ssh-keygen -t ed25519 makes a pair, of which it is FILE.pub"
          )
        }
        keys.append(key)
      }
      guard !keys.isEmpty else { throw Trouble("\(path) has no public key") }
      return keys
    }
  }

  // MARK: - Signing

  /// Has `ssh-keygen` sign the file at `path` with a private key, which may be an agent's.
  package static func sign(_ path: String, with key: String) throws(Trouble) -> [UInt8] {
    let what = "cannot sign with \(key)"
    let input = try Descriptor.reading(path)
    guard
      var process = try Trouble.wrapping(
        what,
        try ChildProcess.start(
          "ssh-keygen", ["-Y", "sign", "-q", "-n", purpose, "-f", key], input: input,
          errors: Descriptor(borrowing: STDERR_FILENO)))
    else { throw Trouble("\(what): there is no ssh-keygen; install openssh-client") }
    let signature = try Trouble.wrapping(
      what, try process.output.readAll(bytesMax: PublicationLimits.headBytesMax))
    guard try Trouble.wrapping(what, try process.end()) == .exited(0) else {
      throw Trouble("\(what): ssh-keygen has failed")
    }
    let file = try Descriptor.reading(path)
    let statement = try Trouble.wrapping(what, try file.readAll(bytesMax: PublicationLimits.headBytesMax))
    guard let parts = Parts(armoured: signature), isValid(signature, of: statement, by: [parts.key]) else {
      throw Trouble("\(what): a key of Ed25519 is needed, as ssh-keygen -t ed25519 makes it")
    }
    return signature
  }
}

/// The numbers and strings of SSH (RFC 4251).
private struct SSHBytes {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

  var isAtEnd: Bool { rest.isEmpty }

  mutating func number() -> Int? {
    guard rest.count >= 4 else { return nil }
    defer { rest = rest.dropFirst(4) }
    return BigEndian.number(rest.span, at: 0, byteCount: 4)
  }

  mutating func string() -> [UInt8]? {
    guard let count = number(), count <= rest.count else { return nil }
    defer { rest = rest.dropFirst(count) }
    return Array(rest.prefix(count))
  }

  static func append(_ string: [UInt8], to output: inout [UInt8]) {
    BigEndian.append(UInt64(string.count), byteCount: 4, to: &output)
    output += string
  }
}

private enum Base64 {
  /// The C function is `EVP_DecodeBlock`, which takes padding for zeros.
  static func decoded(_ text: String) -> [UInt8]? {
    let padding = text.utf8.reversed().prefix { $0 == UInt8(ascii: "=") }.count
    let letters = Array(text.utf8)
    guard !letters.isEmpty, letters.count % 4 == 0, padding <= 2,
      letters.count <= PublicationLimits.headBytesMax
    else {
      return nil
    }
    var bytes = [UInt8](repeating: 0, count: letters.count / 4 * 3)
    // Safe: three bytes come of four letters.
    guard unsafe EVP_DecodeBlock(&bytes, letters, Int32(letters.count)) == Int32(bytes.count) else {
      return nil
    }
    return Array(bytes.dropLast(padding))
  }
}
