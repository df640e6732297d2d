// `INGEST`: opens a load, or goes on with one that was cut off.

internal import Index
internal import WireProtocol

extension IngestRequest: ThreadHandler {
  typealias Thread = StagingThread

  func admit(_ held: Holdings) throws(ProtocolError) {
    guard held.load == nil else {
      throw ProtocolError(.busy, "this connection has a load open; COMMIT or ABORT it first")
    }
  }

  func answer(on thread: StagingThread, _ held: inout Holdings) throws -> Reply {
    let manifest = LoadManifest(self)
    let (index, register) = (thread.index, thread.register)
    let dataset = index.snapshot.dataset(slug)
    if let list = IndexWriter.unchangedList(
      of: dataset, manifest, sha256: sha256, ruleVersion: thread.ruleVersion)
    {
      if !register.isOpen(manifest.identifier) { try index.dropLoad(named: manifest.identifier) }
      return .unchanged(LoadCounts(list, isUnchanged: true))
    }
    if mode == .create, dataset?.lists.isEmpty == false { throw IndexError.hasList(slug) }
    try register.claim(manifest.identifier, for: held.owner)
    do {
      var staged = try index.openLoad(manifest)
      if !staged.manifest.isResumable(as: manifest) {
        // Same name but a different list or different options: start over.
        try staged.remove()
        staged = try index.openLoad(manifest)
      }
      var opened = OpenedLoad()
      opened.load = manifest.identifier
      (opened.block, opened.rows) = (staged.block, staged.rows)
      (opened.accepted, opened.rejected) = (staged.accepted, staged.rejected)
      let load = OpenLoad(identifier: manifest.identifier, staged: staged)
      register.register(load)
      held.load = load
      thread.makeShares()
      return .opened(opened)
    } catch {
      register.release(manifest.identifier)
      throw error
    }
  }
}

extension LoadManifest {
  fileprivate init(_ request: IngestRequest) {
    self.init(
      slug: request.slug,
      source: request.source ?? String(UInt64.random(in: .min ... .max), radix: 16),
      mode: LoadMode(request.mode))
    name = request.listName
    format = request.format
    byteCount = request.byteCount ?? 0
    sha256 = request.sha256
  }
}

extension LoadMode {
  fileprivate init(_ mode: IngestRequest.Mode) {
    self =
      switch mode {
      case .create: .create
      case .append: .append
      case .replace: .replace
      }
  }
}

extension LoadCounts {
  init(_ list: ListRecord, isUnchanged: Bool) {
    self.init()
    self.isUnchanged = isUnchanged
    (rows, accepted, rejected) = (list.rows + list.rejected, list.rows, list.rejected)
    (images, memberships) = (list.imagesNew, list.membershipsNew)
  }
}

extension Holdings {
  func openLoad() throws(ProtocolError) -> OpenLoad {
    guard let load else {
      if let lapse { throw lapse }
      throw ProtocolError(.load, "no load is open on this connection; INGEST opens one")
    }
    return load
  }
}
