// Files that hold what a report has to be, byte by byte. WHICHSET_WRITE_GOLDEN=1 rewrites them; what changed is then
// seen in the diff.

import Foundation
import Testing

/// Golden files.
enum Golden {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Fixtures/reports").path

  /// Compares with the file of that name.
  static func expect(
    _ bytes: [UInt8], _ name: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let path = folder + "/" + name
    if ProcessInfo.processInfo.environment["WHICHSET_WRITE_GOLDEN"] == "1" {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try Data(bytes).write(to: URL(fileURLWithPath: path))
    }
    let expected = try #require(FileManager.default.contents(atPath: path), "\(path) is missing")
    #expect(
      String(decoding: bytes, as: UTF8.self) == String(decoding: expected, as: UTF8.self),
      sourceLocation: sourceLocation)
  }
}
