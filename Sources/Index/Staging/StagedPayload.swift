// What a dataset listed for a key, as it is staged: in parts, one behind the other, so that nobody has to put them together
// only to have them copied.

/// A payload in up to four parts, which are lent.
package struct StagedPayload: ~Escapable {
  private let first: Span<UInt8>
  private let second: Span<UInt8>
  private let third: Span<UInt8>
  private let fourth: Span<UInt8>

  /// A payload in one part.
  @_lifetime(copy whole)
  package init(_ whole: Span<UInt8>) {
    first = whole
    second = Span()
    third = Span()
    fourth = Span()
  }

  /// A payload in four parts.
  @_lifetime(copy first, copy second, copy third, copy fourth)
  package init(
    _ first: Span<UInt8>, _ second: Span<UInt8>, _ third: Span<UInt8>, _ fourth: Span<UInt8>
  ) {
    self.first = first
    self.second = second
    self.third = third
    self.fourth = fourth
  }

  /// How many bytes it has.
  @inline(__always)
  var count: Int { first.count + second.count + third.count + fourth.count }

  /// Appends its bytes.
  @inline(__always)
  func append(to bytes: inout [UInt8]) {
    Self.append(first, to: &bytes)
    Self.append(second, to: &bytes)
    Self.append(third, to: &bytes)
    Self.append(fourth, to: &bytes)
  }

  @inline(__always)
  private static func append(_ part: Span<UInt8>, to bytes: inout [UInt8]) {
    guard !part.isEmpty else { return }
    // Safe: copied within the call.
    unsafe part.withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
  }
}
