// A golden session, read from its file. What it means is in protocol/transcripts/README.md; replaying it is left
// to TranscriptReplay.

import Foundation
import Index
import Testing
import WireProtocol

/// A transcript.
struct Transcript: CustomTestStringConvertible, Sendable {
  /// What happens on one connection up to the next directive.
  struct Section {
    let connection: String
    /// What the client may do, on a connection that is new.
    var role = Role.admin
    var input: [UInt8] = []
    var expected: [TranscriptPiece] = []
    /// What comes after the bytes.
    var end = End.nothing

    enum End {
      case nothing
      case halfClose
      case closed
      case gone
    }
  }

  let name: String
  private(set) var limits = IndexLimits.test
  private(set) var sections: [Section] = []
  /// The first section of the part that leaves the index as it found it.
  private(set) var repeatableFrom: Int?

  var testDescription: String { name }

  /// Bytes that the client sends in the part that can be cut.
  var inputCount: Int { sections[(repeatableFrom ?? 0)...].reduce(0) { $0 + $1.input.count } }

  init(name: String, text: String) throws {
    self.name = name
    var section = Section(connection: "first")
    func isEmpty() -> Bool { section.input.isEmpty && section.expected.isEmpty }
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.isEmpty || line.hasPrefix("#") { continue }
      guard let kind = line.first, kind == ">" || kind == "<" || kind == "!" else {
        throw TranscriptError(description: "\(name): what is this? \(line)")
      }
      if kind == "!" {
        let words = line.dropFirst().split(separator: " ").map(String.init)
        var next = Section(connection: section.connection)
        switch words.first {
        case "limit": try setLimit(words)
        case "connection" where words.count == 2: next = Section(connection: words[1])
        case "connection" where words.count == 3:
          guard let role = Role(rawValue: words[2]) else {
            throw TranscriptError(description: "\(name): a role is read, load or admin")
          }
          next = Section(connection: words[1], role: role)
        case "half-close": section.end = .halfClose
        case "closed": section.end = .closed
        case "gone": section.end = .gone
        case "repeatable": break
        default: throw TranscriptError(description: "\(name): no such directive: \(line)")
        }
        if !isEmpty() || section.end != .nothing { sections.append(section) }
        if words.first == "repeatable" { repeatableFrom = sections.count }
        section = next
      } else {
        let (count, text) = try Self.repetition(line.dropFirst())
        let pieces = try TranscriptText.pieces(text)
        if kind == "<" {
          for _ in 0..<count { section.expected += pieces }
        } else {
          guard case .bytes(let bytes) = pieces[0], pieces.count == 1 else {
            throw TranscriptError(description: "\(name): a client sends no placeholders: \(line)")
          }
          for _ in 0..<count { section.input += bytes }
        }
      }
    }
    if !isEmpty() { sections.append(section) }
  }

  private mutating func setLimit(_ words: [String]) throws {
    guard words.count == 3, let value = Int(words[2]) else {
      throw TranscriptError(description: "\(name): a limit has a name and a number")
    }
    switch words[1] {
    case "datasets": limits.datasetsMax = value
    case "staging-memory-bytes": limits.stagingMemoryBytes = value
    case "disk-reserve-bytes": limits.diskReserveBytes = value
    case "spool-memory-bytes": limits.spoolMemoryBytes = value
    default: throw TranscriptError(description: "\(name): no such limit: \(words[1])")
    }
  }

  /// The count of `*n text`, which is 1 if there is none, and the text.
  private static func repetition(_ rest: Substring) throws -> (Int, Substring) {
    guard rest.hasPrefix("*") else { return (1, rest.hasPrefix(" ") ? rest.dropFirst() : rest) }
    let digits = rest.dropFirst().prefix { $0 != " " }
    guard let count = Int(digits) else { throw TranscriptError(description: "not a count: \(rest)") }
    return (count, rest.dropFirst(digits.count + 2))
  }

  /// The folder of the transcripts, and the document beside it.
  static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "protocol")

  /// All transcripts, by name. A file that cannot be read is a mistake of whoever wrote it.
  static let all: [Transcript] = {
    let files = try! FileManager.default.contentsOfDirectory(
      at: folder.appending(path: "transcripts"), includingPropertiesForKeys: nil)
    return files.filter { $0.pathExtension == "txt" }.sorted { $0.path < $1.path }.map {
      try! Transcript(
        name: $0.deletingPathExtension().lastPathComponent, text: String(contentsOf: $0, encoding: .utf8))
    }
  }()
}
