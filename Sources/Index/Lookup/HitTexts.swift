// The replies of the usual dataset sets, ready to be copied: most hits of an index are in a few sets. Made with a
// snapshot, immutable like it. Sets that are rare, or large, are put together when they are asked for.

/// `HIT slug,slug` lines of one namespace's first sets.
///
/// Unchecked: all memory is written in `init` and only read afterwards.
@safe final class HitTexts: @unchecked Sendable {
  /// Sets with smaller numbers have a text.
  static let setsMax = 1 << 12
  /// Sets with more datasets have none, so that the texts stay small.
  static let datasetsMax = 8

  private let bytes: UnsafeMutableBufferPointer<UInt8>
  private let ends: UnsafeMutableBufferPointer<UInt32>

  /// - Parameter text: appends the line of a set, or nothing.
  init(count: Int, _ text: (UInt32, inout [UInt8]) -> Void) {
    var all: [UInt8] = []
    let kept = min(count, Self.setsMax)
    // Safe: every element of both buffers is initialised below.
    unsafe ends = .allocate(capacity: kept)
    for set in 0..<kept {
      text(UInt32(set), &all)
      unsafe ends.initializeElement(at: set, to: UInt32(all.count))
    }
    unsafe bytes = .allocate(capacity: all.count)
    _ = unsafe bytes.initialize(from: all)
  }

  deinit {
    // Safe: of trivial types, and owned by this object alone.
    unsafe bytes.deallocate()
    unsafe ends.deallocate()
  }

  /// Appends the line of a set; false if it has none here.
  @inline(__always)
  func append(_ set: UInt32, to output: inout [UInt8]) -> Bool {
    // Safe: in bounds by the guard; ends ascend and the last one is the count of bytes.
    guard unsafe Int(set) < ends.count else { return false }
    let start = unsafe set == 0 ? 0 : Int(ends[Int(set) - 1])
    let end = unsafe Int(ends[Int(set)])
    guard end > start else { return false }
    unsafe output.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[start..<end]))
    return true
  }

  /// Appends the slugs of a set, and before them what `header` appends for their number of bytes; false, and nothing, if
  /// it has none here.
  @inline(__always)
  func appendSlugs(
    _ set: UInt32, to output: inout [UInt8], after header: (Int, inout [UInt8]) -> Void
  ) -> Bool {
    // Safe: as in `append`; a line has `HIT ` and an LF around its slugs.
    guard unsafe Int(set) < ends.count else { return false }
    let start = unsafe set == 0 ? 0 : Int(ends[Int(set) - 1])
    let end = unsafe Int(ends[Int(set)])
    guard end > start else { return false }
    let slugs = unsafe UnsafeBufferPointer(rebasing: bytes[(start + "HIT ".utf8.count)..<(end - 1)])
    header(slugs.count, &output)
    unsafe output.append(contentsOf: slugs)
    return true
  }
}
