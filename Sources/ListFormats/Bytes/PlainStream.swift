// The text of any file, without its compression, if it has one, and in UTF-8: for readers that look for something else than rows.

/// A file that is read through its decoder, whatever it holds.
package struct PlainStream: ~Copyable {
  private var stream: ListStream

  /// Reads as many bytes as tell compression and encoding.
  ///
  /// - Parameters:
  ///   - name: what messages call the file.
  ///   - descriptor: is read from its current position; stays the caller's, who closes it.
  package init(name: String, descriptor: Int32) throws(ListError) {
    stream = try .open(ListFile(name: name, descriptor: descriptor), lookBytes: ListLimits.characterBytesMax)
  }

  /// Puts what is there of the file into `buffer`, at least one byte.
  ///
  /// - Returns: how many bytes came; 0 at the end of the file.
  package mutating func read(into buffer: inout [UInt8]) throws(ListError) -> Int {
    try stream.read(into: &buffer, at: 0)
  }
}
