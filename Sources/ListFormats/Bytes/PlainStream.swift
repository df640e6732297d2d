// The text of any file, without its compression, if it has one, and in UTF-8: for readers that look for something else than rows.

/// A file that is read through its decoder, whatever it holds.
package struct PlainStream: ~Copyable {
  private var stream: ListStream

  /// Reads as many bytes as tell compression and encoding.
  ///
  /// - Parameters:
  ///   - name: what messages call the file.
  ///   - descriptor: is read from its current position; stays the caller's, who closes it.
  ///   - beginning: bytes of the file that were read before.
  package init(name: String, descriptor: Int32, beginning: [UInt8] = []) throws(ListError) {
    stream = try .open(
      ListFile(name: name, descriptor: descriptor, beginning: beginning),
      lookBytes: ListLimits.characterBytesMax)
  }

  /// Whether a file that begins like this is more than UTF-8 without a mark.
  package static func isNeeded(for beginning: Span<UInt8>) -> Bool {
    Compression(of: beginning) != nil || TextEncoding.marked(beginning) != nil
  }

  /// Puts what is there of the file into `buffer`, at least one byte.
  ///
  /// - Returns: how many bytes came; 0 at the end of the file.
  package mutating func read(into buffer: inout [UInt8]) throws(ListError) -> Int {
    try stream.read(into: &buffer, at: 0)
  }
}
