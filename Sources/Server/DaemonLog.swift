// What the daemon tells its operator, in one place, so that it can be seen that no identifier that anybody asked
// about is ever part of it.

internal import Index
package import Logging
internal import WireProtocol

/// The daemon's log.
package struct DaemonLog: Sendable {
  let logger: Logger

  /// Logs through `logger`.
  package init(_ logger: Logger) { self.logger = logger }

  /// Logs what an operator has to know of; what only a client did wrong is told to the client alone.
  func failure(_ what: String, _ error: IndexError) {
    guard ProtocolError(error).code.fault != .client else { return }
    logger.error("\(what) failed: \(error.description)")
  }

  func loaded(_ load: String, _ outcome: LoadOutcome) {
    if outcome.isUnchanged {
      logger.info("load \(load): the dataset has this list already; nothing changed")
    } else {
      logger.info(
        "load \(load): \(outcome.list.rows) rows, \(outcome.list.rejected) rejected, \(outcome.list.imagesNew) images new, \(outcome.list.membershipsNew) memberships new"
      )
    }
  }

  func removed(_ slug: String, _ outcome: RemovalOutcome) {
    logger.info("removed \(slug): \(outcome.images) images, \(outcome.memberships) memberships")
  }

  /// Said where a new data file is in place, but may not outlive a power cut.
  static let unsynced =
    "the new data file is in place, but its name could not be put on the disk: see to the disk before anything else"

  func note(_ text: String) { logger.info("\(text)") }
  func warning(_ text: String) { logger.warning("\(text)") }
}
