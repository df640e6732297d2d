// Finding the ends of lines, by the C library's vectorised search.

internal import Glibc

enum Newline {
  /// Where the next LF of `input` is, from `position` on. The C function is `memchr`.
  static func find(in input: Span<UInt8>, from position: Int) -> Int? {
    // Safe: the search stays within the span, and the pointer is turned into an offset before the call ends.
    unsafe input.withUnsafeBufferPointer { bytes in
      guard let found = unsafe memchr(bytes.baseAddress! + position, 0x0A, bytes.count - position) else {
        return nil
      }
      return unsafe UnsafeRawPointer(found) - UnsafeRawPointer(bytes.baseAddress!)
    }
  }
}
