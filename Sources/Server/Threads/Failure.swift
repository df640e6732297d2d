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
    case .lmdb, .system, .inUse, .newerFormat, .notAnIndex:
      self.init(.internal, "the daemon could not do it; its log says why")
    }
  }
}

extension IndexError {
  /// Whether the environment is dead: LMDB refuses everything after a failed write of its meta page.
  var isFatal: Bool {
    if case .lmdb(let cause) = self { cause.code == .panic } else { false }
  }
}

extension ProtocolError {
  /// What a client is told of an error; the log is told what an operator has to know of it.
  init(_ error: any Error, during what: String, _ log: DaemonLog) {
    switch error {
    case let error as ProtocolError: self = error
    case let error as IndexError:
      log.failure(what, error)
      self.init(error)
    default:
      log.unexpected(what, error)
      self.init(.internal, "the daemon could not do it; its log says why")
    }
  }
}
