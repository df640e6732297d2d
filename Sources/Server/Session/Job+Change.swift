// What a job changes, for the log: every change is logged with who asked for it and what came of it. It names datasets
// and loads, never an identifier; and of what was refused not even these, since whoever mistook one verb for another may
// have written an identifier in their place.

internal import Index

extension Job {
  /// What the client asks to be changed; nil for a job that changes nothing that anybody sees.
  var change: Change? {
    switch self {
    case .commit(let load, _): Change(kind: "commit", of: "load \(load.identifier)")
    case .abort(let load): Change(kind: "abort", of: "load \(load.identifier)")
    case .abortStaged(let name): Change(kind: "abort", of: "load \(name)")
    case .remove(let slug): Change(kind: "removal", of: slug)
    case .describe(let slug, let fields):
      Change(kind: "description", of: "\(slug) (\(fields.keys.sorted().joined(separator: ", ")))")
    case .reindex(let slug): Change(kind: "reindexing", of: slug ?? "all that older rules made")
    case .compact: Change(kind: "compaction", of: "the index")
    case .restore: Change(kind: "restoration", of: "the index")
    case .confirmBackup: Change(kind: "backup", of: "the index")
    case .reload: Change(kind: "reading", of: "settings")
    case .openLoad, .stageRows, .listLoads, .get, .overlap, .listImages, .account, .openCrossref,
      .crossrefItems, .tally, .dropCrossref, .export, .digest, .advance, .cancel, .refuse,
      .detach, .metrics, .stats, .measure, .backup, .verify:
      nil
    }
  }
}

/// A change.
struct Change: Sendable {
  let kind: String
  /// The dataset or load.
  let of: String
}

/// A change that a client asked for.
struct ChangeRequest: Sendable {
  let change: Change
  let peer: Peer

  /// What is logged of it.
  ///
  /// - Parameter outcome: of the job.
  func what(_ outcome: ChangeOutcome) -> String {
    outcome.isRefused ? change.kind : "\(change.kind) of \(change.of)"
  }
}

/// What came of a change.
struct ChangeOutcome: Sendable {
  let text: String
  let isRefused: Bool
}

extension JobResult {
  /// What came of a change, for the log: done, begun, or the code of the error.
  var outcome: ChangeOutcome {
    if stream != nil { return ChangeOutcome(text: "begun", isRefused: false) }
    // `ERR code ...`: the text behind the code is the client's.
    let words = reply.prefix { $0 != 0x0A }.split(separator: 0x20, maxSplits: 2)
    guard words.count > 1, words[0].elementsEqual("ERR".utf8) else {
      return ChangeOutcome(text: "done", isRefused: false)
    }
    return ChangeOutcome(text: "refused, \(String(decoding: words[1], as: UTF8.self))", isRefused: true)
  }
}
