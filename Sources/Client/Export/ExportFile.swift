// An export as it is read, a dataset at a time.

import Console
import ListFormats
import Platform
import WireProtocol

/// The file of an export, and where it is read.
final class ExportFile {
  private let files: ListFiles
  private var descriptor: Descriptor
  private var reader: ExportReader
  /// Datasets that were begun.
  private var datasetCount = 0

  init(_ files: ListFiles) throws(Trouble) {
    self.files = files
    let descriptor = try files.open(0)
    reader = try Self.reader(files, descriptor)
    self.descriptor = descriptor
  }

  private static func reader(_ files: ListFiles, _ descriptor: borrowing Descriptor) throws(Trouble)
    -> ExportReader
  {
    do { return try ExportReader(name: files.files[0].name, descriptor: descriptor.raw) } catch {
      throw Trouble("cannot import \(error)")
    }
  }

  var name: String { files.files[0].name }
  var isReplayable: Bool { files.isReplayable }
  var bytesRead: Int { Int(reader.bytesRead) }

  /// Goes on to the next dataset; nil at the end of the export.
  func nextDataset() throws(Trouble) -> ExportedDataset? {
    datasetCount += 1
    do { return try reader.nextDataset() } catch { throw Trouble("cannot import \(error)") }
  }

  /// The next rows of the dataset that was begun last; nil at its end.
  func nextRows() throws(Trouble) -> RowBlock? {
    var block = RowBlock()
    do {
      let hasRows = try reader.fill(&block, rowsMax: BlockLimits.rowsMax, bytesMax: BlockLimits.bytesMax)
      return hasRows ? block : nil
    } catch {
      throw Trouble("cannot import \(error)")
    }
  }

  /// Goes back to the first row of the dataset that was begun last.
  func restartDataset() throws(Trouble) {
    try files.requireUnchanged(0)
    let descriptor = try files.open(0)
    reader = try Self.reader(files, descriptor)
    self.descriptor = descriptor
    let count = datasetCount
    datasetCount = 0
    while datasetCount < count { _ = try nextDataset() }
  }
}

/// The rows of one dataset of an export, in blocks.
struct ExportedBlocks: BlockSource {
  private let export: ExportFile
  private(set) var blockCount = 0

  init(_ export: ExportFile) { self.export = export }

  var bytesRead: Int { export.bytesRead }
  /// The digests of the lists are with their records.
  var digest: String? { nil }
  var isReplayable: Bool { export.isReplayable }

  mutating func next() throws(Trouble) -> ListBlock? {
    guard let rows = try export.nextRows() else { return nil }
    blockCount += 1
    return ListBlock(number: blockCount, bytes: rows.bytes, file: export.name, lines: rows.lines)
  }

  mutating func restart() throws(Trouble) {
    try export.restartDataset()
    blockCount = 0
  }
}
