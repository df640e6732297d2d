// Errors of the index as the protocol tells them to clients. What an operator needs beyond that goes to the log.

internal import Glibc
internal import Identifiers
internal import Index
internal import LMDB
internal import Platform
internal import WireProtocol

/// What the system refused, by what can be done about it.
enum SystemShortage {
  /// The disk or the quota is used up, or the disk fails.
  case disk
  /// Descriptors or memory are short at this moment, or a signal came in between.
  case moment
  /// A file would be larger than the daemon's files may be.
  case fileSize

  /// What an `errno` says; nil where it is no shortage.
  init?(_ code: Int32) {
    switch code {
    case ENOSPC, EDQUOT, EIO: self = .disk
    case EMFILE, ENFILE, ENOMEM, ENOBUFS, EAGAIN, EINTR: self = .moment
    case EFBIG: self = .fileSize
    default: return nil
    }
  }
}

extension ProtocolError {
  /// An error for what the system refused; nil where it is no shortage. The log has the call and the path.
  init?(systemCode code: Int32) {
    let reason = SystemFailure.reason(code)
    switch SystemShortage(code) {
    case .disk: self.init(.disk, "the disk is full or failing (\(reason)); nothing was changed")
    case .moment: self.init(.busy, "the daemon is short of files or memory (\(reason)); try again")
    case .fileSize:
      self.init(
        .full,
        "a file would be larger than the daemon's files may be (\(reason)); raise LimitFSIZE= or ulimit -f")
    case nil: return nil
    }
  }

  /// The error reply to a client for an index error.
  init(_ error: IndexError) {
    switch error {
    case .noDataset: self.init(.dataset, error.description)
    case .hasList: self.init(.exists, error.description)
    case .disk: self.init(.disk, error.description)
    case .full: self.init(.full, error.description)
    case .unfit: self.init(.file, error.description)
    case .tooMany: self.init(.limit, error.description)
    case .held, .shareUsed: self.init(.busy, error.description)
    case .corrupt: self.init(.corrupt, error.description)
    case .lmdb(let cause) where cause.code == .mapFull:
      self.init(.full, "the index's map is used up; start whichsetd with a larger --map-size")
    case .lmdb(let cause) where cause.code == .readersFull:
      self.init(.busy, "too many snapshots of the index are held; try again")
    case .lmdb(let cause): self = Self(systemCode: cause.code.rawValue) ?? .unexpected
    case .system(let failure): self = Self(systemCode: failure.code) ?? .unexpected
    case .inUse, .newerFormat, .olderFormat, .staged, .notAnIndex, .lost, .untrusted, .dead:
      self = .unexpected
    }
  }

  private static var unexpected: ProtocolError {
    ProtocolError(.internal, "the daemon could not do it; its log says why")
  }
}

extension ProtocolError {
  /// No list has keys of a namespace, so that one of them is neither found nor not found.
  static func unsearchable(_ space: UInt8) -> ProtocolError {
    ProtocolError(.unsearchable, Namespace.unsearchableReason(Namespace(rawValue: space)))
  }

  /// The reply to a request for a key whose block is damaged.
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

extension ProtocolError {
  /// The error reply to a client; logs what an operator has to know of it.
  init(_ error: any Error, during what: String, _ log: DaemonLog) {
    switch error {
    case let error as ProtocolError: self = error
    case let error as IndexError:
      log.failure(what, error)
      self.init(error)
    default:
      log.unexpected(what, error)
      self = .unexpected
    }
  }
}
