// What the daemon tells its operator, in one place, so that it can be seen that no identifier that anybody asked
// about is ever part of it. Each message is an event of `DaemonEvent`, a text for people, and fields for programs.

internal import Index
package import Logging
internal import Platform
internal import Synchronization
internal import WireProtocol

package struct DaemonLog: Sendable {
  private let base: Logger
  /// What is logged; all copies of this log share it.
  private let level: Level

  /// Failures that were logged, by what failed and how.
  private let repetitions = Repetitions()

  private final class Repetitions: Sendable {
    let byKind = Mutex<[String: Repetition]>([:])
  }

  private final class Level: Sendable {
    let value: Mutex<Logger.Level>
    init(_ value: Logger.Level) { self.value = Mutex(value) }
  }

  /// Logs through `logger`, from its level on.
  package init(_ logger: Logger) {
    base = logger
    level = Level(logger.logLevel)
  }

  func setLevel(_ new: Logger.Level) { level.value.withLock { $0 = new } }

  /// The name of the field that names the event.
  static let eventField = "event"

  // MARK: - The daemon's life

  func started(socket: String, images: Int, datasets: Int, reactors: Int) {
    emit(
      .started, .info,
      "listening at \(socket): \(images) images in \(datasets) datasets, \(reactors) reactors",
      [
        ("socket", socket), ("images", "\(images)"), ("datasets", "\(datasets)"), ("reactors", "\(reactors)"),
      ])
  }

  func stopping() { emit(.stopping, .info, "stopping") }
  func stopped() { emit(.stopped, .info, "stopped") }

  func stopForced(after seconds: Int) {
    emit(
      .stopForced, .warning, "not everything ended within \(seconds) seconds; ending all the same",
      [("seconds", "\(seconds)")])
  }

  func rulesOutdated(_ slugs: [String], version: Int) {
    emit(
      .rulesOutdated, .info,
      "\(slugs.count) datasets have keys by older rules than version \(version): \(slugs.joined(separator: ", ")); whichset reindex rebuilds them",
      [("datasets", "\(slugs.count)"), ("rules", "\(version)")])
  }

  func reactorFailed(_ error: any Error) {
    emit(.reactorFailed, .critical, "a reactor could not start: \(error)")
  }

  /// No descriptor is left, say; `untold` failures before this one have no line.
  func acceptFailed(_ error: any Error, untold: Int) {
    let more = untold > 0 ? "; \(untold) failures before were not logged" : ""
    emit(
      .acceptFailed, .warning, "\(error); clients wait in the queue\(more)",
      untold > 0 ? [("suppressed", "\(untold)")] : [])
  }

  func indexDead() {
    emit(
      .indexDead, .critical, "the index cannot be written any more; ending, so that it is reopened")
  }

  // MARK: - Changes

  func loaded(_ load: String, _ outcome: LoadOutcome) {
    let dataset = load.split(separator: ".").first.map(String.init) ?? load
    guard !outcome.isUnchanged else {
      emit(
        .loadUnchanged, .info, "load \(load): the dataset has this list already; nothing changed",
        [("load", load), ("dataset", dataset)])
      return
    }
    let list = outcome.list
    let leftOut = outcome.imagesLeftOut
    emit(
      .loaded, .info,
      "load \(load): \(list.rows) rows, \(list.rejected) rejected, \(list.imagesNew) images new, \(list.membershipsNew) memberships new"
        + (leftOut > 0 ? ", \(leftOut) suppressed images left out" : ""),
      [
        ("load", load), ("dataset", dataset), ("rows", "\(list.rows)"), ("rejected", "\(list.rejected)"),
        ("images", "\(list.imagesNew)"), ("memberships", "\(list.membershipsNew)"),
      ] + (leftOut > 0 ? [("left_out", "\(leftOut)")] : []))
  }

  func loadExpired(_ load: String, rows: Int, written: Int) {
    let moment = WallClock.text(written, "%Y-%m-%d")
    emit(
      .loadExpired, .warning,
      "load \(load) was dropped: it was interrupted, with \(rows) rows, and nobody has gone on with it since \(moment)",
      [("load", load), ("rows", "\(rows)"), ("written", moment)])
  }

  func removed(_ slug: String, _ outcome: RemovalOutcome) {
    emit(
      .removed, .info, "removed \(slug): \(outcome.images) images, \(outcome.memberships) memberships",
      [
        ("dataset", slug), ("images", "\(outcome.images)"), ("memberships", "\(outcome.memberships)"),
      ])
  }

  func reindexed(_ slug: String, rows: Int, kept: Int, images: Int) {
    emit(
      .reindexed, .info, "reindexed \(slug): \(rows) rows, \(kept) kept as they were, \(images) images",
      [("dataset", slug), ("rows", "\(rows)"), ("kept", "\(kept)"), ("images", "\(images)")])
  }

  func erased(_ outcome: ErasureOutcome) {
    let (images, memberships, keys) = (outcome.images, outcome.memberships, outcome.suppressed)
    emit(
      .erased, .notice,
      "erased \(images) images, \(memberships) memberships; \(keys) keys more are suppressed",
      [("images", "\(images)"), ("memberships", "\(memberships)"), ("keys", "\(keys)")])
  }

  func imported(_ outcome: ImportOutcome) {
    let (images, memberships) = (outcome.erasure.images, outcome.erasure.memberships)
    emit(
      .erased, .notice,
      "imported \(outcome.added) keys that another index suppresses; erased \(images) images, \(memberships) memberships",
      [("images", "\(images)"), ("memberships", "\(memberships)"), ("keys", "\(outcome.added)")])
  }

  /// - Parameter reason: what an administrator gives.
  func unsuppressed(keys: Int, reason: String) {
    emit(
      .unsuppressed, .notice, "\(keys) keys are suppressed no more: \(reason)",
      [("keys", "\(keys)"), ("reason", reason)])
  }

  /// Who asked for a change, and what came of it.
  func changed(_ what: String, by peer: String, outcome: String) {
    emit(
      .changed, .notice, "\(what) by \(peer): \(outcome)",
      [("what", what), ("peer", peer), ("outcome", outcome)])
  }

  // MARK: - Care

  func backedUp(bytes: Int) {
    emit(.backedUp, .info, "a backup of \(bytes) bytes was made and verified", [("bytes", "\(bytes)")])
  }

  func compacted(before: Int, after: Int) {
    emit(
      .compacted, .info, "compacted from \(before) to \(after) bytes; starting again",
      [("before", "\(before)"), ("bytes", "\(after)")])
  }

  func restored(bytes: Int) {
    emit(.restored, .notice, "restored \(bytes) bytes; starting again", [("bytes", "\(bytes)")])
  }

  func verified(blocks: Int) {
    emit(.verified, .info, "a verification found \(blocks) blocks sound", [("blocks", "\(blocks)")])
  }

  func damaged(_ damages: Int) {
    emit(
      .damaged, .error,
      "a verification found \(damages) damages; whichset verify tells them. Restore a backup, or load the lists again into a new index",
      [("damages", "\(damages)")])
  }

  /// A new data file is in place, but may not outlive a power cut.
  func unsynced() {
    warning(
      "the new data file is in place, but its name could not be put on the disk: see to the disk before anything else"
    )
  }

  // MARK: - A gateway

  func answers(from generation: String, datasets: Int, publisher: String?) {
    emit(
      .generation, .info,
      "answering from generation \(generation) of \(publisher ?? "nobody"), \(datasets) datasets",
      [("generation", generation), ("datasets", "\(datasets)")]
        + (publisher.map { [("publisher", $0)] } ?? []))
  }

  func clusterTrouble(_ text: String, nodes: [String]) {
    emit(.clusterTrouble, .warning, "the cluster: \(text)", [("nodes", nodes.joined(separator: ","))])
  }

  func clusterRecovered() { emit(.clusterRecovered, .info, "the cluster: all nodes answer again") }

  // MARK: - Trouble

  func stuck(_ thread: String, seconds: Int) {
    emit(
      .threadStuck, .warning, "thread \(thread) has made no progress for \(seconds) seconds",
      [("thread", thread), ("seconds", "\(seconds)")])
  }

  /// A thread that was stuck gets on again.
  func recovered(_ thread: String) {
    emit(.threadRecovered, .info, "thread \(thread) gets on again", [("thread", thread)])
  }

  /// Logs what an operator has to know of; what only a client did wrong is said to the client alone.
  func failure(_ what: String, _ error: IndexError) {
    let code = ProtocolError(error).code
    guard code.fault != .client else { return }
    let now = MonotonicClock.nanoseconds
    // A client that tries again, at a full disk say, fails in the same way each time.
    let untold = repetitions.byKind.withLock { $0["\(what) \(code)", default: Repetition()].came(at: now) }
    guard let untold else { return }
    var fields = [("during", what), ("code", code.rawValue)]
    if untold > 0 { fields.append(("suppressed", "\(untold)")) }
    let more = untold > 0 ? "; \(untold) others like it were not logged" : ""
    emit(.failed, .error, "\(what) failed: \(error.description)\(more)", fields)
  }

  /// Logs an error that nothing in the daemon is known to throw: only its type, since its text may say anything.
  func unexpected(_ what: String, _ error: any Error) {
    emit(
      .failed, .error, "\(what) failed: \(type(of: error))",
      [("during", what), ("code", ErrorCode.internal.rawValue)])
  }

  /// Logs what took long: how much it was and how long it took, never what was asked.
  func slow(_ request: SlowRequest, suppressed: Int) {
    var fields = [
      ("verb", request.verb), ("identifiers", "\(request.identifiers)"), ("bytes", "\(request.bytes)"),
      ("microseconds", "\(request.microseconds)"),
    ]
    if request.waitedMicroseconds > 0 {
      fields.append(("waited_microseconds", "\(request.waitedMicroseconds)"))
    }
    if suppressed > 0 { fields.append(("suppressed", "\(suppressed)")) }
    let more = suppressed > 0 ? "; \(suppressed) others were not logged" : ""
    emit(.slow, .notice, "\(request.verb) took \(request.microseconds / 1_000) ms\(more)", fields)
  }

  /// Anything else that an operator may want to know.
  func note(_ text: String) { emit(.note, .info, text) }

  /// Anything else that an operator has to know.
  func warning(_ text: String) { emit(.warning, .warning, text) }

  private func emit(
    _ event: DaemonEvent, _ level: Logger.Level, _ text: String, _ fields: [(String, String)] = []
  ) {
    var logger = base
    logger.logLevel = self.level.value.withLock { $0 }
    guard logger.logLevel <= level else { return }
    var metadata: Logger.Metadata = [Self.eventField: .string(event.rawValue)]
    for (name, value) in fields { metadata[name] = .string(value) }
    logger.log(level: level, "\(text)", metadata: metadata)
  }
}
