// From settings to options of the daemon: when it starts, and when they are reloaded.

internal import Index
internal import Logging
internal import Platform
internal import Server
internal import Settings
internal import Synchronization
internal import WireProtocol

/// Where this process's settings come from.
struct SettingsSource: Sendable {
  /// The file of `--config`.
  let file: String?
  let flags: [Setting: String]

  func read() throws(SettingsError) -> Settings {
    try Settings(file: file, flags: flags, environment: ProcessEnvironment.value)
  }
}

/// The settings of the running daemon.
final class SettingsInForce: Sendable {
  private let source: SettingsSource
  private let current: Mutex<Settings>

  init(_ settings: Settings, _ source: SettingsSource) {
    self.source = source
    current = Mutex(settings)
  }

  /// Throws where a new start would fail, or would not come up with the same folder and sockets.
  @Sendable func checkStart() throws(ReloadFailure) {
    let next: Settings
    do throws(SettingsError) {
      next = try source.read()
    } catch {
      throw ReloadFailure(error.description)
    }
    let moved = current.withLock { $0.changes(to: next) }.map(\.setting).filter(Setting.places.contains)
    guard moved.isEmpty else {
      throw ReloadFailure(
        "it would have another \(moved.map(\.name).joined(separator: ", ")); restart it yourself first")
    }
  }

  /// Reloads the settings, and takes those over that a running daemon can change.
  @Sendable func reload() throws(ReloadFailure) -> ReloadedSettings {
    let next: Settings
    do throws(SettingsError) {
      next = try source.read()
    } catch {
      throw ReloadFailure(error.description)
    }
    return current.withLock { current in
      let changes = current.changes(to: next)
      current = current.adopting(next)
      return ReloadedSettings(
        options: LiveOptions(current),
        changes: changes.map {
          ReloadRequest.Setting(
            name: $0.setting.name, before: $0.old, now: $0.new, isApplied: $0.setting.isLive)
        })
    }
  }
}

extension LiveOptions {
  /// What settings say of the options that a running daemon can change.
  init(_ settings: Settings) {
    let loadMemory = settings.number(.loadMemory)
    self.init(
      connectionsMax: settings.number(.connections), userSharePercent: settings.number(.userShare),
      userSpoolBytes: settings.number(.userSpool) << 20,
      stopSeconds: settings.number(.stopTimeout), stagedDays: settings.number(.stagedDays),
      eraseWithinSeconds: settings.number(.eraseWithin),
      diskReserveBytes: settings.number(.diskReserve) << 20,
      stagingMemoryBytes: loadMemory > 0 ? loadMemory << 20 : DaemonOptions.stagingMemoryBytesOfThisMachine,
      slowLogMilliseconds: settings.number(.slowLog),
      logLevel: settings.text(.logLevel).flatMap { Logger.Level(rawValue: $0) } ?? .info)
  }
}

extension DaemonOptions {
  /// Takes over what settings say, places apart.
  mutating func set(_ settings: Settings) {
    let live = LiveOptions(settings)
    threads = settings.number(.threads)
    spinMicroseconds = settings.number(.spin)
    connectionsMax = live.connectionsMax
    userSharePercent = live.userSharePercent
    userSpoolBytes = live.userSpoolBytes
    stopSeconds = live.stopSeconds
    stagedDays = live.stagedDays
    eraseWithinSeconds = live.eraseWithinSeconds
    slowLogMilliseconds = live.slowLogMilliseconds
    limits.mapBytes = settings.number(.mapSize) << 30
    limits.diskReserveBytes = live.diskReserveBytes
    limits.stagingMemoryBytes = live.stagingMemoryBytes
  }
}

extension Settings {
  /// The sockets that the daemon makes.
  var entrances: [Entrance] {
    [
      text(.socket).map { Entrance(path: $0, role: .admin) },
      text(.readSocket).map { Entrance(path: $0, role: .read, group: text(.readGroup)) },
      text(.loadSocket).map { Entrance(path: $0, role: .load, group: text(.loadGroup)) },
      text(.adminSocket).map { Entrance(path: $0, role: .admin) },
    ].compactMap { $0 }
  }
}
