// The settings' file: lines `name = value`, without sections; comments from `#` or `;` at a line's start, or from ` ;`. It
// is read by libinih; what the names and values mean is checked here.

internal import CInih
internal import Glibc
internal import Platform

/// Reads files of settings.
enum SettingsFile {
  /// A value that a file gives.
  struct Entry: Equatable {
    let setting: Setting
    let value: String
    let line: Int
  }

  /// Bytes of a file; more is no settings' file.
  static let bytesMax = 64 << 10

  /// Reads a file.
  ///
  /// - Returns: nil where there is none.
  static func read(_ path: String) throws(SettingsError) -> [Entry]? {
    let status: FileStatus
    let bytes: [UInt8]
    do throws(SystemFailure) {
      let file = try Descriptor(opening: path, O_RDONLY | O_NONBLOCK)
      status = try file.status()
      let kind = status.kind
      // A fifo would have the daemon wait for whoever writes to it.
      bytes = kind == .regular || kind == .characterDevice ? try file.readAll(bytesMax: bytesMax) : []
    } catch {
      if error.code == ENOENT { return nil }
      throw SettingsError("\(path): cannot be read: \(error.reason)")
    }
    let kind = status.kind
    guard kind == .regular || kind == .characterDevice else {
      throw SettingsError("\(path): is no file that can be read to its end")
    }
    // A user who can write settings can make the daemon write anywhere.
    guard kind != .regular || [0, geteuid()].contains(status.owner) && status.rights & 0o022 == 0 else {
      throw SettingsError(
        "\(path): must belong to root or to the daemon's user, and nobody else may write to it: chown root, chmod go-w"
      )
    }
    guard bytes.count <= bytesMax else {
      throw SettingsError("\(path): longer than \(bytesMax) bytes; is it settings?")
    }
    return try parse(bytes[...], path: path)
  }

  /// What a file says. The C function is `ini_parse_stream`.
  static func parse(_ bytes: ArraySlice<UInt8>, path: String) throws(SettingsError) -> [Entry] {
    let reading = Reading(bytes, path: path)
    // Safe: `reading` lives through the call, which lends its callbacks what it is lent.
    let user = unsafe Unmanaged.passUnretained(reading).toOpaque()
    let result = unsafe ini_parse_stream(
      { line, room, reading in
        let reading = unsafe Unmanaged<Reading>.fromOpaque(reading!).takeUnretainedValue()
        return unsafe reading.nextLine(line!, room: Int(room)) ? line : nil
      }, user,
      { reading, section, name, value in
        let reading = unsafe Unmanaged<Reading>.fromOpaque(reading!).takeUnretainedValue()
        let texts = unsafe [section, name, value].map { unsafe $0.map { unsafe String(cString: $0) } ?? "" }
        return reading.take(section: texts[0], name: texts[1], value: texts[2]) ? 1 : 0
      }, user)
    if let error = reading.error { throw error }
    guard result == 0 else {
      throw SettingsError(
        "\(path):\(max(1, result)): a line is name = value, or a comment that starts with #")
    }
    return reading.entries
  }

  /// What is read so far.
  private final class Reading {
    private var rest: ArraySlice<UInt8>
    private let path: String
    private var line = 0
    private(set) var entries: [Entry] = []
    /// The first mistake.
    private(set) var error: SettingsError?

    init(_ bytes: ArraySlice<UInt8>, path: String) {
      rest = bytes
      self.path = path
    }

    /// Puts the next line, its LF and a NUL into `target`, which has room for `room` bytes; false at the end.
    @unsafe func nextLine(_ target: UnsafeMutablePointer<CChar>, room: Int) -> Bool {
      guard !rest.isEmpty, error == nil else { return false }
      line += 1
      let end = rest.firstIndex(of: 0x0A).map { $0 + 1 } ?? rest.endIndex
      let text = rest[..<end]
      rest = rest[end...]
      guard text.count < room, !text.contains(0) else {
        error = SettingsError(
          text.contains(0)
            ? "\(path):\(line): a NUL in the line" : "\(path):\(line): a line has at most \(room - 2) bytes")
        return false
      }
      // Safe: the line and its NUL fit.
      for (offset, byte) in text.enumerated() { unsafe target[offset] = CChar(bitPattern: byte) }
      unsafe target[text.count] = 0
      return true
    }

    /// Takes what a line says; false for a mistake.
    func take(section: String, name: String, value: String) -> Bool {
      guard error == nil else { return false }
      do throws(SettingsError) {
        guard section.isEmpty else {
          throw SettingsError("\(path):\(line): there are no sections; leave out [\(section)]")
        }
        guard let setting = Setting.named(name) else {
          throw SettingsError(
            "\(path):\(line): no setting is named '\(name)'; there are \(Setting.all.map(\.name).joined(separator: ", "))"
          )
        }
        if let earlier = entries.first(where: { $0.setting == setting }) {
          throw SettingsError("\(path):\(line): \(name) is given in line \(earlier.line) already")
        }
        if let objection = setting.objection(to: value) {
          throw SettingsError(.file(path: path, line: line), setting, value, objection)
        }
        entries.append(Entry(setting: setting, value: value, line: line))
        return true
      } catch {
        self.error = error
        return false
      }
    }
  }
}
