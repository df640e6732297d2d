// The bytes of a list without its compression, if it has one. Memory is a buffer of input and what the
// decoder needs, whatever the list's size.

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

  /// Reads as many bytes as tell the compression.
  init(file: consuming ListFile) throws(ListError) {
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

  /// Puts bytes of the list into `buffer` from `offset` on, at least one.
  ///
  /// - Returns: how many; 0 at the end of the list.
  mutating func read(into buffer: inout [UInt8], at offset: Int) throws(ListError) -> Int {
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
