// The primitives of a sealed file, each a call or two of OpenSSL's libcrypto. Nothing here knows what is sealed.

import CCrypto

/// What libcrypto is asked for.
enum Libcrypto {
  static let keyBytes = 32
  static let tagBytes = 16
  private static let nonceBytes = 12
  private static let digestBytes = 32

  /// The public key of an X25519 key. The C functions are `EVP_PKEY_new_raw_private_key` and
  /// `EVP_PKEY_get_raw_public_key`.
  static func publicKey(of key: [UInt8]) -> [UInt8] {
    precondition(key.count == keyBytes)
    // Safe: the library reads and writes as many bytes as it is told that there are.
    let pair = unsafe EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, nil, key, key.count)
    defer { unsafe EVP_PKEY_free(pair) }
    var bytes = [UInt8](repeating: 0, count: keyBytes)
    var count = keyBytes
    let isDone = unsafe EVP_PKEY_get_raw_public_key(pair, &bytes, &count)
    precondition(isDone == 1 && count == keyBytes, "any 32 bytes are a key of X25519")
    return bytes
  }

  /// What the owners of two keys have in common; nil where the public one is none that a key has. The C function is
  /// `EVP_PKEY_derive`.
  static func shared(_ key: [UInt8], _ publicKey: [UInt8]) -> [UInt8]? {
    precondition(key.count == keyBytes && publicKey.count == keyBytes)
    // Safe, as above.
    let own = unsafe EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, nil, key, key.count)
    defer { unsafe EVP_PKEY_free(own) }
    let other = unsafe EVP_PKEY_new_raw_public_key(EVP_PKEY_X25519, nil, publicKey, publicKey.count)
    defer { unsafe EVP_PKEY_free(other) }
    let context = unsafe EVP_PKEY_CTX_new(own, nil)
    defer { unsafe EVP_PKEY_CTX_free(context) }
    var bytes = [UInt8](repeating: 0, count: keyBytes)
    var count = keyBytes
    guard unsafe EVP_PKEY_derive_init(context) == 1, unsafe EVP_PKEY_derive_set_peer(context, other) == 1,
      unsafe EVP_PKEY_derive(context, &bytes, &count) == 1, count == keyBytes
    else { return nil }
    return bytes
  }

  /// HMAC-SHA-256. The C function is `HMAC`.
  static func authentication(of bytes: [UInt8], key: [UInt8]) -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: digestBytes)
    var count = UInt32(digestBytes)
    // Safe: the digest has the room that the algorithm needs.
    let made = unsafe HMAC(
      EVP_sha256(), key, Int32(key.count), bytes, bytes.count, &digest, &count)
    precondition(unsafe made != nil, "libcrypto has HMAC-SHA-256")
    return digest
  }

  /// HKDF-SHA-256 (RFC 5869) of 32 bytes, which are one block of it.
  static func derived(from secret: [UInt8], salt: [UInt8], purpose: String) -> [UInt8] {
    authentication(of: Array(purpose.utf8) + [1], key: authentication(of: secret, key: salt))
  }

  /// ChaCha20-Poly1305: the bytes encrypted, and their tag.
  static func encrypted(_ bytes: [UInt8], key: [UInt8], nonce: [UInt8]) -> [UInt8] {
    precondition(key.count == keyBytes && nonce.count == nonceBytes)
    var output = [UInt8](repeating: 0, count: bytes.count + tagBytes)
    var (count, rest) = (Int32(0), Int32(0))
    // Safe: a stream cipher writes as many bytes as it reads, and the tag goes behind them.
    let isDone = unsafe output.withUnsafeMutableBytes { output in
      let context = unsafe EVP_CIPHER_CTX_new()
      defer { unsafe EVP_CIPHER_CTX_free(context) }
      return unsafe EVP_EncryptInit_ex(context, EVP_chacha20_poly1305(), nil, key, nonce) == 1
        && EVP_EncryptUpdate(context, output.baseAddress, &count, bytes, Int32(bytes.count)) == 1
        && EVP_EncryptFinal_ex(context, output.baseAddress, &rest) == 1
        && EVP_CIPHER_CTX_ctrl(
          context, EVP_CTRL_AEAD_GET_TAG, Int32(tagBytes), output.baseAddress! + bytes.count) == 1
    }
    precondition(isDone && count == bytes.count && rest == 0, "libcrypto has ChaCha20-Poly1305")
    return output
  }

  /// What was encrypted; nil where key, nonce or bytes are others.
  static func decrypted(_ bytes: [UInt8], key: [UInt8], nonce: [UInt8]) -> [UInt8]? {
    precondition(key.count == keyBytes && nonce.count == nonceBytes)
    guard bytes.count >= tagBytes else { return nil }
    // One byte more than is written, so that there always is one to point to.
    var output = [UInt8](repeating: 0, count: bytes.count - tagBytes + 1)
    var tag = Array(bytes.suffix(tagBytes))
    var (count, rest) = (Int32(0), Int32(0))
    let context = unsafe EVP_CIPHER_CTX_new()
    defer { unsafe EVP_CIPHER_CTX_free(context) }
    // Safe, as above.
    guard unsafe EVP_DecryptInit_ex(context, EVP_chacha20_poly1305(), nil, key, nonce) == 1,
      unsafe EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, Int32(tagBytes), &tag) == 1,
      unsafe EVP_DecryptUpdate(context, &output, &count, bytes, Int32(bytes.count - tagBytes)) == 1
    else { return nil }
    var end: [UInt8] = [0]
    guard unsafe EVP_DecryptFinal_ex(context, &end, &rest) == 1 else { return nil }
    output.removeLast()
    return output
  }
}
