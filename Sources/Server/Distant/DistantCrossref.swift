// A cross-reference with a distant index: keys are put in order and counted once here, and looked up there, all in one state.

internal import Identifiers
internal import Index
internal import IndexKeys
internal import WireProtocol

/// Where a cross-reference looks its keys up.
struct DistantCrossref: Sendable {
  let index: any DistantIndex
  let state: any DistantState

  /// The reply to a block of rows: which are in some dataset.
  func matches(
    _ images: [(row: Int, key: NamespacedKey)], _ reader: any DistantReader
  ) throws(ProtocolError) -> ItemsRequest.Reply {
    var (lines, count): ([UInt8], Int) = ([], 0)
    for (image, answer) in zip(images, reader.answers(to: images.map { DistantKey($0.key) }, in: state)) {
      switch answer {
      case .hit(let slugs):
        lines.append(contentsOf: "\(image.row)\t".utf8)
        lines += slugs
        lines.append(UInt8(ascii: "\n"))
        count += 1
      case .miss, .unsearchable: break
      case .failed(let error): throw error
      }
    }
    return ItemsRequest.Reply(count: count, lines: lines)
  }
}

extension DistantKey {
  /// - Parameter key: a text's has its digest.
  init(_ key: NamespacedKey) {
    self =
      key.namespace.isInteger
      ? .integer(key.namespace, key.key.integerValue)
      : .digest(key.namespace, high: key.key.high, low: key.key.low)
  }
}
