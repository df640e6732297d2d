// A block of rows in pieces of whole rows, several for each core: whoever is done with one takes the next, so that no core
// waits long for another that had more to do, or that the kernel gave to somebody else.

internal import ByteText
internal import Dispatch
internal import Synchronization
internal import WireProtocol

/// The pieces of a block, each of which is taken once.
final class BlockPieces: Sendable {
  /// Where they are in the block, in order.
  let ranges: [Range<Int>]
  private let taken = Atomic(0)

  /// Cuts `body`, each row of which ends with an LF. O(bytes), shared by all cores.
  ///
  /// - Parameter count: how many rows it has to have.
  init(_ body: [UInt8], rows count: Int, cores: Int) throws(ProtocolError) {
    ranges = Self.split(body, count: max(cores, min(cores * Self.piecesPerCore, body.count / Self.bytesMin)))
    guard body.last == UInt8(ascii: "\n") || body.isEmpty, Self.rowCount(body, in: ranges) == count else {
      throw ProtocolError(.body, "the body does not hold \(count) whole rows")
    }
  }

  private static let piecesPerCore = 8
  /// More than one a core that are smaller would cost more to hand out than they save.
  private static let bytesMin = 16 << 10

  /// The number of the next piece; nil when all are taken.
  func take() -> Int? {
    let number = taken.add(1, ordering: .relaxed).oldValue
    return number < ranges.count ? number : nil
  }

  private static func rowCount(_ body: [UInt8], in ranges: [Range<Int>]) -> Int {
    // Not worth waking another core.
    guard body.count > 4 * bytesMin else { return body.span.count(of: UInt8(ascii: "\n")) }
    let rows = Atomic(0)
    DispatchQueue.concurrentPerform(iterations: ranges.count) { number in
      let found = body.span.extracting(ranges[number]).count(of: UInt8(ascii: "\n"))
      rows.add(found, ordering: .relaxed)
    }
    return rows.load(ordering: .relaxed)
  }

  /// Cuts whole rows into `count` runs of about the same size, some of which may be empty.
  static func split(_ body: [UInt8], count: Int) -> [Range<Int>] {
    var start = 0
    return (1...count).map { piece in
      var end = max(start, body.count * piece / count)
      if end > start, end < body.count {
        end = (body.span.firstIndex(of: UInt8(ascii: "\n"), from: end - 1) ?? body.count - 1) + 1
      }
      defer { start = end }
      return start..<end
    }
  }
}
