// When the index was last backed up, as a client said that had checked its backup. It is kept beside the data file, not in
// it: a restored index was backed up when its folder says so.

internal import Platform

/// The last good backup.
package struct BackupRecord: Equatable, Sendable {
  /// When its commit was the newest, in seconds since 1970, UTC.
  package let time: Int
  /// Its size.
  package let byteCount: Int

  /// Describes a backup.
  package init(time: Int, byteCount: Int) {
    self.time = time
    self.byteCount = byteCount
  }

  static func path(in folder: String) -> String { "\(folder)/\(fileName)" }

  static let fileName = "last-backup"

  /// What a folder says; nil where it says nothing, or nothing that can be read.
  static func read(in folder: String) -> BackupRecord? {
    var bytes = [UInt8](repeating: 0, count: 256)
    guard let file = try? SystemFile(reading: path(in: folder)),
      let count = try? file.read(bytes.count, at: 0, into: &bytes),
      let values = try? values(Array(bytes[..<count])),
      let time = values.pairs.first(where: { $0.name == "time" }).flatMap({ Int($0.value) }),
      let size = values.pairs.first(where: { $0.name == "bytes" }).flatMap({ Int($0.value) })
    else { return nil }
    return BackupRecord(time: max(0, time), byteCount: size)
  }

  private static func values(_ bytes: [UInt8]) throws(IndexError) -> NamedValues {
    try NamedValues(bytes.span, what: "the record of the last backup")
  }

  /// Keeps it in a folder, in one step.
  func write(in folder: String) throws(IndexError) {
    var values = NamedValues()
    values.put("time", "\(time)")
    values.put("bytes", "\(byteCount)")
    try Folder.replaceFile(Self.path(in: folder), with: values.encoded)
  }
}
