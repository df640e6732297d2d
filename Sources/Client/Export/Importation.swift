// The import of an export: each of its datasets is loaded as any list is, with the records of its lists and its
// catalogue entry. A dataset that is there already with the same lists is left as it is, so that an import that was cut
// off is run again and goes on.

import ListFormats
import WireProtocol

/// What became of a dataset.
package enum ImportedDataset: Equatable, Sendable {
  /// It was loaded.
  case loaded(LoadOutcome)
  /// It is there already, with the same lists.
  case unchanged
  /// It has no list: its entry was made.
  case described
}

/// An import.
package struct Importation: Sendable {
  private let path: String
  private let replaces: Bool
  private let patience: Duration

  /// - Parameters:
  ///   - path: the file; `-` is standard input.
  ///   - replaces: whether the lists of datasets that are there with other ones are replaced.
  ///   - patience: how long a lost daemon is waited for.
  package init(path: String, replaces: Bool, patience: Duration) {
    self.path = path
    self.replaces = replaces
    self.patience = patience
  }

  /// Imports. Notices and progress go to `console`.
  ///
  /// - Parameter done: is told each dataset as it is finished.
  package func run(
    socket: String, console: IngestConsole, done: (String, ImportedDataset) throws(Trouble) -> Void
  ) throws(Trouble) {
    let files = try ListFiles.examine([path])
    let export = try ExportFile(files)
    console.progress = ProgressLine(byteTotal: files.byteCount)
    while let dataset = try export.nextDataset() {
      let outcome = try load(dataset, export, files, socket: socket, console: console)
      console.clear()
      try done(dataset.slug, outcome)
    }
  }

  private func load(
    _ dataset: ExportedDataset, _ export: ExportFile, _ files: ListFiles, socket: String,
    console: IngestConsole
  ) throws(Trouble) -> ImportedDataset {
    let standing = try standingLists(dataset.slug, socket)
    guard !dataset.lists.isEmpty else {
      try describe(dataset, socket)
      return .described
    }
    if standing == dataset.lists.map(Self.identity) {
      try describe(dataset, socket)
      return .unchanged
    }
    guard standing.isEmpty || replaces else {
      throw Trouble(
        "\(dataset.slug) has other lists than the export. Use --replace to put those of the export in their place"
      )
    }
    let mode = standing.isEmpty ? LoadMode.create : .replace
    var request = LoadRequest(
      slug: dataset.slug, mode: mode,
      source: LoadRequest.source(
        files: files, slug: dataset.slug, mode: mode, reading: "import", folder: Ingestion.folder),
      name: files.title, format: "export", byteCount: files.byteCount)
    request.lists = dataset.lists
    var runner = IngestRunner(
      IngestSession(request, sha256: nil), source: ExportedBlocks(export),
      rejectLog: try RejectLog(path: nil),
      console: console, path: socket, patience: patience)
    let outcome = try runner.run()
    console.clear()
    for row in runner.rejectsShown.rows { console.line("\(row.file):\(row.line): \(row.code): \(row.text)") }
    if outcome.rejected > 0 {
      console.notice("\(dataset.slug): \(Figures.counted(outcome.rejected, "row")) of the export rejected")
    }
    try describe(dataset, socket)
    return .loaded(outcome)
  }

  /// What tells lists apart.
  private static func identity(_ list: [Arguments.Field]) -> [String?] {
    ["name", "format", "sha256", "bytes", "rows", "rejected"].map { name in
      list.first { $0.name == name }?.value
    }
  }

  private func standingLists(_ slug: String, _ socket: String) throws(Trouble) -> [[String?]] {
    var conversation = try Conversation(path: socket)
    let reply = try conversation.ask(RequestText.line(.dataset, [slug]))
    if case .error(.dataset?, _, _) = reply.status { return [] }
    return PairReport(try reply.accepted()).lists.map { list in
      Self.identity(list.map { Arguments.Field(name: $0.name, value: $0.value) })
    }
  }

  /// Sets the catalogue fields; the request for each is short enough for any value. Makes the dataset where the export
  /// has nothing else of it.
  private func describe(_ dataset: ExportedDataset, _ socket: String) throws(Trouble) {
    var conversation = try Conversation(path: socket)
    var fields = dataset.fields
    if fields.isEmpty, dataset.lists.isEmpty { fields = [Arguments.Field(name: "note", value: "")] }
    for field in fields {
      _ = try conversation.demand(RequestText.line(.describe, [dataset.slug], fields: [field]))
    }
  }
}

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
