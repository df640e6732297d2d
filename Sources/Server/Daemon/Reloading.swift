// Settings that are read anew, on SIGHUP or by the verb `RELOAD`: what can be changed is changed at once, what cannot is
// told. Where the settings are wrong, everything stays as it was.

internal import Synchronization
internal import WireProtocol

/// A setting that has another value now than before.
package struct ReloadedSetting: Equatable, Sendable {
  /// The setting's name.
  package let name: String
  /// Its value before; empty for none.
  package let old: String
  /// Its value from now on, or after the next start.
  package let new: String
  /// Whether it is in force.
  package let isApplied: Bool

  /// Makes a line of a reload's report.
  package init(name: String, old: String, new: String, isApplied: Bool) {
    self.name = name
    self.old = old
    self.new = new
    self.isApplied = isApplied
  }
}

/// What came of reading settings.
package struct ReloadedSettings: Sendable {
  /// What is in force now.
  package let options: LiveOptions
  /// What is another value than before.
  package let changes: [ReloadedSetting]

  /// Makes an outcome.
  package init(options: LiveOptions, changes: [ReloadedSetting]) {
    self.options = options
    self.changes = changes
  }
}

/// Settings that cannot be used.
package struct ReloadFailure: Error, CustomStringConvertible {
  /// One line: where, what is wrong, what is allowed.
  package let description: String

  /// Makes a failure of a text.
  package init(_ description: String) { self.description = description }
}

extension ReloadFailure {
  /// The failure as a part of a line of the protocol: a file may have any bytes in it.
  var line: String {
    var text: [UInt8] = []
    Escapes.append(description, to: &text, keepingSpaces: true)
    return String(decoding: text, as: UTF8.self)
  }
}

/// Reads settings anew.
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

  /// Reads the settings anew and puts them into force.
  @discardableResult
  func run() throws(ReloadFailure) -> [ReloadedSetting] {
    let result = turn.withLock { _ in
      notifier?.reloading()
      // Also where it fails: the daemon is as ready as before.
      defer { notifier?.send(["READY=1"], isAwaited: true) }
      return Result { () throws(ReloadFailure) in try readAndApply() }
    }
    return try result.get()
  }

  private func readAndApply() throws(ReloadFailure) -> [ReloadedSetting] {
    do throws(ReloadFailure) {
      let reloaded = try read()
      apply(reloaded.options)
      log.note(
        "settings were read anew: \(reloaded.changes.isEmpty ? "nothing has changed" : "")\(Self.text(reloaded.changes))"
      )
      return reloaded.changes
    } catch {
      log.warning("settings were not changed: \(error)")
      throw error
    }
  }

  private static func text(_ changes: [ReloadedSetting]) -> String {
    changes.map { "\($0.name) \($0.new)\($0.isApplied ? "" : " after the next start")" }.joined(
      separator: ", ")
  }
}

extension JobResult {
  /// The reply to `RELOAD`.
  init(reloading: Reloading?) {
    guard let reloading else {
      self.init(ProtocolError(.config, "this daemon has no settings to read"))
      return
    }
    do throws(ReloadFailure) {
      let changes = try reloading.run()
      self.init("OK \(changes.count)")
      for change in changes {
        for column in [change.name, change.old, change.new] {
          Escapes.append(column, to: &reply, keepingSpaces: true)
          reply.append(UInt8(ascii: "\t"))
        }
        reply.append(contentsOf: "\(change.isApplied ? "applied" : "restart")\n".utf8)
      }
    } catch {
      self.init(ProtocolError(.config, "nothing was changed: \(error.line)"))
    }
  }
}
