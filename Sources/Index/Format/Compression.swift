// Zstandard, as the system's library does it, for the listings: forms as listed are long and alike.

internal import CZstd

/// A compressor and a decompressor that keep their working memory. Used by one thread at a time.
@safe final class Compression {
  /// The level. Of pieces of 64 KiB of real lists, 1 makes less than the default, 3, and takes two thirds of its time: matches
  /// are short and everywhere, and what a higher level finds further away costs more bits than it saves.
  private static let level: Int32 = 1
  private let compressor: OpaquePointer
  private let decompressor: OpaquePointer

  init() {
    // Safe: both are freed in deinit and nowhere else; they fail only without memory.
    unsafe compressor = ZSTD_createCCtx()!
    unsafe decompressor = ZSTD_createDCtx()!
  }

  deinit {
    unsafe ZSTD_freeCCtx(compressor)
    unsafe ZSTD_freeDCtx(decompressor)
  }

  /// Appends the compressed form of `input` to `output`. The C function is `ZSTD_compressCCtx`.
  func compress(_ input: ArraySlice<UInt8>, to output: inout [UInt8]) {
    let bound = ZSTD_compressBound(input.count)
    // Safe: both ranges are valid for the call, the output has the room that the library asks for, and as many of
    // its bytes are taken as the library says that it wrote.
    output += unsafe [UInt8](unsafeUninitializedCapacity: bound) { target, count in
      count = unsafe input.withUnsafeBytes { source in
        unsafe ZSTD_compressCCtx(
          compressor, target.baseAddress, bound, source.baseAddress, source.count, Self.level)
      }
      precondition(ZSTD_isError(count) == 0, "compression into enough room cannot fail")
    }
  }

  /// The bytes of which `input` is the compressed form; they must be `size`. The C function is
  /// `ZSTD_decompressDCtx`.
  func decompress(_ input: RawSpan, size: Int) throws(IndexError) -> [UInt8] {
    var written = 0
    // Safe: as above; the library never writes beyond the room that it is told of.
    let output = unsafe [UInt8](unsafeUninitializedCapacity: size) { target, count in
      written = unsafe input.withUnsafeBytes { source in
        unsafe ZSTD_decompressDCtx(decompressor, target.baseAddress, size, source.baseAddress, source.count)
      }
      count = ZSTD_isError(written) == 0 ? written : 0
    }
    guard ZSTD_isError(written) == 0, written == size else {
      throw .corrupt("a part of the listings does not decompress")
    }
    return output
  }
}
