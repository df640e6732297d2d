// All requests of a run and the replies that they must get, as bytes made before the clock starts. While it
// runs, a batch is sent as it lies here and its replies are compared with what lies here, so that making
// and checking cost the generator next to nothing.

/// Batches of requests, each with its right replies.
package struct RequestPool: Sendable {
  /// How many requests a batch holds.
  package let depth: Int
  /// The requests, batch after batch.
  package private(set) var requests: [UInt8] = []
  /// The replies, likewise.
  package private(set) var replies: [UInt8] = []
  /// Where each batch starts in `requests`, and after the last one its end.
  package private(set) var requestBounds: [Int] = [0]
  /// Where each batch starts in `replies`, and after the last one its end.
  package private(set) var replyBounds: [Int] = [0]

  /// How many batches there are.
  package var batchCount: Int { requestBounds.count - 1 }

  package init(depth: Int) { self.depth = depth }

  /// Adds a batch that `write` appends, with its right replies.
  package mutating func addBatch(_ write: (inout [UInt8], inout [UInt8]) -> Void) {
    write(&requests, &replies)
    requestBounds.append(requests.count)
    replyBounds.append(replies.count)
  }
}
