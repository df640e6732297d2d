// The writer thread: everything that changes the index. There is one.

internal import Index
internal import IndexKeys
internal import WireProtocol

/// What the writer thread has at hand.
final class WriterThread: WorkThread {
  static let duty = "writing"
  let index: Index
  let writer: IndexWriter
  let register: LoadRegister
  let log: DaemonLog
  let ruleVersion: Int
  let figures: WorkFigures
  private let end: @Sendable (FatalTrouble) -> Never

  private static let sweepPause: Int32 = 50

  /// - Parameter end: ends the process.
  init(
    index: Index, register: LoadRegister, log: DaemonLog, ruleVersion: Int, figures: WorkFigures,
    end: @escaping @Sendable (FatalTrouble) -> Never
  ) {
    self.index = index
    self.register = register
    self.log = log
    self.ruleVersion = ruleVersion
    self.figures = figures
    self.end = end
    writer = IndexWriter(index, listedKeys: PayloadKeys(secret: index.snapshot.secret))
  }

  static func step(_ body: @escaping @Sendable (WriterThread) -> Outcome?) -> Work.Step { .writer(body) }

  func failed(_ error: any Error) -> ProtocolError {
    guard let error = error as? IndexError else { return ProtocolError(error, during: Self.duty, log) }
    fail(Self.duty, error)
    return ProtocolError(error)
  }

  func ended(_ error: ErrorCode?) { figures.wrote(failure: error) }

  /// Uses idle time to map blocks, to sweep and to fold; returns after how many milliseconds there may be more to do, -1 for never.
  func idle() -> Int32 {
    do {
      if writer.warm() { return 0 }
      if try writer.sweep() { return 0 }
      if try writer.fold() { return 0 }
      // Readers still hold an old snapshot, for as long as a batch or a query takes.
      return writer.hasGarbage || writer.isFolding ? Self.sweepPause : -1
    } catch {
      fail("sweeping or folding", error)
      return Self.sweepPause * 100
    }
  }

  /// Logs a failure; ends the daemon if LMDB will refuse everything from now on.
  private func fail(_ what: String, _ error: IndexError) {
    log.failure(what, error)
    if error.isFatal {
      log.indexDead()
      end(.indexDead)
    }
  }
}
