// `LOADS`: the staged loads, open or not.

internal import Index
internal import Synchronization
internal import WireProtocol

extension LoadsRequest: ThreadHandler {
  typealias Thread = QueryThread

  func answer(on thread: QueryThread, _ held: inout Holdings) throws -> Reply {
    var loads: [StagedLoad] = []
    let open = Dictionary(uniqueKeysWithValues: thread.register.loads.map { ($0.identifier, $0) })
    for name in try thread.index.stagedLoadNames() {
      if let load = open[name] {
        // A load that is being committed is locked for as long as the merge takes.
        let state = load.isCommitting ? "committing" : "open"
        let summary = load.staged.withLockIfAvailable { $0.summary }
        loads.append(
          StagedLoad(name, summary ?? load.lastSummary, state: summary == nil ? state : "open"))
      } else if thread.register.isOpen(name) {
        // It is being opened.
        loads.append(StagedLoad(name, nil, state: "open"))
      } else if let load = try thread.index.peekLoad(named: name) {
        loads.append(StagedLoad(name, load, state: "idle"))
      }
    }
    return Reply(loads)
  }
}

extension LoadsRequest.StagedLoad {
  fileprivate init(_ name: String, _ summary: LoadSummary?, state: String) {
    self.init()
    load = name
    self.state = state
    guard let summary else { return }
    mode = summary.manifest.mode.rawValue
    (block, rows) = (summary.block, summary.rows)
    (accepted, rejected) = (summary.accepted, summary.rejected)
    byteCount = summary.stagedBytes
  }
}
