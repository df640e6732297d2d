// Digests of bytes as they are read: the SHA-256 by which a list's version is known, and the hashes by which a picture's
// file is asked for. Wraps libcrypto's EVP.

import ByteText
import CCrypto

/// A running digest. Safe to use: the context is made, used and freed in here only.
@safe package struct RunningDigest: ~Copyable {
  /// The algorithms that there are.
  package enum Algorithm: CaseIterable, Sendable {
    case md5, sha1, sha256

    package var byteCount: Int {
      switch self {
      case .md5: 16
      case .sha1: 20
      case .sha256: 32
      }
    }

    /// The corresponding C functions are `EVP_md5`, `EVP_sha1` and `EVP_sha256`; what they return is never freed.
    @unsafe fileprivate var method: OpaquePointer? {
      switch self {
      case .md5: unsafe EVP_md5()
      case .sha1: unsafe EVP_sha1()
      case .sha256: unsafe EVP_sha256()
      }
    }
  }

  private let context: OpaquePointer
  private let algorithm: Algorithm

  /// The digest of no bytes. The corresponding C functions are `EVP_MD_CTX_new` and `EVP_DigestInit_ex`.
  package init(_ algorithm: Algorithm = .sha256) {
    // Both fail only without memory, or in a libcrypto built without the algorithm.
    guard let context = unsafe EVP_MD_CTX_new() else {
      preconditionFailure("a digest starts unless memory is out")
    }
    let started = unsafe EVP_DigestInit_ex(context, algorithm.method, nil)
    precondition(started == 1, "libcrypto has \(algorithm)")
    unsafe self.context = context
    self.algorithm = algorithm
  }

  deinit { unsafe EVP_MD_CTX_free(context) }  // made in `init`, freed here only

  /// Adds bytes. The corresponding C function is `EVP_DigestUpdate`.
  package mutating func update(_ bytes: Span<UInt8>) {
    // The pointer is used for the length of the call only.
    let added = unsafe bytes.withUnsafeBytes { unsafe EVP_DigestUpdate(context, $0.baseAddress, $0.count) }
    precondition(added == 1, "a running digest takes bytes")
  }

  /// The digest of `bytes` alone; what was added is forgotten. It takes no memory, so one value digests many texts.
  ///
  /// The corresponding C functions are `EVP_DigestInit_ex`, `EVP_DigestUpdate` and `EVP_DigestFinal_ex`.
  ///
  /// - Parameter digest: is written; has as many bytes as the algorithm gives.
  package mutating func digest(of bytes: Span<UInt8>, into digest: inout [UInt8]) {
    precondition(digest.count == algorithm.byteCount)
    // Safe: the call reads the span's own bytes, and the algorithm writes exactly as many as the array has.
    let isDone = unsafe bytes.withUnsafeBytes { bytes in
      unsafe EVP_DigestInit_ex(context, nil, nil) == 1
        && EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) == 1
        && EVP_DigestFinal_ex(context, &digest, nil) == 1
        && EVP_DigestInit_ex(context, nil, nil) == 1
    }
    precondition(isDone, "a digest takes bytes")
  }

  /// The digest of all bytes so far, in lower-case hex; more may follow.
  ///
  /// The corresponding C functions are `EVP_MD_CTX_copy_ex` and `EVP_DigestFinal_ex`.
  package func hexadecimal() -> String {
    guard let copy = unsafe EVP_MD_CTX_new() else {
      preconditionFailure("a digest starts unless memory is out")
    }
    defer { unsafe EVP_MD_CTX_free(copy) }
    var digest = [UInt8](repeating: 0, count: algorithm.byteCount)
    // The algorithm writes exactly so many bytes.
    let ended = unsafe digest.withUnsafeMutableBufferPointer {
      unsafe EVP_MD_CTX_copy_ex(copy, context) == 1 && EVP_DigestFinal_ex(copy, $0.baseAddress, nil) == 1
    }
    precondition(ended, "a running digest can be copied and ended")
    var text: [UInt8] = []
    Hexadecimal.append(digest.span, to: &text)
    return String(decoding: text, as: UTF8.self)
  }
}
