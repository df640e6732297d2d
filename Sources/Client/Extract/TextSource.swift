// The text of a file as identifiers are looked for in it: without its compression, mail's encodings, and escapes.

import ListFormats

/// A file that is read as running text, whatever it holds.
struct TextSource: ~Copyable {
  private var stream: PlainStream
  private var mail = MailDecoder()
  private var unescaper = TextUnescaper()
  private var chunk = [UInt8](repeating: 0, count: 1 << 16)
  private var decoded: [UInt8] = []

  /// Reads as many bytes as tell the compression.
  init(name: String, descriptor: Int32) throws(ListError) {
    stream = try PlainStream(name: name, descriptor: descriptor)
  }

  /// Puts the next piece into `text`, which may be an empty one.
  ///
  /// - Returns: false once the file has ended; then `text` is its last piece.
  mutating func next(into text: inout [UInt8]) throws(ListError) -> Bool {
    text.removeAll(keepingCapacity: true)
    decoded.removeAll(keepingCapacity: true)
    let count = try stream.read(into: &chunk)
    Self.decode(chunk, count, by: &mail, to: &decoded)
    Self.unescape(decoded, isLast: count == 0, by: &unescaper, to: &text)
    return count > 0
  }

  private static func decode(
    _ chunk: [UInt8], _ count: Int, by mail: inout MailDecoder, to decoded: inout [UInt8]
  ) {
    if count > 0 {
      mail.append(chunk.span.extracting(0..<count), to: &decoded)
    } else {
      mail.finish(to: &decoded)
    }
  }

  private static func unescape(
    _ decoded: [UInt8], isLast: Bool, by unescaper: inout TextUnescaper, to text: inout [UInt8]
  ) {
    unescaper.append(decoded.span, to: &text)
    if isLast { unescaper.finish(to: &text) }
  }
}
