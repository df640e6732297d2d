// Zstandard, as the system's library does it, for the listings: forms as listed are long and alike.

internal import CZstd

/// A compressor and a decompressor that keep their working memory. Used by one thread at a time.
@safe final class Compression {
  /// The level: 3 is Zstandard's default, and gives 17 bytes for a static Flickr URL of 60.
  private static let level: Int32 = 3
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
    let start = output.count
    let bound = ZSTD_compressBound(input.count)
    output.append(contentsOf: repeatElement(0, count: bound))
    // Safe: both ranges are valid for the call, and the output has the room that the library asks for.
    let size = unsafe input.withUnsafeBytes { source in
      unsafe output.withUnsafeMutableBytes { target in
        unsafe ZSTD_compressCCtx(
          compressor, target.baseAddress! + start, bound, source.baseAddress, source.count, Self.level)
      }
    }
    precondition(ZSTD_isError(size) == 0, "compression into enough room cannot fail")
    output.removeLast(bound - size)
  }

  /// Decompresses `input`, which must give `size` bytes. The C function is `ZSTD_decompressDCtx`.
  func decompress(_ input: RawSpan, size: Int, to output: inout [UInt8]) throws(IndexError) {
    let start = output.count
    output.append(contentsOf: repeatElement(0, count: size))
    // Safe: as above; the library never writes beyond the room that it is told of.
    let written = unsafe input.withUnsafeBytes { source in
      unsafe output.withUnsafeMutableBytes { target in
        unsafe ZSTD_decompressDCtx(
          decompressor, size == 0 ? nil : target.baseAddress! + start, size, source.baseAddress, source.count)
      }
    }
    guard ZSTD_isError(written) == 0, written == size else {
      throw .corrupt("a part of the listings does not decompress")
    }
  }
}
