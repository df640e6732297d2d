// What the tests of this target share: opening lists from text, bytes or files, and reading them to the end.

import Foundation
import ListFormats
import Testing

/// What reading a list to its end gave.
struct ListContent {
  var format = ListFormat.plain
  var reason = ""
  var rows: [String] = []
  var lines: [UInt64] = []
  var digest = ""
  /// The digest of the whole file before it was read; empty for a pipe.
  var digestBefore = ""
  var bytesRead: UInt64 = 0
  var ignoredFields: [String: Int] = [:]

  /// The rows that were not rejected.
  var accepted: [String] { rows.filter { !$0.hasPrefix("!") } }
  /// The rejected rows.
  var rejected: [String] { rows.filter { $0.hasPrefix("!") } }
}

enum Lists {
  /// The package's own lists.
  static let fixtures = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Fixtures/lists")

  /// The dataset's name in front of file names.
  static var options: ListOptions {
    var options = ListOptions()
    options.filePrefix = "invented"
    return options
  }

  /// The folder with the real lists, if it is there.
  static let realData: URL? = {
    let root = fixtures.appending(path: "../../..")
    let path =
      ProcessInfo.processInfo.environment["WHICHSET_DATA"] ?? root.appending(path: "../shared/data").path
    let folder = URL(filePath: path).standardizedFileURL
    return FileManager.default.fileExists(atPath: folder.appending(path: "lists").path) ? folder : nil
  }()

  /// Reads a file to its end.
  static func read(
    _ file: URL, as format: ListFormat? = nil, options: ListOptions = Lists.options
  ) throws -> ListContent {
    let handle = try FileHandle(forReadingFrom: file)
    return try read(handle, name: file.lastPathComponent, as: format, options: options)
  }

  /// Reads text to its end.
  static func read(
    _ text: String, as format: ListFormat? = nil, options: ListOptions = Lists.options
  ) throws -> ListContent {
    try read(bytes: Array(text.utf8), as: format, options: options)
  }

  /// Reads bytes to their end, from a file that has no name.
  static func read(
    bytes: [UInt8], as format: ListFormat? = nil, options: ListOptions = Lists.options
  ) throws -> ListContent {
    try withFile(bytes) { try read($0, name: "list", as: format, options: options) }
  }

  /// Calls `body` with a file that holds these bytes and is gone afterwards.
  static func withFile<Result>(_ bytes: [UInt8], _ body: (FileHandle) throws -> Result) throws -> Result {
    let file = FileManager.default.temporaryDirectory.appending(path: "list-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: file) }
    try Data(bytes).write(to: file)
    return try body(try FileHandle(forReadingFrom: file))
  }

  /// Reads bytes to their end through a pipe into which they are written `step` at a time.
  static func read(
    bytes: [UInt8], step: Int, as format: ListFormat? = nil, rowsMax: Int = 1_000
  ) throws -> ListContent {
    let pipe = Pipe()
    let input = pipe.fileHandleForWriting
    Thread {
      for start in stride(from: 0, to: bytes.count, by: step) {
        try? input.write(contentsOf: bytes[start..<min(start + step, bytes.count)])
      }
      try? input.close()
    }.start()
    return try read(pipe.fileHandleForReading, name: "pipe", as: format, rowsMax: rowsMax)
  }

  /// Reads an open list to its end.
  static func read(
    _ handle: FileHandle, name: String, as format: ListFormat?, options: ListOptions = Lists.options,
    rowsMax: Int = 1_000
  ) throws -> ListContent {
    defer { try? handle.close() }
    var reader = try ListReader(
      name: name, descriptor: handle.fileDescriptor, format: format, options: options)
    var content = ListContent(format: reader.format, reason: reader.reason)
    content.digestBefore = (try? ListReader.sha256(ofFileDescriptor: handle.fileDescriptor, name: name)) ?? ""
    var block = RowBlock()
    while try reader.fill(&block, rowsMax: rowsMax, bytesMax: 1 << 20) {
      content.rows += String(decoding: block.bytes, as: UTF8.self).utf8.split(separator: 10).map {
        String($0)!
      }
      content.lines += block.lines
      block.removeAll(keepingCapacity: true)
    }
    content.digest = reader.digest()
    content.bytesRead = reader.bytesRead
    content.ignoredFields = reader.ignoredFields
    return content
  }
}

/// Ids in rows, told by their place, as a check that is independent of the code that keys them.
enum Ids {
  /// The photo that a row names first, or nil.
  static func photo(of row: String) -> Substring.UTF8View? {
    let identifier = row.utf8.prefix { $0 != UInt8(ascii: "\t") }
    let parts = identifier.split { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: ":") }
    guard let last = parts.last, parts.count > 1, row.prefix(40).contains("flickr") else { return nil }
    let digits = last.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    let end = digits.endIndex
    return !digits.isEmpty && (end == last.endIndex || last[end] == UInt8(ascii: "_")) ? digits : nil
  }

  /// The distinct photos that rows name first.
  static func photos(of rows: [String]) -> Set<String> {
    Set(rows.compactMap { photo(of: $0).flatMap(String.init) })
  }

  /// The distinct accounts in `nsid` fields.
  static func accounts(of rows: [String]) -> Set<String> {
    Set(
      rows.flatMap { row in
        row.utf8.split(separator: UInt8(ascii: "\t")).filter { $0.starts(with: "nsid=".utf8) }.compactMap {
          String($0.dropFirst(5))
        }
      })
  }
}
