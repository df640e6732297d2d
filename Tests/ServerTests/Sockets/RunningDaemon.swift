// A whole daemon within the test's process: its own threads, a real socket, and a real signal to stop it, sent to
// its thread alone.

import Glibc
import Index
import Logging
import Platform
import Synchronization
import WireProtocol
import TestSupport

@testable import Server

/// A daemon that runs until it is stopped.
final class RunningDaemon {
  let folder: TemporaryFolder
  let socketPath: String
  private let thread: NamedThread
  private let life: Life

  /// What the daemon's thread tells the test.
  private final class Life: Sendable {
    let handle = Mutex<pthread_t?>(nil)
    let failure = Mutex<String?>(nil)
    let hasEnded = Atomic<Bool>(false)
  }

  /// Starts a daemon and waits until it answers.
  init(
    in folder: TemporaryFolder? = nil, threads: Int = 1, connectionsMax: Int = 4_096, stopSeconds: Int = 10,
    log: DaemonLog = DaemonLog(Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })),
    slowLogMilliseconds: Int = 0, spinMicroseconds: Int = 0,
    plan: (@Sendable (Int) -> any ReactorPlanning)? = nil
  ) throws {
    let folder = try folder ?? TemporaryFolder()
    self.folder = folder
    socketPath = "\(folder.path)/socket"
    var options = DaemonOptions(
      dataPath: "\(folder.path)/data", entrances: [Entrance(path: socketPath, role: .admin)],
      programVersion: "test", end: { fatalError("\($0)") })
    options.threads = threads
    options.connectionsMax = connectionsMax
    options.stopSeconds = stopSeconds
    options.limits = .test
    options.slowLogMilliseconds = slowLogMilliseconds
    options.spinMicroseconds = spinMicroseconds
    if let plan { options.plan = plan }
    let life = Life()
    self.life = life
    let daemon = Daemon(options, log: log)
    thread = try NamedThread("daemon") {
      life.handle.withLock { $0 = pthread_self() }
      do { _ = try daemon.run() } catch { life.failure.withLock { $0 = "\(error)" } }
      life.hasEnded.store(true, ordering: .releasing)
    }
    try waitUntilListening()
  }

  private func waitUntilListening() throws {
    for _ in 0..<60_000 {
      if let failure = life.failure.withLock({ $0 }) { throw TranscriptError(description: failure) }
      if let client = try? SocketClient(socketPath) {
        // A first answer says that the signals are the daemon's by now.
        client.send("PING\nQUIT\n")
        if client.rest() == "PONG\nOK\n" { return }
      }
      usleep(5_000)
    }
    throw TranscriptError(description: "the daemon does not answer")
  }

  /// A new connection.
  func connect() throws -> SocketClient { try SocketClient(socketPath) }

  /// Tells the daemon to stop.
  func signalStop() {
    if let handle = life.handle.withLock({ $0 }) { pthread_kill(handle, SIGTERM) }
  }

  /// Waits until the daemon has ended; returns whether it did.
  func waitUntilEnded() -> Bool {
    for _ in 0..<60_000 {
      if life.hasEnded.load(ordering: .acquiring) {
        thread.join()
        return true
      }
      usleep(5_000)
    }
    return false
  }

  /// Stops the daemon; returns whether it ended in time.
  func stop() -> Bool {
    signalStop()
    return waitUntilEnded()
  }
}
