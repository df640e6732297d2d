// gzip, through zlib.

import CZlib

/// Decodes gzip members. Safe to use: the stream is made, used and freed in here only.
@safe final class GzipDecoder: Decoder {
  /// On the heap, since zlib remembers where its stream is.
  private let stream: UnsafeMutablePointer<z_stream>

  /// The corresponding C function is `inflateInit2`.
  init() {
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    // 15: the largest window; 16: a gzip header is required.
    let started = unsafe inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    precondition(started == Z_OK, "zlib of this version starts unless memory is out")
  }

  deinit {
    unsafe inflateEnd(stream)
    unsafe stream.deallocate()  // allocated in `init`, used by nobody else
  }

  /// The corresponding C function is `inflateReset`.
  func restart() { unsafe inflateReset(stream) }

  /// The corresponding C function is `inflate`.
  func decode(_ input: Span<UInt8>, into output: inout [UInt8], at offset: Int) -> DecoderStep {
    let room = output.count - offset
    // Both pointers are used within the calls only; zlib takes input without writing to it.
    let result = unsafe input.withUnsafeBufferPointer { input in
      unsafe output.withUnsafeMutableBufferPointer { output in
        unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
        unsafe stream.pointee.avail_in = UInt32(input.count)
        unsafe stream.pointee.next_out = output.baseAddress! + offset
        unsafe stream.pointee.avail_out = UInt32(room)
        return unsafe inflate(stream, Z_NO_FLUSH)
      }
    }
    let state: DecoderStep.State =
      switch result {
      case Z_STREAM_END: .memberEnded
      case Z_OK, Z_BUF_ERROR: .within
      default: .failed
      }
    return DecoderStep(
      state: state, consumed: input.count - Int(unsafe stream.pointee.avail_in),
      produced: room - Int(unsafe stream.pointee.avail_out))
  }
}
