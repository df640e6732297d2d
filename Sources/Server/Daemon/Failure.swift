// Errors of the index as the protocol tells them to clients. What an operator needs beyond that goes to the log.

internal import Index
internal import LMDB
internal import WireProtocol

extension ProtocolError {
  /// What a client is told of an index error.
  init(_ error: IndexError) {
    switch error {
    case .noDataset: self.init(.dataset, error.description)
    case .hasList: self.init(.exists, error.description)
    case .disk: self.init(.disk, error.description)
    case .full: self.init(.full, error.description)
    case .held: self.init(.busy, error.description)
    case .corrupt: self.init(.corrupt, error.description)
    case .lmdb(let cause) where cause.code == .mapFull:
      self.init(.full, "the index's map is used up; start whichsetd with a larger --map-size")
    case .lmdb(let cause) where cause.code == .diskIO || cause.code == .noSpace:
      self.init(.disk, "the disk is full or failing; nothing was changed")
    case .system(_, _, let code) where LMDBError.Code(rawValue: code) == .noSpace:
      self.init(.disk, "the disk is full; nothing was changed")
    case .lmdb, .system, .inUse, .newerFormat, .notAnIndex, .lost, .dead:
      self.init(.internal, "the daemon could not do it; its log says why")
    }
  }
}

extension ProtocolError {
  /// The reply to who asks for a key whose block is damaged.
  static var damagedKey: ProtocolError {
    ProtocolError(.corrupt, "stored data of this key is damaged; run whichset verify, then restore a backup")
  }
}

extension IndexError {
  /// Whether the environment is dead: LMDB refuses everything after a failed write of its meta page.
  var isFatal: Bool {
    switch self {
    case .dead: true
    case .lmdb(let cause): cause.code == .panic
    default: false
    }
  }
}

extension JobResult {
  /// One status line.
  init(_ line: String) { self.init(reply: Array((line + "\n").utf8)) }

  /// An error.
  init(_ error: ProtocolError) {
    self.init(error.line)
    self.error = error.code
  }

  /// The reply to a `GET` of what is in no dataset.
  static var miss: JobResult {
    var result = JobResult("MISS")
    result.isMiss = true
    return result
  }

  /// What a job threw; the log is told what an operator has to know of it.
  init(failure error: any Error, during what: String, _ log: DaemonLog) {
    switch error {
    case let error as ProtocolError: self.init(error)
    case let error as IndexError:
      log.failure(what, error)
      self.init(ProtocolError(error))
    default:
      log.unexpected(what, error)
      self.init(ProtocolError(.internal, "the daemon could not do it; its log says why"))
    }
  }
}
