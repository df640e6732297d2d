// What a session cannot answer at once, because it touches the disk or takes long. A session only describes the
// job; whoever drives it has it done elsewhere and brings the result back.

internal import Index
internal import WireProtocol

/// Work for the staging, query or writer thread.
enum Job {
  case openLoad(LoadManifest, sha256: String)
  case stageRows(OpenLoad, block: Int, rows: Int, body: [UInt8])
  case commit(OpenLoad, blocks: Int, sha256: String)
  case abort(OpenLoad)
  case abortStaged(String)
  case listLoads
  case get([UInt8])
  case overlap
  case remove(String)
  case describe(String, [String: String])
  /// Only an error to answer, behind the jobs before it.
  case refuse(ProtocolError)
  /// The session has gone: its load stays staged.
  case detach(OpenLoad)

  /// The threads that do jobs.
  enum Place {
    case staging
    case queries
    case writer
  }

  /// Where the job is done. Jobs of one place are done in order.
  var place: Place {
    switch self {
    case .openLoad, .stageRows, .abort, .abortStaged, .refuse, .detach: .staging
    case .listLoads, .get, .overlap: .queries
    case .commit, .remove, .describe: .writer
    }
  }

  /// Whether it is a block of rows, of which several may be under way.
  var isRows: Bool {
    switch self {
    case .stageRows, .refuse: true
    default: false
    }
  }
}

/// What came of a job.
struct JobResult: Sendable {
  /// The reply, whole lines, without the tag.
  var reply: [UInt8]
  /// The load that the session now has open.
  var opened: OpenLoad?
  /// Whether the session's open load is no more.
  var closesLoad = false
}
