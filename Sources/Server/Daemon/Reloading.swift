// Settings that are reloaded, on SIGHUP or by the verb `RELOAD`: what can be changed is changed at once, what cannot is
// told. Where the settings are wrong, everything stays as it was.

internal import Synchronization
package import WireProtocol

package struct ReloadedSettings: Sendable {
  package let options: LiveOptions
  package let changes: [ReloadRequest.Setting]

  package init(options: LiveOptions, changes: [ReloadRequest.Setting]) {
    self.options = options
    self.changes = changes
  }
}

final class Reloading: Sendable {
  /// Reads the settings; throws where they cannot be used.
  typealias Read = @Sendable () throws(ReloadFailure) -> ReloadedSettings

  private let read: Read
  private let apply: @Sendable (LiveOptions) -> Void
  private let notifier: ServiceNotifier?
  private let log: DaemonLog
  /// One at a time: a signal and a client may ask at once.
  private let turn = Mutex(())

  /// - Parameters:
  ///   - read: gives what the settings are now.
  ///   - apply: puts it into force.
  init(
    read: @escaping Read, notifier: ServiceNotifier?, log: DaemonLog,
    apply: @escaping @Sendable (LiveOptions) -> Void
  ) {
    self.read = read
    self.apply = apply
    self.notifier = notifier
    self.log = log
  }

  /// Reloads the settings and applies them.
  @discardableResult
  func run() throws(ReloadFailure) -> [ReloadRequest.Setting] {
    let result = turn.withLock { _ in
      notifier?.reloading()
      // Also where it fails: the daemon is as ready as before.
      defer { notifier?.send(["READY=1"], isAwaited: true) }
      return Result { () throws(ReloadFailure) in try readAndApply() }
    }
    return try result.get()
  }

  private func readAndApply() throws(ReloadFailure) -> [ReloadRequest.Setting] {
    do throws(ReloadFailure) {
      let reloaded = try read()
      apply(reloaded.options)
      log.note(
        "settings were reloaded: \(reloaded.changes.isEmpty ? "nothing has changed" : "")\(Self.text(reloaded.changes))"
      )
      return reloaded.changes
    } catch {
      log.warning("settings were not changed: \(error)")
      throw error
    }
  }

  private static func text(_ changes: [ReloadRequest.Setting]) -> String {
    changes.map { "\($0.name) \($0.now)\($0.isApplied ? "" : " after the next start")" }.joined(
      separator: ", ")
  }
}
