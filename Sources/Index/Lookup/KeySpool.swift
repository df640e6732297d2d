// Keys that are to be taken in order, each once, however many come: in memory as long as they fit into their share of
// it, else in sorted runs, as the rows of a load are. Nothing of them outlives the spool: a run is not made durable, its
// folder goes with the spool, and what a crash leaves of it is removed when the index is opened.

internal import Platform
internal import Synchronization

/// The room that a spool may have on the disk, where somebody bounds it.
package protocol SpoolRoom: Sendable {
  /// Takes room; `free` bytes of the disk are left beyond its reserve.
  func take(_ byteCount: Int, free: Int) throws(IndexError)
  func giveBack(_ byteCount: Int)
}

/// Keys with labels, unsorted as they come. Used by one thread at a time.
package struct KeySpool: ~Copyable {
  /// The keys in memory. Those who add keys on several cores take the lanes out, fill one each, and put them back.
  package var lanes: [StagingLane]
  private let spaces: [UInt8: KeySpace]
  private let limits: IndexLimits
  private let folder: String
  /// Given back when the folder is gone.
  private let room: (any SpoolRoom)?
  private var hasFolder = false
  private var runs: [StagedRun] = []
  /// Names of runs are not used again.
  private var runsWritten = 0

  /// A label of a key as it is staged; the key without one has no payload and is staged as primary.
  private static let labelBytes = 2

  /// The payloads of all labels side by side, so that none is made a row.
  private static let labelPayloads: [UInt8] = (0...UInt16.max).flatMap {
    [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)]
  }

  init(
    folder: String, spaces: [UInt8: KeySpace], lanes: Int, limits: IndexLimits, room: (any SpoolRoom)? = nil
  ) {
    self.room = room
    self.folder = folder
    self.spaces = spaces
    self.limits = limits
    self.lanes = [StagingLane](repeating: StagingLane(spaces: spaces), count: lanes)
  }

  deinit {
    // If this fails, it is removed when the index is opened the next time.
    if hasFolder { try? Folder.remove(folder) }
  }

  /// Adds a key to a lane under a label; 0 stands for none.
  @inline(__always)
  package static func append(_ key: StoredKey, space: UInt8, label: UInt16, to lane: inout StagingLane) {
    guard label > 0 else { return lane.append(key, space: space, isPrimary: true, payload: Span()) }
    let start = Int(label) * labelBytes
    lane.append(
      key, space: space, isPrimary: false,
      payload: labelPayloads.span.extracting(start..<(start + labelBytes)))
  }

  /// The labels of a key in order, into `labels`.
  static func readLabels(_ group: borrowing StagedGroup, into labels: inout [UInt16]) {
    if group.isPrimary { labels.append(0) }
    for index in 0..<group.payloadCount {
      let payload = group.payload(index)
      labels.append(UInt16(payload[payload.startIndex]) | UInt16(payload[payload.startIndex + 1]) << 8)
    }
  }

  /// Writes the keys in memory to a run where they have used up their share of it. Due after some thousand keys.
  package mutating func spillIfFull() throws(IndexError) {
    let needed = lanes.reduce(0) { $0 + $1.memoryBytes }
    guard needed >= limits.spoolMemoryBytes || lanes.contains(where: \.isFull) else { return }
    sortLanes()
    let rows = lanes.flatMap { lane in lane.spaces.map { (space: $0, rows: lane.rows($0)) } }
    try addRun(needing: needed) { (file) throws(IndexError) in
      var sections: [RunSection] = []
      for (space, rows) in rows {
        for form in [StagedForm.bare, .records] where rows.count(form) > 0 {
          let start = sections.last.map { $0.offset + $0.byteCount } ?? 0
          let byteCount = try RunFile.write(rows, form, to: file)
          sections.append(
            RunSection(
              space: space, form: form, offset: start, byteCount: byteCount, count: rows.count(form)))
        }
      }
      return sections
    }
    for lane in lanes.indices { lanes[lane].removeAll() }
    if runs.count == IndexLimits.spoolRunsMax { try mergeRuns() }
  }

  /// Makes one run of all, so that no merge ever has more sources than a bound.
  private mutating func mergeRuns() throws(IndexError) {
    let old = runs
    let oldBytes = old.reduce(0) { $0 + $1.byteCount }
    // A bare key of eight bytes becomes a record of ten.
    let needed = oldBytes + oldBytes / 4
    let spaces = spooledSpaces
    try addRun(needing: needed) { (file) throws(IndexError) in
      var sections: [RunSection] = []
      for space in spaces {
        let start = sections.last.map { $0.offset + $0.byteCount } ?? 0
        let (byteCount, count) = try Self.write(old, space, to: file)
        sections.append(
          RunSection(space: space.id, form: .records, offset: start, byteCount: byteCount, count: count))
      }
      return sections
    }
    runs.removeFirst(old.count)
    for run in old { try Folder.removeFile(run.path) }
    room?.giveBack(oldBytes)
  }

  /// Writes a namespace's keys of several runs as one section of records; returns its size and its rows.
  private static func write(
    _ runs: [StagedRun], _ space: KeySpace, to file: borrowing SystemFile
  ) throws(IndexError) -> (byteCount: Int, count: Int) {
    var noLanes: [StagingLane] = []
    var merge = try StagedSources(space, runs: runs, lanes: &noLanes).merge()
    var (byteCount, count) = (0, 0)
    var piece: [UInt8] = []
    RunFile.beginPiece(&piece)
    while true {
      let hasMore = try merge.advance()
      if hasMore {
        let (key, hasSecondHalf) = (merge.group.key, !space.isInteger)
        if merge.group.isPrimary {
          appendRecord(key, isPrimary: true, [], hasSecondHalf: hasSecondHalf, to: &piece)
        }
        for index in 0..<merge.group.payloadCount {
          appendRecord(
            key, isPrimary: false, merge.group.payload(index), hasSecondHalf: hasSecondHalf, to: &piece)
        }
        count += merge.group.payloadCount + (merge.group.isPrimary ? 1 : 0)
      }
      if piece.count > (hasMore ? RunFile.pieceBytes : RunFile.pieceHeaderBytes) {
        try RunFile.writePiece(&piece, to: file)
        byteCount += piece.count
        RunFile.beginPiece(&piece)
      }
      if !hasMore { return (byteCount, count) }
    }
  }

  /// Appends a row in the form of records (`StagedForm`).
  private static func appendRecord(
    _ key: StoredKey, isPrimary: Bool, _ payload: ArraySlice<UInt8>, hasSecondHalf: Bool,
    to output: inout [UInt8]
  ) {
    LittleEndian.append(key.high, bytes: 8, to: &output)
    output.append(isPrimary ? 1 : 0)
    if hasSecondHalf { LittleEndian.append(key.low, bytes: 8, to: &output) }
    Varint.append(payload.count, to: &output)
    output += payload
  }

  private mutating func addRun(
    needing byteCount: Int, _ write: (borrowing SystemFile) throws(IndexError) -> [RunSection]
  ) throws(IndexError) {
    if !hasFolder { try Folder.make(folder) }
    hasFolder = true
    let free = try Folder.freeBytes(folder) - limits.diskReserveBytes
    guard free >= byteCount else { throw .disk(freeBytes: free, neededBytes: byteCount) }
    try room?.take(byteCount, free: free)
    runsWritten += 1
    let path = "\(folder)/\(runsWritten).run"
    let run = StagedRun(path: path, sections: try write(try SystemFile(creating: path)))
    runs.append(run)
    room?.giveBack(byteCount - run.byteCount)
  }

  /// The namespaces that the spool has keys of.
  var spooledSpaces: [KeySpace] {
    var found = Set(lanes.flatMap(\.spaces))
    for run in runs { found.formUnion(run.sections.map(\.space)) }
    return found.sorted().compactMap { spaces[$0] }
  }

  /// How many keys came.
  var count: Int { spooledSpaces.reduce(0) { $0 + count($1) } }

  /// How many keys came of a namespace.
  func count(_ space: KeySpace) -> Int { StagedSources.count(space, runs: runs, lanes: lanes) }

  /// The sorted stream of a namespace's keys.
  mutating func merge(_ space: KeySpace) throws(IndexError) -> StagedMerge { try sources(space).merge() }

  /// Sorts the keys in memory. Those of one lane are sorted by the calling thread, whose priority stays: it may be one that
  /// answers questions.
  private mutating func sortLanes() {
    if lanes.count == 1 { lanes[0].sort() } else { lanes.sortOnCores() }
  }

  /// The sorted sources of a namespace's keys.
  mutating func sources(_ space: KeySpace) throws(IndexError) -> StagedSources {
    sortLanes()
    return try StagedSources(space, runs: runs, lanes: &lanes)
  }
}

extension Index {
  /// An empty spool.
  ///
  /// - Parameters:
  ///   - lanes: how many cores may add keys at the same time.
  ///   - room: that it may have on the disk; nil for all that is free.
  package func keySpool(lanes: Int = 1, room: (any SpoolRoom)? = nil) -> KeySpool {
    let number = spools.add(1, ordering: .relaxed).newValue
    return KeySpool(
      folder: loadFolder("\(Self.spoolPrefix)\(number)"), spaces: snapshot.spaces, lanes: lanes,
      limits: limits, room: room)
  }

  /// What the names of spools' folders begin with. No load is called so, since slugs begin otherwise.
  static let spoolPrefix = "~keys-"
}
