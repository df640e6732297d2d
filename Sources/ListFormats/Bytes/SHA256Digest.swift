// The digest by which a list's version is known, kept while its bytes are read. Wraps libcrypto's EVP.

import CCrypto

/// A running SHA-256. Safe to use: the context is made, used and freed in here only.
@safe struct SHA256Digest: ~Copyable {
  private let context: OpaquePointer

  /// The corresponding C functions are `EVP_MD_CTX_new` and `EVP_DigestInit_ex`.
  init() {
    // Both fail only without memory, or in a libcrypto built without SHA-256.
    guard let context = unsafe EVP_MD_CTX_new() else { fatalError("no memory for a digest") }
    let started = unsafe EVP_DigestInit_ex(context, EVP_sha256(), nil)
    precondition(started == 1, "libcrypto has SHA-256")
    unsafe self.context = context
  }

  deinit { unsafe EVP_MD_CTX_free(context) }  // made in `init`, freed here only

  /// Adds bytes. The corresponding C function is `EVP_DigestUpdate`.
  mutating func update(_ bytes: Span<UInt8>) {
    // The pointer is used for the length of the call only.
    let added = unsafe bytes.withUnsafeBytes { unsafe EVP_DigestUpdate(context, $0.baseAddress, $0.count) }
    precondition(added == 1, "a running digest takes bytes")
  }

  /// The digest of all bytes so far, in lower-case hex; more may follow.
  ///
  /// The corresponding C functions are `EVP_MD_CTX_copy_ex` and `EVP_DigestFinal_ex`.
  func hexadecimal() -> String {
    guard let copy = unsafe EVP_MD_CTX_new() else { fatalError("no memory for a digest") }
    defer { unsafe EVP_MD_CTX_free(copy) }
    var digest = [UInt8](repeating: 0, count: 32)
    // SHA-256 writes exactly 32 bytes.
    let ended = unsafe digest.withUnsafeMutableBufferPointer {
      unsafe EVP_MD_CTX_copy_ex(copy, context) == 1 && EVP_DigestFinal_ex(copy, $0.baseAddress, nil) == 1
    }
    precondition(ended, "a running digest can be copied and ended")
    var text: [UInt8] = []
    Hexadecimal.append(digest.span, to: &text)
    return String(decoding: text, as: UTF8.self)
  }
}

/// Bytes as lower-case hexadecimal digits.
enum Hexadecimal {
  /// Appends two digits a byte.
  static func append(_ bytes: Span<UInt8>, to output: inout [UInt8]) {
    for index in bytes.indices {
      output.append(digit(bytes[index] >> 4))
      output.append(digit(bytes[index] & 15))
    }
  }

  private static func digit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
  }
}
