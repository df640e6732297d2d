// A compacting copy of an open index: what was committed last, without free pages and with zeroes wherever a page holds
// nothing, and so without values that were deleted earlier. LMDB makes it in one long call, on a thread of its own, and
// writes into a pipe: the reader of the other end can count, bound and end it.

internal import CLinux
internal import Dispatch
internal import Glibc
internal import LMDB
internal import Platform
internal import Synchronization

/// A copy under way. Used by one thread at a time.
package final class IndexCopy {
  /// Bytes that it will have, about.
  package let estimatedBytes: Int
  /// Bytes that were read so far.
  package private(set) var byteCount = 0
  private var pipe: Descriptor?
  private var scrubber: PageScrubber
  /// What was read and is no whole page yet.
  private var rest: ArraySlice<UInt8> = []
  private let outcome = Outcome()

  /// How the copying thread ended.
  private final class Outcome: Sendable {
    let hasEnded = DispatchSemaphore(value: 0)
    let error = Mutex<LMDBError?>(nil)
  }

  /// What one read gives.
  package enum Piece: Equatable {
    /// So many bytes.
    case bytes(Int)
    /// Nothing has come within the time.
    case nothing
    /// The copy is whole.
    case end
  }

  /// Starts a copy of the newest commit. LMDB cannot reuse the pages of that commit until the copy ends.
  package init(_ index: Index) throws(IndexError) {
    estimatedBytes = try index.mapUse().usedBytes
    scrubber = PageScrubber(
      pageBytes: try IndexError.wrapping { () throws(LMDBError) in try index.environment.stat().pageSizeBytes
      })
    var ends: [Int32] = [-1, -1]
    // Safe: the call fills in two numbers.
    guard unsafe whichset_pipe(&ends) == 0 else {
      throw .system(SystemFailure("pipe2", index.path))
    }
    pipe = Descriptor(owning: ends[0])
    let input = ends[1]
    // Where the system allows no larger pipe, it stays as it is.
    _ = fcntl(input, Int32(WHICHSET_F_SETPIPE_SZ), Int32(Self.pipeBytes))
    // Taken out by the copy, so that whoever waits for its end finds that it has let go of the environment as well.
    let environment = Mutex<Environment?>(index.environment)
    let outcome = outcome
    DispatchQueue(label: "copy").async {
      whichset_lower_priority()
      Self.copy(environment.withLock { $0.take() }, to: input, outcome)
      // The reader learns of the end by the pipe's, and then finds what came of it.
      close(input)
      outcome.hasEnded.signal()
    }
  }

  private static func copy(_ environment: consuming Environment?, to input: Int32, _ outcome: Outcome) {
    do throws(LMDBError) {
      try environment?.copy(to: input, compacting: true)
    } catch {
      outcome.error.withLock { $0 = error }
    }
  }

  deinit { cancel() }

  private static let pipeBytes = 1 << 20

  /// Reads a piece into the front of `buffer`, which has room for many pages. When it is written, so are zeroes to
  /// `takeRanges`.
  ///
  /// - Parameter milliseconds: how long to wait for it.
  package func read(into buffer: inout [UInt8], milliseconds: Int32) throws(IndexError) -> Piece {
    guard let raw = pipe?.raw, Poll.wait(for: raw, POLLIN, milliseconds: milliseconds) else {
      return .nothing
    }
    buffer.replaceSubrange(..<rest.count, with: rest)
    // Safe: the room behind the rest is the buffer's own.
    let transfer = unsafe buffer.withUnsafeMutableBytes {
      unsafe pipe?.read(into: UnsafeMutableRawBufferPointer(rebasing: $0[rest.count...]))
    }
    switch transfer {
    case .bytes(let count) where count > 0:
      let whole = scrubber.scrub(&buffer, count: rest.count + count)
      rest = ArraySlice(buffer[whole..<(rest.count + count)])
      byteCount += whole
      return whole == 0 ? .nothing : .bytes(whole)
    case .failed(let code): throw .system(SystemFailure("read", "the copy", code: code))
    case .wouldBlock, nil: return .nothing
    case .bytes: break
    }
    end()
    if let error = outcome.error.withLock({ $0 }) { throw IndexError(reading: error) }
    precondition(rest.isEmpty, "a copy is whole pages")
    return .end
  }

  /// Ranges of the copy that are unused and are to be zeroed; all of them were read before.
  package func takeRanges() -> [Range<Int>] { scrubber.takeRanges() }

  /// Ends a copy that nobody wants any more, or that is whole.
  package func cancel() { end() }

  /// Closes the pipe, upon which LMDB gives up, and waits until it has: it has let go of the commit then.
  private func end() {
    guard pipe != nil else { return }
    pipe = nil
    outcome.hasEnded.wait()
  }
}
