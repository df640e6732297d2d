// The import of an export: each of its datasets is loaded as any list is, with the records of its lists and its
// catalogue entry. A dataset that is there already with the same lists is left as it is, so that an import that was cut
// off is run again and goes on.

package import Console
import DaemonClient
import ListFormats
import WireProtocol

package enum ImportedDataset: Equatable, Sendable {
  case loaded(LoadOutcome)
  /// It is there already, with the same lists.
  case unchanged
  /// It has no list: its entry was made.
  case described
}

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
  /// - Parameter done: is called for each dataset as it is finished.
  package func run(
    socket: String, console: ProgressConsole, done: (String, ImportedDataset) throws(Trouble) -> Void
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
    console: ProgressConsole
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
    ListDescription.identifyingNames.map { name in
      list.first { $0.name == name }?.value
    }
  }

  private func standingLists(_ slug: String, _ socket: String) throws(Trouble) -> [[String?]] {
    var daemon = try DaemonLink(path: socket)
    let reply = try daemon.reply(to: DatasetRequest(slug))
    if case .error(.dataset?, _, _) = reply.status { return [] }
    return NamedValues(try DatasetRequest.Reply.read(try reply.accepted())).lists.map { list in
      Self.identity(list.map { Arguments.Field(name: $0.name, value: $0.value) })
    }
  }

  /// Sets the catalogue fields; the request for each is short enough for any value. Makes the dataset where the export
  /// has nothing else of it.
  private func describe(_ dataset: ExportedDataset, _ socket: String) throws(Trouble) {
    var daemon = try DaemonLink(path: socket)
    var fields = dataset.fields
    if fields.isEmpty, dataset.lists.isEmpty {
      fields = [Arguments.Field(name: CatalogueField.note.rawValue, value: "")]
    }
    for field in fields {
      _ = try daemon.ask(DescribeRequest(dataset.slug, [field]))
    }
  }
}
