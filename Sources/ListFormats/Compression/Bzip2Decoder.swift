// bzip2, through libbz2.

import CBzip2

/// Decodes bzip2 streams. Safe to use: the stream is made, used and freed in here only.
@safe final class Bzip2Decoder: Decoder {
  /// On the heap, since libbz2 remembers where its stream is.
  private let stream: UnsafeMutablePointer<bz_stream>

  /// The corresponding C function is `BZ2_bzDecompressInit`.
  init() {
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: bz_stream())
    start()
  }

  deinit {
    unsafe BZ2_bzDecompressEnd(stream)
    unsafe stream.deallocate()  // allocated in `init`, used by nobody else
  }

  /// The corresponding C functions are `BZ2_bzDecompressEnd` and `BZ2_bzDecompressInit`.
  func restart() {
    unsafe BZ2_bzDecompressEnd(stream)
    unsafe stream.initialize(to: bz_stream())
    start()
  }

  private func start() {
    let started = unsafe BZ2_bzDecompressInit(stream, 0, 0)
    precondition(started == BZ_OK, "libbz2 starts unless memory is out")
  }

  /// The corresponding C function is `BZ2_bzDecompress`.
  func decode(_ input: Span<UInt8>, into output: inout [UInt8], at offset: Int) -> DecoderStep {
    let room = output.count - offset
    // Both pointers are used within the calls only; libbz2 takes input without writing to it.
    let result = unsafe input.withUnsafeBytes { input in
      unsafe output.withUnsafeMutableBytes { output in
        unsafe stream.pointee.next_in = UnsafeMutablePointer(
          mutating: input.baseAddress?.assumingMemoryBound(to: CChar.self))
        unsafe stream.pointee.avail_in = UInt32(input.count)
        unsafe stream.pointee.next_out = (output.baseAddress! + offset).assumingMemoryBound(to: CChar.self)
        unsafe stream.pointee.avail_out = UInt32(room)
        return unsafe BZ2_bzDecompress(stream)
      }
    }
    let state: DecoderStep.State =
      switch result {
      case BZ_STREAM_END: .memberEnded
      case BZ_OK: .within
      default: .failed
      }
    return DecoderStep(
      state: state, consumed: input.count - Int(unsafe stream.pointee.avail_in),
      produced: room - Int(unsafe stream.pointee.avail_out))
  }
}
