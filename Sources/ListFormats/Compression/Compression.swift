// The compressions that lists come in, told apart by their first bytes, never by the file's name.

import ByteText

/// A compression.
enum Compression: String, CaseIterable {
  case gzip, bzip2, xz, zstd

  /// Bytes by which every compression can be told.
  static let signatureBytes = 6

  /// The compression of a file that begins with these bytes; nil if there is none.
  init?(of beginning: Span<UInt8>) {
    guard let found = Self.allCases.first(where: { $0.isBegun(by: beginning) }) else { return nil }
    self = found
  }

  /// A decoder at the beginning of a member.
  func decoder() -> any Decoder {
    switch self {
    case .gzip: GzipDecoder()
    case .bzip2: Bzip2Decoder()
    case .xz: XzDecoder()
    case .zstd: ZstdDecoder()
    }
  }

  /// RFC 1952 (gzip, deflate being its only method), bzip2's and xz's format descriptions, RFC 8878 (zstd, also a
  /// skippable frame).
  private func isBegun(by bytes: Span<UInt8>) -> Bool {
    switch self {
    case .gzip: bytes.starts(with: [0x1F, 0x8B, 0x08])
    case .bzip2: bytes.hasPrefix("BZh") && bytes.count > 4 && (bytes[4] == 0x31 || bytes[4] == 0x17)
    case .xz: bytes.starts(with: [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00])
    case .zstd:
      bytes.starts(with: [0x28, 0xB5, 0x2F, 0xFD])
        || bytes.count > 3 && bytes[0] & 0xF0 == 0x50 && bytes[1] == 0x2A && bytes[2] == 0x4D
          && bytes[3] == 0x18
    }
  }
}

/// Undoes a compression step by step. A file is one member or more, one after the other.
protocol Decoder: AnyObject {
  /// Decodes into `output` from `offset` on, as far as input and room last.
  func decode(_ input: Span<UInt8>, into output: inout [UInt8], at offset: Int) -> DecoderStep

  /// Prepares for another member.
  func restart()
}

/// What a decoder did.
struct DecoderStep {
  enum State {
    /// The member goes on.
    case within
    /// The member has ended; input behind it was not taken.
    case memberEnded
    /// The bytes are damaged, or ask for more memory than is allowed.
    case failed
  }

  let state: State
  /// Bytes taken of the input.
  let consumed: Int
  /// Bytes written.
  let produced: Int
}
