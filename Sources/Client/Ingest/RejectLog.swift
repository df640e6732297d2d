// Where rejected rows go: into a file that the user named, or, the first few, to standard error.

package import Console
import Glibc
import Platform
import WireProtocol

/// Takes the rejected rows of a load.
package struct RejectLog: ~Copyable {
  /// Rows that are shown where no file was named.
  package static let shownMax = 5

  private let path: String?
  private let descriptor: Descriptor
  private var queue = ByteQueue()
  /// The first rows, where no file was named.
  package private(set) var shown: [RejectedRow] = []
  /// All rows that came here, by reason.
  package private(set) var tally = RejectTally()

  /// Opens the file, or makes it; what it holds stays until `begin`.
  package init(path: String?) throws(Trouble) {
    self.path = path
    guard let path else {
      descriptor = .none
      return
    }
    descriptor = try Trouble.wrapping(
      "cannot write \(path)", try Descriptor(opening: path, O_WRONLY | O_CREAT | O_APPEND, mode: 0o644))
  }

  /// Empties the file, unless the load goes on from an earlier run, whose rejects it holds.
  package mutating func begin(isResumed: Bool) throws(Trouble) {
    guard let path, !isResumed else { return }
    // A pipe or a terminal cannot be cut, and need not be.
    if ftruncate(descriptor.raw, 0) != 0, errno != EINVAL {
      throw Trouble("cannot write \(path)", code: errno)
    }
  }

  /// Writes rows as `file TAB line TAB code TAB text`.
  package mutating func add(_ rows: [RejectedRow]) throws(Trouble) {
    for row in rows { tally.add(row.code) }
    guard let path else {
      shown += rows.prefix(Self.shownMax - shown.count)
      return
    }
    for row in rows {
      TabSeparated.record([row.file, String(row.line), row.code, row.text], &queue.storage)
    }
    while !queue.isEmpty {
      switch descriptor.write(queue.bytes) {
      case .bytes(let count): queue.removeFirst(count)
      case .wouldBlock: continue
      case .failed(let code): throw Trouble("cannot write \(path)", code: code)
      }
    }
  }
}
