// The settings in force: for each, a value and where it comes from. Flags win over the environment, the environment over
// the file, the file over the defaults.

/// Values of all settings.
package struct Settings: Equatable, Sendable {
  /// A value and where it comes from.
  package struct Value: Equatable, Sendable {
    /// As it was written.
    package var text: String
    /// Where it was written.
    package var origin: Origin
  }

  private var values: [Setting: Value] = [:]
  /// The file that was read; nil where there is none.
  package private(set) var file: String?

  /// Where the file is, where nobody says otherwise.
  package static let standardFile = "/etc/whichset/whichsetd.conf"
  /// The file's name among systemd's credentials.
  package static let credential = "whichset.conf"

  /// The defaults.
  package init() {
    for setting in Setting.all { values[setting] = Value(text: setting.standard, origin: .standard) }
  }

  /// Reads the file and the environment again.
  ///
  /// - Parameters:
  ///   - file: the file's path, which must be there; nil for the one that `WHICHSETD_CONFIG` names, which must be there as
  ///     well, else systemd's credential `whichset.conf`, else the standard one.
  ///   - flags: values from the command line, by setting.
  ///   - environment: gives the value of a variable.
  package init(
    file: String?, flags: [Setting: String], environment: (String) -> String?,
    standardFile: String = Self.standardFile
  ) throws(SettingsError) {
    self.init()
    // What systemd says of the folder is no more than a default: files and flags may know better.
    if let folder = environment("STATE_DIRECTORY"), !folder.isEmpty, !folder.contains(":") {
      values[.data] = Value(text: folder, origin: .variable("STATE_DIRECTORY"))
    }
    try read(file, environment, standardFile)
    for setting in Setting.all {
      guard let value = environment(setting.variable), !value.isEmpty else { continue }
      try set(setting, value, .variable(setting.variable))
    }
    for setting in Setting.all {
      guard let value = flags[setting] else { continue }
      try set(setting, value, .flag)
    }
  }

  private mutating func read(_ named: String?, _ environment: (String) -> String?, _ standardFile: String)
    throws(SettingsError)
  {
    let variable = environment("WHICHSETD_CONFIG").flatMap { $0.isEmpty ? nil : $0 }
    if let path = named ?? variable {
      guard try read(path) else { throw SettingsError("\(path): there is no such file") }
      return
    }
    if let folder = environment("CREDENTIALS_DIRECTORY"), try read("\(folder)/\(Self.credential)") { return }
    _ = try read(standardFile)
  }

  /// Reads a file; false where there is none.
  private mutating func read(_ path: String) throws(SettingsError) -> Bool {
    guard let entries = try SettingsFile.read(path) else { return false }
    file = path
    for entry in entries {
      // A name without a value leaves the setting as it is.
      guard !entry.value.isEmpty else { continue }
      values[entry.setting] = Value(text: entry.value, origin: .file(path: path, line: entry.line))
    }
    return true
  }

  private mutating func set(_ setting: Setting, _ value: String, _ origin: Origin) throws(SettingsError) {
    if let objection = setting.objection(to: value) {
      throw SettingsError(origin, setting, value, objection)
    }
    values[setting] = Value(text: value, origin: origin)
  }

  // MARK: - Values

  /// A setting's value and where it comes from.
  package subscript(_ setting: Setting) -> Value { values[setting]! }

  /// The value of a number.
  package func number(_ setting: Setting) -> Int {
    guard let number = Int(values[setting]!.text) else { preconditionFailure("\(setting.name) is no number") }
    return number
  }

  /// The value of a text; nil where there is none.
  package func text(_ setting: Setting) -> String? {
    let text = values[setting]!.text
    return text.isEmpty ? nil : text
  }

  /// All settings in the form of a file, with where each comes from.
  package var listing: String {
    Setting.all.map { setting in
      let value = self[setting]
      let line = "\(setting.name) = \(value.text)"
      let room = String(repeating: " ", count: max(1, 40 - line.utf8.count))
      return "\(line)\(room); \(value.origin)\n"
    }.joined()
  }

  /// What is another value in `next` than here, in the order of the table.
  package func changes(to next: Settings) -> [SettingChange] {
    Setting.all.compactMap { setting in
      let (old, new) = (self[setting].text, next[setting].text)
      return old == new ? nil : SettingChange(setting: setting, old: old, new: new)
    }
  }

  /// These settings, with those of `next` that a running daemon can take.
  package func adopting(_ next: Settings) -> Settings {
    var adopted = self
    for setting in Setting.all where setting.isLive { adopted.values[setting] = next.values[setting] }
    adopted.file = next.file
    return adopted
  }
}

/// A setting that gets another value.
package struct SettingChange: Equatable, Sendable {
  /// Which.
  package let setting: Setting
  /// Its value before; empty for none.
  package let old: String
  /// Its value from now on, or after the next start.
  package let new: String
}
