// xz, through liblzma.

import CLzma

/// Decodes xz streams. Safe to use: the stream is made, used and freed in here only.
@safe final class XzDecoder: Decoder {
  /// Memory that a file may ask for. `xz -9` needs 65 MiB to decode (xz(1)).
  private static let memoryBytesMax: UInt64 = 128 << 20

  private let stream: UnsafeMutablePointer<lzma_stream>

  /// The corresponding C function is `lzma_stream_decoder`.
  init() {
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: lzma_stream())
    restart()
  }

  deinit {
    unsafe lzma_end(stream)
    unsafe stream.deallocate()  // allocated in `init`, used by nobody else
  }

  /// The corresponding C function is `lzma_stream_decoder`, which reuses what the stream has.
  func restart() {
    let started = unsafe lzma_stream_decoder(stream, Self.memoryBytesMax, 0)
    precondition(started == LZMA_OK, "liblzma starts unless memory is out")
  }

  /// The corresponding C function is `lzma_code`.
  func decode(_ input: Span<UInt8>, into output: inout [UInt8], at offset: Int) -> DecoderStep {
    let room = output.count - offset
    // Both pointers are used within the calls only.
    let result = unsafe input.withUnsafeBufferPointer { input in
      unsafe output.withUnsafeMutableBufferPointer { output in
        unsafe stream.pointee.next_in = input.baseAddress
        unsafe stream.pointee.avail_in = input.count
        unsafe stream.pointee.next_out = output.baseAddress! + offset
        unsafe stream.pointee.avail_out = room
        return unsafe lzma_code(stream, LZMA_RUN)
      }
    }
    let state: DecoderStep.State =
      switch result {
      case LZMA_STREAM_END: .memberEnded
      case LZMA_OK, LZMA_BUF_ERROR: .within
      default: .failed
      }
    return DecoderStep(
      state: state, consumed: input.count - (unsafe stream.pointee.avail_in),
      produced: room - (unsafe stream.pointee.avail_out))
  }
}
