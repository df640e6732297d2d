// The settings as flags, in the order in which the help shows them. A flag's name and help are those of its setting; a test
// tells if one is missing.

import ArgumentParser
import Settings

/// Settings that are given on the command line.
struct SettingFlags: ParsableArguments {
  @Option(help: .init(.data)) var data: String?
  @Option(help: .init(.socket)) var socket: String?
  @Option(help: .init(.readSocket)) var readSocket: String?
  @Option(help: .init(.readGroup)) var readGroup: String?
  @Option(help: .init(.loadSocket)) var loadSocket: String?
  @Option(help: .init(.loadGroup)) var loadGroup: String?
  @Option(help: .init(.adminSocket)) var adminSocket: String?
  @Option(help: .init(.cluster)) var cluster: String?
  @Option(help: .init(.clusterAuth)) var clusterAuth: String?
  @Option(help: .init(.threads)) var threads: String?
  @Option(help: .init(.spin)) var spin: String?
  @Option(help: .init(.connections)) var connections: String?
  @Option(help: .init(.userShare)) var userShare: String?
  @Option(help: .init(.userSpool)) var userSpool: String?
  @Option(help: .init(.mapSize)) var mapSize: String?
  @Option(help: .init(.diskReserve)) var diskReserve: String?
  @Option(help: .init(.loadMemory)) var loadMemory: String?
  @Option(help: .init(.stagedDays)) var stagedDays: String?
  @Option(help: .init(.eraseWithin)) var eraseWithin: String?
  @Option(help: .init(.stopTimeout)) var stopTimeout: String?
  @Option(help: .init(.slowLog)) var slowLog: String?
  @Option(help: .init(.logLevel)) var logLevel: String?

  func validate() throws {
    for (setting, value) in given {
      if value.isEmpty { throw ValidationError("--\(setting.name) must not be empty") }
      if let objection = setting.objection(to: value) {
        throw ValidationError("--\(setting.name): '\(value)' \(objection)")
      }
    }
  }

  /// The settings that are given, with their values.
  var given: [Setting: String] {
    var given: [Setting: String] = [:]
    for child in Mirror(reflecting: self).children {
      // A property wrapper's storage has the property's name behind a `_`.
      guard let label = child.label, let option = child.value as? Option<String?> else { continue }
      let name = label.dropFirst().map { $0.isUppercase ? "-\($0.lowercased())" : String($0) }.joined()
      guard let setting = Setting.named(name) else { preconditionFailure("--\(name) is no setting") }
      given[setting] = option.wrappedValue
    }
    return given
  }
}

extension ArgumentHelp {
  /// The help of a setting's flag.
  fileprivate init(_ setting: Setting) {
    let note = setting.standard.isEmpty ? "" : " (default: \(setting.standard))"
    self.init("\(setting.help)\(note)", valueName: setting.valueName)
  }
}
