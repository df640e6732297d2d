// Turns the files of a load into numbered blocks of rows. The same files give the same blocks, whenever they
// are read; a block never spans two files, so that each of its rows has one file and a line in it.

package import Console
package import ListFormats
import Platform

/// A block of rows on its way to the daemon.
package struct ListBlock: Equatable, Sendable {
  /// From 1, without gaps.
  package let number: Int
  /// The rows in wire form, each ended by LF.
  package let bytes: [UInt8]
  /// What messages call the file.
  package let file: String
  /// The line in the file of each row, from 1.
  package let lines: [UInt64]

  /// Calls `body` with each row, without its LF, and its line in the file.
  func forEachRow(_ body: (_ row: Span<UInt8>, _ line: UInt64) -> Void) {
    let bytes = bytes.span
    var start = 0
    for line in lines {
      var end = start
      while bytes[end] != UInt8(ascii: "\n") { end += 1 }
      body(bytes.extracting(start..<end), line)
      start = end + 1
    }
  }
}

/// Blocks of a list, one after the other.
package protocol BlockSource {
  /// The next block; nil at the end of the list.
  mutating func next() throws(Trouble) -> ListBlock?
  /// Blocks that came so far.
  var blockCount: Int { get }
  /// Bytes of the list that were read so far.
  var bytesRead: Int { get }
  /// SHA-256 of the list's bytes, once `next` has returned nil; nil where the source does not know it.
  var digest: String? { get }
  /// Starts again from the first block. Throws where that is not possible.
  mutating func restart() throws(Trouble)
  /// Whether `restart` is possible.
  var isReplayable: Bool { get }
}

package struct FileBlocks: BlockSource {
  private let files: ListFiles
  private let format: ListFormat?
  private let options: ListOptions
  private let notice: (String) -> Void
  private var fileIndex = 0
  private var current: OpenList?
  private var bytesOfEarlierFiles = 0
  private var announced: ListFormat?
  /// One line that says why the first file is read as it is.
  package private(set) var formatReason = ""
  /// Blocks that came so far.
  package private(set) var blockCount = 0
  /// SHA-256 of a single file, once it is read.
  package private(set) var digest: String?

  /// Opens the first file.
  ///
  /// - Parameters:
  ///   - format: nil to have each file's format recognised.
  ///   - options: what some formats need.
  ///   - notice: reports which format was recognised and why.
  package init(
    _ files: ListFiles, format: ListFormat?, options: ListOptions, notice: @escaping (String) -> Void
  ) throws(Trouble) {
    self.files = files
    self.format = format
    self.options = options
    self.notice = notice
    try openCurrent()
  }

  /// How the first file is read.
  package private(set) var reading = ""

  /// The format of the first file.
  package var formatName: String { (announced ?? format ?? .plain).rawValue }

  package var isReplayable: Bool { files.isReplayable }

  package var bytesRead: Int { bytesOfEarlierFiles + (current?.bytesRead ?? 0) }

  package mutating func next() throws(Trouble) -> ListBlock? {
    while fileIndex < files.files.count {
      if current == nil { try openCurrent() }
      if let rows = try current?.next() {
        blockCount += 1
        return ListBlock(
          number: blockCount, bytes: rows.bytes, file: files.files[fileIndex].name, lines: rows.lines)
      }
      try finishCurrent()
    }
    return nil
  }

  package mutating func restart() throws(Trouble) {
    precondition(isReplayable)
    fileIndex = 0
    current = nil
    bytesOfEarlierFiles = 0
    blockCount = 0
    try openCurrent()
  }

  private mutating func openCurrent() throws(Trouble) {
    try files.requireUnchanged(fileIndex)
    let name = files.files[fileIndex].name
    let list = try OpenList(files.open(fileIndex), name: name, format: format, options: options)
    if list.isParquet, announced == nil { notice("\(name): Parquet, which duckdb writes as CSV") }
    if format == nil, announced != list.format {
      notice("\(name): format \(list.format.rawValue), \(list.reason)")
    }
    announced = list.format
    if fileIndex == 0 { (formatReason, reading) = (list.reason, list.reading) }
    current = list
  }

  private mutating func finishCurrent() throws(Trouble) {
    try current?.end()
    try files.requireUnchanged(fileIndex)
    // The CSV of one Parquet file may be another with each version of duckdb.
    if files.files.count == 1 { digest = current?.isParquet == true ? try files.digest() : current?.digest }
    bytesOfEarlierFiles += current?.bytesRead ?? 0
    current = nil
    fileIndex += 1
  }
}

/// A file and its reader, which live and end together.
private final class OpenList {
  private let descriptor: Descriptor
  private var duckdb: ParquetReading?
  private var reader: ListReader
  let isParquet: Bool

  init(
    _ descriptor: consuming Descriptor, name: String, format: ListFormat?, options: ListOptions
  ) throws(Trouble) {
    duckdb = try ParquetReading(descriptor, name: name)
    isParquet = duckdb != nil
    do {
      reader = try ListReader(
        name: name, descriptor: duckdb?.output ?? descriptor.raw, format: format, options: options)
    } catch {
      throw Trouble("cannot read \(error)")
    }
    self.descriptor = descriptor
  }

  var format: ListFormat { reader.format }
  var reason: String { reader.reason }
  var reading: String { reader.reading }
  /// Those of the CSV say nothing of how much of a Parquet file is read.
  var bytesRead: Int { isParquet ? 0 : Int(reader.bytesRead) }
  var digest: String { reader.digest() }

  func next() throws(Trouble) -> RowBlock? {
    var block = RowBlock()
    do {
      let hasRows = try reader.fill(&block, rowsMax: BlockLimits.rowsMax, bytesMax: BlockLimits.bytesMax)
      return hasRows ? block : nil
    } catch {
      throw Trouble("cannot read \(error)")
    }
  }

  /// Throws where the list ended before its end.
  func end() throws(Trouble) { try duckdb?.end() }
}
