// Converts text to UTF-8 as it is read. Wraps glibc's iconv.

import Glibc

/// A running conversion. Safe to use: the descriptor is opened, used and closed in here only.
@safe final class Transcoder {
  private let descriptor: iconv_t

  /// The corresponding C function is `iconv_open`; nil where the encoding is unknown.
  init?(from encoding: TextEncoding) {
    // Both names live through the call; the error value is all ones.
    guard let opened = unsafe iconv_open("UTF-8", encoding.name), Int(bitPattern: opened) != -1 else {
      return nil
    }
    unsafe descriptor = opened
  }

  deinit { unsafe iconv_close(descriptor) }  // opened in `init`, closed here only

  enum Outcome {
    /// All but the beginning of a character, or what there was no room for, was converted.
    case converted(consumed: Int, produced: Int)
    /// The bytes are not of the encoding.
    case invalid(consumed: Int, produced: Int)
  }

  /// Converts into `output` from `offset` on. The corresponding C function is `iconv`.
  func convert(_ input: Span<UInt8>, into output: inout [UInt8], at offset: Int) -> Outcome {
    let room = output.count - offset
    var (left, free) = (input.count, room)
    // iconv reads `left` bytes of the input and writes `free` bytes of the output, both of which outlive the call.
    let isInvalid = unsafe input.withUnsafeBytes { input in
      unsafe output.withUnsafeMutableBytes { output in
        var source = unsafe UnsafeMutablePointer(
          mutating: input.baseAddress?.assumingMemoryBound(to: CChar.self))
        var target =
          unsafe (output.baseAddress! + offset).assumingMemoryBound(to: CChar.self)
          as UnsafeMutablePointer<CChar>?
        return unsafe iconv(descriptor, &source, &left, &target, &free) == -1 && errno == EILSEQ
      }
    }
    let (consumed, produced) = (input.count - left, room - free)
    return isInvalid
      ? .invalid(consumed: consumed, produced: produced)
      : .converted(consumed: consumed, produced: produced)
  }
}
