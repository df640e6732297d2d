// A run: a sorted file of staged keys, written in one go, synced, and then given its name, so that a run that is
// there is whole. The footer says where each namespace's section is, and which blocks of the load it holds.
//
//   section of a namespace, sorted by key then payload; a record:
//     high half 8, flags 1, second half 8 where there is one, varint length, payload
//   footer (NamedValues): a "space" for each section with its place, and the totals of the load so far
//   8 bytes: offset of the footer;  8: checksum of the footer;  8: "whichrun"
//
// A section's checksum is a chain over its pieces of 64 KiB, which is also how it is read.

/// Where a section of a run is.
struct RunSection: Equatable {
  let space: UInt8
  let offset: Int
  let byteCount: Int
  let checksum: UInt64
}

/// What a load holds up to the end of a run.
struct LoadProgress: Equatable, Sendable {
  /// The last block.
  var block = 0
  /// Rows of the list, rejected ones included.
  var rows = 0
  var accepted = 0
  var rejected = 0
}

enum RunFile {
  static let pieceBytes = 64 << 10
  static let magic = Array("whichrun".utf8)

  /// Writes a run and makes it durable under its name; on any error nothing of that name is left.
  static func write(
    _ buffers: inout [StagingBuffer], progress: LoadProgress, folder: String, name: String
  ) throws(IndexError) -> Int {
    let temporary = "\(folder)/\(name).part"
    let file = try SystemFile(creating: temporary)
    var footer = NamedValues()
    var offset = 0
    for space in buffers.indices where !buffers[space].isEmpty {
      buffers[space].sort()
      let buffer = buffers[space]
      let start = offset
      var checksum: UInt64 = 0
      var pending: [UInt8] = []
      func flush(_ count: Int) throws(IndexError) {
        // Safe: bytes have no padding to see.
        checksum = Checksum.of(unsafe pending.span.bytes.extracting(0..<count), seed: checksum)
        try file.write(pending[..<count])
        offset += count
        pending.removeFirst(count)
      }
      for index in buffer.items.indices {
        buffer.append(index, to: &pending)
        while pending.count >= pieceBytes { try flush(pieceBytes) }
      }
      if !pending.isEmpty { try flush(pending.count) }
      footer.put("space", "\(space) \(start) \(offset - start) \(checksum)")
    }
    for (name, path) in progressNumbers { footer.put(name, String(progress[keyPath: path])) }
    let encoded = footer.encoded
    var tail = encoded
    LittleEndian.append(UInt64(offset), bytes: 8, to: &tail)
    LittleEndian.append(Checksum.of(unsafe encoded.span.bytes), bytes: 8, to: &tail)
    tail.append(contentsOf: magic)
    try file.write(tail[...])
    try file.sync()
    try Folder.rename(temporary, to: "\(folder)/\(name)")
    try SystemFile(reading: folder).sync()
    return offset + tail.count
  }

  /// Reads a run's footer.
  static func open(_ path: String) throws(IndexError) -> (
    sections: [RunSection], progress: LoadProgress, byteCount: Int
  ) {
    let file = try SystemFile(reading: path)
    let size = try file.size()
    let damaged = IndexError.corrupt("the staged run \(path) is damaged; abort the load and start it again")
    var tail = [UInt8](repeating: 0, count: 24)
    guard size >= 24, try file.read(24, at: size - 24, into: &tail) == 24, Array(tail[16...]) == magic else {
      throw damaged
    }
    // Safe: bytes have no padding to see.
    let footerStart = LittleEndian.load(8, from: unsafe tail.span.bytes, at: 0)
    let checksum = LittleEndian.load(8, from: unsafe tail.span.bytes, at: 8)
    guard let footerOffset = Int(exactly: footerStart), footerOffset <= size - 24 else { throw damaged }
    var footer = [UInt8](repeating: 0, count: size - 24 - footerOffset)
    guard try file.read(footer.count, at: footerOffset, into: &footer) == footer.count,
      Checksum.of(unsafe footer.span.bytes) == checksum
    else { throw damaged }
    var sections: [RunSection] = []
    var progress = LoadProgress()
    for (name, value) in try NamedValues(footer.span, what: path).pairs {
      if name == "space" {
        let parts = value.split(separator: " ")
        guard parts.count == 4, let space = UInt8(parts[0]), let offset = Int(parts[1]),
          let byteCount = Int(parts[2]), let checksum = UInt64(parts[3])
        else { throw damaged }
        sections.append(RunSection(space: space, offset: offset, byteCount: byteCount, checksum: checksum))
      } else if let path = progressNumbers.first(where: { $0.0 == name })?.1 {
        progress[keyPath: path] = Int(value) ?? 0
      }
    }
    return (sections, progress, size)
  }

  private static var progressNumbers: [(String, WritableKeyPath<LoadProgress, Int>)] {
    [("block", \.block), ("rows", \.rows), ("accepted", \.accepted), ("rejected", \.rejected)]
  }
}
