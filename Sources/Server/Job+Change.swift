// What a job changes, for the log: every change is logged with who asked for it and what came of it. It names datasets
// and loads, never an identifier.

internal import Index

extension Job {
  /// What the client asks to be changed; nil for a job that changes nothing that anybody sees.
  var change: String? {
    switch self {
    case .commit(let load, _): "commit of load \(load.identifier)"
    case .abort(let load): "abort of load \(load.identifier)"
    case .abortStaged(let name): "abort of load \(name)"
    case .remove(let slug): "removal of \(slug)"
    case .describe(let slug, let fields):
      "description of \(slug) (\(fields.keys.sorted().joined(separator: ", ")))"
    case .reindex(let slug): "reindexing of \(slug ?? "all that older rules made")"
    case .openLoad, .stageRows, .listLoads, .get, .overlap, .listImages, .account, .openCrossref,
      .crossrefItems, .tally, .dropCrossref, .export, .digest, .advance, .cancel, .refuse, .detach:
      nil
    }
  }
}

/// A change that a client asked for.
struct ChangeRequest: Sendable {
  let what: String
  let peer: Peer
}

extension JobResult {
  /// What came of a change, for the log: done, begun, or the code of the error.
  var outcome: String {
    if stream != nil { return "begun" }
    // `ERR code ...`: the text behind the code is the client's.
    let words = reply.prefix { $0 != 0x0A }.split(separator: 0x20, maxSplits: 2)
    guard words.count > 1, words[0].elementsEqual("ERR".utf8) else { return "done" }
    return "refused, \(String(decoding: words[1], as: UTF8.self))"
  }
}
