// One load while it is staged: its manifest, its runs on disk, its rows still in memory. A load survives a crash
// with all blocks up to the last run's; what was only in memory is sent again by the client.
//
//   staging/<slug>.<source>/load        the manifest, written once
//   staging/<slug>.<source>/000001.run  and so on

internal import Platform

/// How a load treats what its dataset has.
package enum LoadMode: String, Sendable {
  /// The dataset must have no list.
  case create
  /// Adds to the dataset's lists.
  case append
  /// Takes the place of the dataset's lists.
  case replace
}

/// What a load is, fixed when it is opened.
package struct LoadManifest: Equatable, Sendable {
  /// The dataset.
  package var slug: String
  /// Names the load among those of its dataset.
  package var source: String
  /// How it treats what the dataset has.
  package var mode: LoadMode
  /// Name of the list.
  package var name = ""
  /// Format of the list.
  package var format = ""
  /// Size of the list; 0 where unknown.
  package var byteCount = 0
  /// Digest of the list in hex; empty where unknown.
  package var sha256 = ""
  /// Tells it from other loads of its name, before and after it; empty in what is to be opened, and in loads that version 0.1.0
  /// staged.
  fileprivate(set) var token = ""

  /// Describes a load.
  package init(slug: String, source: String, mode: LoadMode) {
    self.slug = slug
    self.source = source
    self.mode = mode
  }

  /// The name of every load that rebuilds the keys of its dataset: no client can give it, and what a crash leaves of
  /// such a load is of no use.
  static let reindexSource = "~reindex"

  /// Describes the load that rebuilds a dataset's keys.
  package init(reindexing slug: String) { self.init(slug: slug, source: Self.reindexSource, mode: .replace) }

  /// Whether a load that was staged under this description can go on under `other`: it is of the same list, as far
  /// as both tell, and treated alike.
  package func isResumable(as other: LoadManifest) -> Bool {
    var same = self
    if sha256.isEmpty || other.sha256.isEmpty { same.sha256 = other.sha256 }
    same.token = other.token
    return same == other
  }

  /// The load's name in the protocol and on disk.
  package var identifier: String { "\(slug).\(source)" }

  fileprivate var encoded: [UInt8] {
    var values = NamedValues()
    values.put("slug", slug)
    values.put("source", source)
    values.put("mode", mode.rawValue)
    values.put("name", name)
    values.put("format", format)
    values.put("bytes", String(byteCount))
    values.put("sha256", sha256)
    values.put("token", token)
    return values.encoded
  }

  fileprivate init?(_ values: NamedValues) {
    var byName: [String: String] = [:]
    for (name, value) in values.pairs { byName[name] = value }
    guard let slug = byName["slug"], let source = byName["source"],
      let mode = byName["mode"].flatMap(LoadMode.init(rawValue:))
    else { return nil }
    self.init(slug: slug, source: source, mode: mode)
    name = byName["name"] ?? ""
    format = byName["format"] ?? ""
    byteCount = byName["bytes"].flatMap { Int($0) } ?? 0
    sha256 = byName["sha256"] ?? ""
    token = byName["token"] ?? ""
  }
}

/// What a staged load holds.
package struct LoadSummary: Equatable, Sendable {
  /// What the load is.
  package let manifest: LoadManifest
  /// Bytes of its runs.
  package fileprivate(set) var stagedBytes = 0
  fileprivate(set) var progress = LoadProgress()

  /// The last block.
  package var block: Int { progress.block }
  /// Rows, rejected ones included.
  package var rows: Int { progress.rows }
  /// Rows accepted.
  package var accepted: Int { progress.accepted }
  /// Rows rejected.
  package var rejected: Int { progress.rejected }
}

/// A staged load. Used by one thread at a time.
package struct StagedLoad: ~Copyable {
  /// What the load is.
  package let manifest: LoadManifest
  /// Bytes of its runs.
  package private(set) var stagedBytes = 0
  /// When all rows that there were became durable, or when the load was opened.
  package private(set) var lastDurable = ContinuousClock.now
  let folder: String
  private(set) var progress = LoadProgress()
  private(set) var durable = LoadProgress()
  private(set) var runs: [StagedRun] = []
  /// The rows in memory. Those who add rows on several cores take the lanes out, fill one each, and put them back.
  package var lanes: [StagingLane]
  private let spaces: [UInt8: KeySpace]
  private let limits: IndexLimits
  private var nextRoomCheck: Int

  /// The last block received.
  package var block: Int { progress.block }
  /// The last block that a crash would not lose.
  package var durableBlock: Int { durable.block }
  /// Rows received, rejected ones included.
  package var rows: Int { progress.rows }
  /// Rows accepted.
  package var accepted: Int { progress.accepted }
  /// Rows rejected.
  package var rejected: Int { progress.rejected }
  /// Bytes of rows in memory.
  package var memoryBytes: Int { lanes.reduce(0) { $0 + $1.memoryBytes } }

  /// Opens the load in `folder`, or makes it from `manifest`.
  static func open(
    folder: String, manifest new: LoadManifest, spaces: [UInt8: KeySpace], limits: IndexLimits
  ) throws(IndexError) -> StagedLoad {
    let path = "\(folder)/load"
    let names = try Folder.names(in: folder)
    guard names.contains("load") else {
      try Folder.remove(folder)
      try Folder.make(folder)
      var new = new
      new.token = String(UInt64.random(in: 1 ... .max), radix: 16)
      try Folder.replaceFile(path, with: new.encoded)
      return StagedLoad(new, folder: folder, spaces: spaces, limits: limits)
    }
    let manifest = try readManifest(folder)
    var load = StagedLoad(manifest, folder: folder, spaces: spaces, limits: limits)
    var isWhole = true
    for name in names where name.hasSuffix(".run") {
      // Runs build on each other: behind a gap, which nothing but a half-done removal leaves, none counts.
      isWhole = isWhole && name == runName(load.runs.count + 1)
      guard isWhole else {
        try Folder.removeFile("\(folder)/\(name)")
        continue
      }
      let run = try RunFile.open("\(folder)/\(name)")
      load.runs.append(StagedRun(path: "\(folder)/\(name)", sections: run.sections))
      load.stagedBytes += run.byteCount
      load.durable = run.progress
    }
    load.progress = load.durable
    return load
  }

  private static func readManifest(_ folder: String) throws(IndexError) -> LoadManifest {
    let path = "\(folder)/load"
    let file = try SystemFile(reading: path)
    var bytes = [UInt8](repeating: 0, count: try file.status().byteCount)
    _ = try file.read(bytes.count, at: 0, into: &bytes)
    guard let manifest = LoadManifest(try NamedValues(bytes.span, what: path)) else {
      throw .corrupt("the manifest \(path) is damaged; abort the load")
    }
    return manifest
  }

  /// Whether the load in `folder` has become visible in one of these datasets. A manifest that cannot be read is none of a
  /// visible load: opening the load reports its damage.
  static func isFinished(_ folder: String, in datasets: some Sequence<DatasetRecord>) -> Bool {
    guard let manifest = try? readManifest(folder) else { return false }
    return datasets.contains { dataset in
      dataset.slug == manifest.slug
        && dataset.lists.contains {
          manifest.token.isEmpty
            ? !$0.source.isEmpty && $0.source == manifest.source : $0.token == manifest.token
        }
    }
  }

  /// What the load in `folder` holds; nil where there is none. Changes nothing.
  static func peek(_ folder: String) throws(IndexError) -> LoadSummary? {
    let names = try Folder.names(in: folder)
    guard names.contains("load") else { return nil }
    var summary = LoadSummary(manifest: try readManifest(folder))
    for (index, name) in names.filter({ $0.hasSuffix(".run") }).enumerated() {
      guard name == runName(index + 1) else { break }
      let run = try RunFile.open("\(folder)/\(name)")
      summary.stagedBytes += run.byteCount
      summary.progress = run.progress
    }
    return summary
  }

  /// What the load holds.
  package var summary: LoadSummary {
    LoadSummary(manifest: manifest, stagedBytes: stagedBytes, progress: progress)
  }

  private init(_ manifest: LoadManifest, folder: String, spaces: [UInt8: KeySpace], limits: IndexLimits) {
    self.manifest = manifest
    self.folder = folder
    self.spaces = spaces
    self.limits = limits
    // Fewer rows go into a young level, which needs little.
    nextRoomCheck = limits.youngRowsMax + 1
    lanes = [StagingLane](repeating: StagingLane(spaces: spaces), count: limits.stagingLanes)
  }

  /// Adds a key of the block that is being received. `payload` is what the dataset listed for it; empty where that
  /// is no more than the key.
  package mutating func append(_ key: StoredKey, space: UInt8, isPrimary: Bool, payload: ArraySlice<UInt8>) {
    lanes[0].append(key, space: space, isPrimary: isPrimary, payload: payload.span)
  }

  /// Refuses a block of `byteCount` bytes, before any of its rows is taken, where there is no room for it: in
  /// memory, which `loads` loads share, unless the rows there can be written to a run; and on the disk.
  package mutating func makeRoom(for byteCount: Int, loads: Int = 1) throws(IndexError) {
    if isMemoryFull(loads: loads) { try spill(keepsMemory: loads == 1) }
    let needed = memoryBytes + byteCount
    let free = try freeBytes()
    guard free >= needed else { throw .disk(freeBytes: free, neededBytes: needed) }
  }

  /// Ends the block that is being received.
  package mutating func endBlock(accepted: Int, rejected: Int) {
    progress.block += 1
    progress.rows += accepted + rejected
    progress.accepted += accepted
    progress.rejected += rejected
  }

  /// Whether this load's share of the memory for rows, one of `loads`, is used up, so that they should be written
  /// to a run.
  package func isMemoryFull(loads: Int = 1) -> Bool {
    memoryBytes >= limits.stagingMemoryBytes / max(1, loads) || lanes.contains(where: \.isFull)
  }

  /// Whether the rows in memory have been there for too long.
  package var isOverdue: Bool {
    let seconds = manifest.byteCount > 0 ? limits.undurableSeconds : limits.undurablePipeSeconds
    return .now - lastDurable > .seconds(seconds)
  }

  private func freeBytes() throws(IndexError) -> Int {
    try Folder.freeBytes(folder) - limits.diskReserveBytes
  }

  /// Whether all that was staged is on the disk.
  package var isDurable: Bool { progress == durable }

  /// Writes what is in memory to a run and makes it durable.
  ///
  /// - Parameter keepsMemory: whether the memory stays for the rows that come next; not where other loads need it.
  package mutating func spill(keepsMemory: Bool = true) throws(IndexError) {
    guard !isDurable else { return }
    let free = try freeBytes()
    guard free >= memoryBytes else { throw .disk(freeBytes: free, neededBytes: memoryBytes) }
    let name = Self.runName(runs.count + 1)
    lanes.sortOnCores()
    let rows = lanes.flatMap { lane in lane.spaces.map { (space: $0, rows: lane.rows($0)) } }
    let run = try RunFile.write(rows, progress: progress, folder: folder, name: name)
    runs.append(StagedRun(path: "\(folder)/\(name)", sections: run.sections))
    stagedBytes += run.byteCount
    durable = progress
    lastDurable = .now
    for lane in lanes.indices {
      if keepsMemory { lanes[lane].removeAll() } else { lanes[lane] = StagingLane(spaces: spaces) }
    }
  }

  /// Removes all that the load has on disk.
  package consuming func remove() throws(IndexError) { try Self.remove(folder) }

  /// Removes a load's folder: its manifest first, so that what a crash leaves of it is no load any more.
  static func remove(_ folder: String) throws(IndexError) {
    guard try isLoad(folder) else { return try Folder.remove(folder) }
    try Folder.removeFile("\(folder)/load")
    try Folder.sync(folder)
    try Folder.remove(folder)
  }

  /// Whether a folder holds a load: it has a manifest.
  static func isLoad(_ folder: String) throws(IndexError) -> Bool {
    try Folder.exists("\(folder)/load")
  }

  private static func runName(_ number: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, 6 - digits.count)) + digits + ".run"
  }

  /// The namespaces that the load has keys of.
  var stagedSpaces: [KeySpace] {
    var found = Set(lanes.flatMap(\.spaces))
    for run in runs { found.formUnion(run.sections.map(\.space)) }
    return found.sorted().compactMap { spaces[$0] }
  }

  /// An upper bound of the distinct keys staged for a namespace: its rows.
  func stagedRows(_ space: KeySpace) -> Int { StagedSources.count(space, runs: runs, lanes: lanes) }

  /// Bytes that the rows take once they are merged, about: a bare key as many as it has, other rows half, since their
  /// listings are compressed.
  var mergedBytes: Int {
    let sections = runs.flatMap(\.sections)
    let bareKeys =
      sections.filter { $0.form == .bare }.reduce(0) { $0 + $1.count }
      + lanes.reduce(0) { $0 + $1.count(.bare) }
    let records =
      sections.filter { $0.form == .records }.reduce(0) { $0 + $1.byteCount }
      + lanes.reduce(0) { $0 + $1.recordBytes }
    return bareKeys * 8 + records / 2
  }

  /// Whether so many rows have come since the last time that the room for their merge should be looked at again.
  package mutating func isRoomCheckDue() -> Bool {
    guard accepted >= nextRoomCheck else { return false }
    nextRoomCheck = accepted + Self.rowsBetweenRoomChecks
    return true
  }

  private static let rowsBetweenRoomChecks = 1_000_000

  /// The sorted sources of a namespace's staged rows.
  mutating func sources(_ space: KeySpace, forms: [StagedForm] = [.bare, .records]) throws(IndexError)
    -> StagedSources
  {
    lanes.sortOnCores()
    return try StagedSources(space, forms: forms, runs: runs, lanes: &lanes)
  }
}
