// zstd, through libzstd.

import CZstd

/// Decodes zstd frames. Safe to use: the context is made, used and freed in here only.
///
/// A frame may ask for a window of at most 128 MiB, libzstd's default.
@safe final class ZstdDecoder: Decoder {
  private let context: OpaquePointer

  /// The corresponding C function is `ZSTD_createDCtx`.
  init() {
    guard let context = unsafe ZSTD_createDCtx() else {
      preconditionFailure("libzstd starts unless memory is out")
    }
    unsafe self.context = context
  }

  deinit { unsafe ZSTD_freeDCtx(context) }  // made in `init`, freed here only

  /// The next frame begins by itself.
  func restart() {}

  /// The corresponding C function is `ZSTD_decompressStream`.
  func decode(_ input: Span<UInt8>, into output: inout [UInt8], at offset: Int) -> DecoderStep {
    // Both pointers are used within the call only.
    unsafe input.withUnsafeBytes { input in
      unsafe output.withUnsafeMutableBytes { output in
        var source = unsafe ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
        var target = unsafe ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: offset)
        let result = unsafe ZSTD_decompressStream(context, &target, &source)
        let state: DecoderStep.State =
          ZSTD_isError(result) != 0 ? .failed : result == 0 ? .memberEnded : .within
        return unsafe DecoderStep(state: state, consumed: source.pos, produced: target.pos - offset)
      }
    }
  }
}
