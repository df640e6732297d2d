// The text of a list: its bytes without their compression, if they have one, and in UTF-8. Memory is two buffers and
// what the decoder needs, whatever the list's size.

/// A list file that is read through its decoder.
struct ListStream: ~Copyable {
  /// The file below.
  private(set) var file: ListFile
  /// The compression of the file, or nil.
  let compression: Compression?
  private let decoder: (any Decoder)?
  private var input: [UInt8]
  private var unread: Range<Int> = 0..<0
  private var inputEnded = false
  private var isWithinMember = true
  /// The encoding of the text, unless it is UTF-8.
  private(set) var encoding: TextEncoding?
  private var transcoder: Transcoder?
  /// Bytes without their compression that were looked at and not taken yet.
  private var held: [UInt8] = []

  /// Reads as many bytes as tell compression and encoding.
  ///
  /// - Parameters:
  ///   - encoding: nil to have it recognised.
  ///   - lookBytes: by how many bytes the encoding is recognised.
  static func open(
    _ file: consuming ListFile, encoding: TextEncoding? = nil, lookBytes: Int = ListLimits.prefixBytes
  ) throws(ListError) -> ListStream {
    var stream = try ListStream(bytesOf: file)
    try stream.takeEncoding(encoding, lookBytes: lookBytes)
    return stream
  }

  private init(bytesOf file: consuming ListFile) throws(ListError) {
    var input = [UInt8](repeating: 0, count: ListLimits.windowBytes)
    var count = 0
    while count < Compression.signatureBytes, !inputEnded {
      let more = try file.read(into: &input, at: count)
      inputEnded = more == 0
      count += more
    }
    compression = Compression(of: input.span.extracting(0..<count))
    decoder = compression?.decoder()
    unread = 0..<count
    self.input = input
    self.file = file
  }

  /// A list that has ended.
  init(endOf name: String) {
    file = ListFile(name: name, descriptor: -1)
    (compression, decoder, input, inputEnded) = (nil, nil, [], true)
  }

  private mutating func takeEncoding(_ named: TextEncoding?, lookBytes: Int) throws(ListError) {
    var look = [UInt8](repeating: 0, count: lookBytes)
    var count = 0
    while count < lookBytes {
      let more = try readBytes(into: &look, at: count)
      count += more
      // What comes slowly is not waited for where a few bytes are enough.
      if more == 0 || lookBytes < ListLimits.prefixBytes { break }
    }
    held = Array(look[..<count])
    let marked = TextEncoding.marked(held.span)
    var found = marked?.markBytes ?? 0 > 0 ? marked?.encoding : named ?? marked?.encoding
    if found == nil, lookBytes >= ListLimits.prefixBytes, TextCheck.refusal(of: held.span) == nil,
      TextEncoding.isWindows1252(held.span)
    {
      found = TextEncoding("WINDOWS-1252")
    }
    held.removeFirst(marked?.markBytes ?? 0)
    guard let encoding = found, !encoding.isUTF8 else { return }
    guard let transcoder = Transcoder(from: encoding) else {
      throw file.error("no encoding is called \(encoding.name)", hint: "iconv --list names them")
    }
    self.encoding = encoding
    self.transcoder = transcoder
  }

  /// Puts text of the list into `buffer` from `offset` on, at least one byte.
  ///
  /// - Returns: how many; 0 at the end of the list.
  mutating func read(into buffer: inout [UInt8], at offset: Int) throws(ListError) -> Int {
    if let transcoder { return try convert(by: transcoder, into: &buffer, at: offset) }
    guard held.isEmpty else {
      let count = min(held.count, buffer.count - offset)
      buffer.replaceSubrange(offset..<(offset + count), with: held[..<count])
      held.removeFirst(count)
      return count
    }
    return try readBytes(into: &buffer, at: offset)
  }

  private mutating func convert(
    by transcoder: Transcoder, into buffer: inout [UInt8], at offset: Int
  ) throws(ListError) -> Int {
    let name = encoding?.name ?? ""
    while true {
      if !held.isEmpty {
        let (consumed, produced, isInvalid) =
          switch transcoder.convert(held.span, into: &buffer, at: offset) {
          case .converted(let consumed, let produced): (consumed, produced, false)
          case .invalid(let consumed, let produced): (consumed, produced, true)
          }
        held.removeFirst(consumed)
        if produced > 0 { return produced }
        guard !isInvalid else {
          throw file.error("it has bytes that are not \(name)", hint: "name its encoding: --encoding")
        }
        precondition(buffer.count - offset >= ListLimits.characterBytesMax, "a character fits")
      }
      let kept = held.count
      var bytes = held + [UInt8](repeating: 0, count: ListLimits.windowBytes)
      let more = try readBytes(into: &bytes, at: kept)
      held = Array(bytes[..<(kept + more)])
      guard more == 0 else { continue }
      guard kept == 0 else { throw file.error("it ends within a character of \(name)") }
      return 0
    }
  }

  private mutating func readBytes(into buffer: inout [UInt8], at offset: Int) throws(ListError) -> Int {
    if let decoder, let compression {
      return try decode(by: decoder, compression.rawValue, into: &buffer, at: offset)
    }
    guard unread.isEmpty else { return takeFirstBytes(into: &buffer, at: offset) }
    return try file.read(into: &buffer, at: offset)
  }

  private mutating func takeFirstBytes(into buffer: inout [UInt8], at offset: Int) -> Int {
    let count = min(unread.count, buffer.count - offset)
    buffer.replaceSubrange(offset..<(offset + count), with: input[unread.prefix(count)])
    unread = unread.dropFirst(count)
    return count
  }

  private mutating func decode(
    by decoder: any Decoder, _ name: String, into buffer: inout [UInt8], at offset: Int
  ) throws(ListError) -> Int {
    while true {
      if unread.isEmpty, !inputEnded {
        let count = try file.read(into: &input, at: 0)
        unread = 0..<count
        inputEnded = count == 0
      }
      if !isWithinMember {
        // Zero bytes may pad a file behind a member, to the block size of a tape for instance.
        while let index = unread.first, input[index] == 0 { unread = unread.dropFirst() }
        if unread.isEmpty, inputEnded { return 0 }
        if unread.isEmpty { continue }
        decoder.restart()
        isWithinMember = true
      }
      let step = decoder.decode(input.span.extracting(unread), into: &buffer, at: offset)
      unread = unread.dropFirst(step.consumed)
      isWithinMember = step.state == .within
      guard step.state != .failed else {
        throw file.error("its \(name) data is damaged, or needs too much memory", hint: "fetch it again")
      }
      if step.produced > 0 { return step.produced }
      if isWithinMember, unread.isEmpty, inputEnded {
        throw file.error("its \(name) data ends in the middle", hint: "the file is truncated: fetch it again")
      }
    }
  }
}
