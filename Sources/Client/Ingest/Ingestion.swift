// A load from the user's words to its figures: looks at the files, asks what the dataset has, hashes ahead where
// that can spare a load, and hands over to `IngestRunner`.

package import Console
import DaemonClient
import Glibc
import Identifiers
package import ListFormats
import WireProtocol

/// What the user asked to be loaded.
package struct Ingestion: Sendable {
  private let slug: String
  private let paths: [String]
  private let mode: LoadMode
  private let format: ListFormat?
  private let options: ListOptions
  private let name: String?
  private let rejectsPath: String?
  private let limit: RejectLimit
  private let patience: Duration

  /// Takes the user's words; nil means: recognise the format, name the list after its files, keep no rejects.
  package init(
    slug: String, paths: [String], mode: LoadMode, format: ListFormat?, options: ListOptions, name: String?,
    rejectsPath: String?, limit: RejectLimit, patience: Duration
  ) {
    self.slug = slug
    self.limit = limit
    self.paths = paths
    self.mode = mode
    self.format = format
    self.options = options
    self.name = name
    self.rejectsPath = rejectsPath
    self.patience = patience
  }

  /// Loads. Notices and progress go to `console`.
  package func run(socket path: String, console: ProgressConsole) throws(Trouble) -> LoadOutcome {
    let files = try ListFiles.examine(paths)
    console.progress = ProgressLine(byteTotal: files.byteCount)
    let listed = try ListedDigests(slug: slug, path: path, patience: patience)
    var blocks = try FileBlocks(files, format: format, options: options, notice: { console.notice($0) })
    var sha256: String?
    if listed.callForDigest(of: files, mode: mode) {
      sha256 = files.isReplayable ? try files.digest() : try Self.drain(&blocks)
    }
    let request = LoadRequest(
      slug: slug, mode: mode,
      source: LoadRequest.source(
        files: files, slug: slug, mode: mode, reading: reading, folder: Self.folder),
      name: name ?? files.title, format: blocks.reading, byteCount: files.byteCount)
    var runner = IngestRunner(
      IngestSession(request, sha256: sha256, limit: limit), source: blocks,
      rejectLog: try RejectLog(path: rejectsPath),
      console: console, path: path, patience: patience)
    var result: LoadOutcome
    do throws(Trouble) {
      result = try runner.run()
    } catch {
      console.clear()
      tellRejects(runner.rejectsShown.rows, console)
      throw error
    }
    console.clear()
    guard !result.isUnchanged else { return result }
    tellRejects(runner.rejectsShown.rows, console)
    (result.format, result.reason) = (blocks.formatName, blocks.formatReason)
    takeKeys(to: &result, before: mode == .append ? listed.keys : [:], path: path, console)
    result.rejects = runner.rejectsShown.tally
    let missing = result.rejected - result.rejects.total
    result.rejects.add("earlier", rows: missing)
    if missing > 0 {
      console.notice(
        "\(Figures.counted(missing, "rejected row")) came up in a run that was cut off before this one")
    }
    return result
  }

  /// Reads the list as `run` would, and sends nothing.
  package func rehearse(console: ProgressConsole) throws(Trouble) -> Rehearsal {
    let files = try ListFiles.examine(paths)
    console.progress = ProgressLine(byteTotal: files.byteCount)
    var blocks = try FileBlocks(files, format: format, options: options, notice: { console.notice($0) })
    var log = try RejectLog(path: rejectsPath)
    try log.begin(isResumed: false)
    defer { console.clear() }
    let rehearsal = try Rehearsal(&blocks, limit: limit, log: &log) { rows, bytes in
      console.progress.rows += rows
      console.progress.bytesRead = bytes
      console.draw()
    }
    tellRejects(log.shown, console)
    return rehearsal
  }

  /// How the list is read, in words that differ where its rows would.
  private var reading: String {
    "\(format?.rawValue ?? "auto") \(options.filePrefix ?? "") \(options.columns) "
      + "\(options.hasHeader.map(String.init) ?? "") \(options.separator?.rawValue ?? "") "
      + "\(options.encoding?.name ?? "")"
  }

  /// Counts the keys that the load gave the dataset, and warns where no other dataset has any of their kinds. The load is
  /// done: a daemon that cannot say it now, since it starts again, makes no trouble of it.
  private func takeKeys(
    to outcome: inout LoadOutcome, before: [Namespace: Int], path: String, _ console: ProgressConsole
  ) {
    do throws(Trouble) {
      let keys = try ListedDigests(slug: slug, path: path, patience: patience).keys
      outcome.keys = keys.merging(before) { $0 - $1 }.filter { $0.value > 0 }
      var daemon = try DaemonLink(path: path)
      outcome.warning = try KeyKinds(outcome.keys).warning(about: slug, &daemon)
      if let warning = outcome.warning { console.notice(warning) }
    } catch {
      console.notice("loaded; which kinds of keys there are now is not known: \(error.text)")
    }
  }

  /// Reads a list to its end for its digest alone.
  private static func drain(_ blocks: inout FileBlocks) throws(Trouble) -> String? {
    while try blocks.next() != nil {}
    return blocks.digest
  }

  /// Shows the first rejected rows, or says where they are.
  private func tellRejects(_ rows: [RejectedRow], _ console: ProgressConsole) {
    for row in rows { console.line("\(row.file):\(row.line): \(row.code): \(row.text)") }
    if rows.count == RejectLog.shownMax { console.notice("--rejects FILE takes all rejected rows") }
  }

  /// The working folder. The corresponding C function is `getcwd`.
  static var folder: String {
    // getcwd gives a new C string or none; it is copied, then freed once.
    guard let text = unsafe getcwd(nil, 0) else { return "." }
    defer { unsafe free(text) }
    return unsafe String(cString: text)
  }
}
