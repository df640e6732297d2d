// What a session cannot answer at once, because it touches the disk or takes long. A session only describes the
// job; whoever drives it has it done elsewhere and brings the result back.

internal import Identifiers
internal import Index
internal import WireProtocol

/// Work for the staging, query or writer thread.
enum Job {
  case openLoad(LoadManifest)
  case stageRows(OpenLoad, block: Int, rows: Int, body: [UInt8])
  case commit(OpenLoad, CommitRequest)
  case abort(OpenLoad)
  case abortStaged(String)
  case listLoads
  case get([UInt8])
  /// Of one namespace, or of all.
  case overlap(Namespace?)
  case listImages(ImageListRequest)
  /// The cross-reference is the session's, if it has one open.
  case account(AccountRequest, Crossref?)
  case remove(String)
  case openCrossref(givesMatches: Bool)
  case crossrefItems(Crossref, rows: Int, body: [UInt8])
  case tally(Crossref)
  /// The session has gone, and its cross-reference with it.
  case dropCrossref(Crossref)
  case describe(String, [String: String])
  /// Every row of these datasets, or of all where none is named.
  case export([String])
  case digest
  /// Makes the keys of a dataset, or of all that older rules made, anew.
  case reindex(String?)
  /// Reads the settings anew.
  case reload
  /// A copy of the index into a file.
  case backup(HandedFile)
  /// The backup of that name is good.
  case confirmBackup(String)
  case verify
  case compact
  case restore(HandedFile, force: Bool)
  /// The next step of a streamed reply.
  case advance(ReplyStream)
  /// A streamed reply that nobody waits for any more.
  case cancel(ReplyStream)
  /// The figures of the daemon, as text.
  case metrics(any DaemonFigures)
  /// The figures, and the counts of the index.
  case stats(any DaemonFigures)
  /// Measures of the index that cost too much for the threads that show them.
  case measure(any DaemonFigures)
  /// Only an error to answer, behind the jobs before it.
  case refuse(ProtocolError)
  /// The session has gone: its load stays staged.
  case detach(OpenLoad)

  /// The threads that do jobs.
  enum Place {
    case staging
    case queries
    case writer
    case care
  }

  /// Where the job is done. Jobs of one place are done in order.
  var place: Place {
    switch self {
    case .openLoad, .stageRows, .abort, .abortStaged, .refuse, .detach, .reindex, .openCrossref,
      .crossrefItems,
      .tally, .dropCrossref:
      .staging
    case .listLoads, .get, .overlap, .export, .digest, .listImages, .account, .metrics, .stats, .measure,
      .reload:
      .queries
    case .advance(let stream), .cancel(let stream): stream.place
    case .commit, .remove, .describe: .writer
    case .backup, .confirmBackup, .verify, .compact, .restore: .care
    }
  }

  /// The verb whose request it is; nil where it is nobody's, or only an error.
  var verb: Verb? {
    switch self {
    case .openLoad: .ingest
    case .stageRows: .rows
    case .commit: .commit
    case .abort, .abortStaged: .abort
    case .listLoads: .loads
    case .get: .get
    case .overlap: .overlap
    case .listImages: .list
    case .account: .account
    case .remove: .remove
    case .openCrossref: .crossref
    case .crossrefItems: .items
    case .tally: .tally
    case .describe: .describe
    case .export: .export
    case .digest: .digest
    case .reindex: .reindex
    case .metrics: .metrics
    case .stats: .stats
    case .reload: .reload
    case .backup, .confirmBackup: .backup
    case .verify: .verify
    case .compact: .compact
    case .restore: .restore
    case .advance(let stream): stream.verb
    case .measure, .cancel, .refuse, .detach, .dropCrossref: nil
    }
  }

  /// How many identifiers or rows it has, and how many bytes these are.
  var size: (identifiers: Int, bytes: Int) {
    switch self {
    case .get(let identifier): (1, identifier.count)
    case .account(let request, _): (1, request.identifier.count)
    case .stageRows(_, _, let rows, let body), .crossrefItems(_, let rows, let body): (rows, body.count)
    default: (0, 0)
    }
  }

  /// Whether it is a block of rows, of which several may be under way.
  var isRows: Bool {
    switch self {
    case .stageRows, .crossrefItems, .refuse: true
    default: false
    }
  }
}

/// What a `COMMIT` says of its load.
struct CommitRequest: Equatable, Sendable {
  /// The number of its last block.
  var blocks: Int
  /// The digest of its list; empty for that with which it was opened.
  var sha256 = ""
  /// Lists that are recorded in place of the load's own.
  var lists: [ListRecord] = []

  /// What is recorded for the list that the load was.
  func recorded(_ own: ListRecord) -> [ListRecord] {
    guard !lists.isEmpty else { return [own] }
    var recorded = lists
    for index in recorded.indices { recorded[index].ruleVersion = own.ruleVersion }
    // By this the staged rows are known to be superfluous once the load is visible.
    recorded[recorded.count - 1].source = own.source
    return recorded
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
  /// The cross-reference that the session now has open.
  var crossref: Crossref?
  /// Whether the session's cross-reference is no more.
  var closesCrossref = false
  /// The streamed reply that has more to come.
  var stream: ReplyStream?
  /// The error that it is, if it is one.
  var error: ErrorCode?
  /// Whether the identifier is in no dataset.
  var isMiss = false
}
