// `whichset ingest --dry-run`: reads a list to its end and tells what a load would take of it. Asks no daemon and sends
// nothing.

package import Console
import DaemonClient
package import Identifiers

package struct Rehearsal: Sendable {
  /// The format of the list's first file.
  package let format: String
  /// One line that says why.
  package let reason: String
  /// Rows of the list.
  package private(set) var rows = 0
  /// Rows that were not taken.
  package private(set) var rejects = RejectTally()
  /// The accepted rows by the namespace of their primary key, in the order of namespaces.
  package private(set) var primary: [Namespace: Int] = [:]
  /// The accepted rows that have a key of a namespace beside their primary one.
  package private(set) var further: [Namespace: Int] = [:]
  /// The primary keys of the first accepted rows, as far as the identifier itself gives one.
  package private(set) var firstKeys: [String] = []
  /// Why a load would be given up; nil if it would not.
  package private(set) var complaint: Trouble?

  /// Keys that are shown.
  package static let firstKeysMax = 5

  /// Rows that would be loaded.
  package var accepted: Int { rows - rejects.total }

  /// Whether there would be a load.
  package var wouldLoad: Bool { accepted > 0 && complaint == nil }

  /// Reads the list to its end.
  ///
  /// - Throws: where the list cannot be read, or a file for rejected rows not be written.
  package init(
    _ blocks: inout FileBlocks, limit: RejectLimit, log: inout RejectLog, progress: (Int, Int) -> Void
  ) throws(Trouble) {
    format = blocks.formatName
    reason = blocks.formatReason
    var keys = RowKeys()
    var identifiers = KeyReader()
    while let block = try blocks.next() {
      let rejected = read(block, &keys, &identifiers)
      rows += block.lines.count
      try log.add(rejected)
      progress(block.lines.count, blocks.bytesRead)
      if complaint == nil, limit.isExceeded(rows: rows, rejected: rejects.total, isWhole: false) {
        complaint = limit.complaint(rows: rows, rejected: rejects.total)
      }
    }
    if complaint == nil, limit.isExceeded(rows: rows, rejected: rejects.total, isWhole: true) {
      complaint = limit.complaint(rows: rows, rejected: rejects.total)
    }
  }

  private mutating func read(
    _ block: ListBlock, _ keys: inout RowKeys, _ identifiers: inout KeyReader
  ) -> [RejectedRow] {
    var rejected: [RejectedRow] = []
    block.forEachRow { row, line in
      switch keys.read(row) {
      case .failure(let rejection):
        rejects.add(rejection.code)
        rejected.append(
          RejectedRow(file: block.file, line: line, code: rejection.code, text: rejection.text))
      case .success(let namespace):
        primary[namespace, default: 0] += 1
        for other in keys.namespaces where other != namespace { further[other, default: 0] += 1 }
        if firstKeys.count < Self.firstKeysMax { showKey(of: row, &identifiers) }
      }
    }
    return rejected
  }

  private mutating func showKey(of row: Span<UInt8>, _ identifiers: inout KeyReader) {
    var end = 0
    while end < row.count, row[end] != UInt8(ascii: "\t") { end += 1 }
    var key: [UInt8] = []
    if identifiers.append(keyOf: row.extracting(0..<end), to: &key) == nil {
      firstKeys.append(ReplyText.string(key.span))
    }
  }
}
