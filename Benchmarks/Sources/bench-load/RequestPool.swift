// All requests of a run and the replies that they must get, as bytes made before the clock starts. While it
// runs, a batch is sent as it lies here and its replies are compared with what lies here, so that making
// and checking cost the generator next to nothing.

internal import BenchmarkWork

/// Batches of requests, each with its right replies.
struct RequestPool {
  /// How many requests a batch holds.
  let depth: Int
  /// The requests, batch after batch.
  private(set) var requests: [UInt8] = []
  /// The replies, likewise.
  private(set) var replies: [UInt8] = []
  /// Where each batch starts in `requests`, and after the last one its end.
  private(set) var requestBounds: [Int] = [0]
  /// Where each batch starts in `replies`, and after the last one its end.
  private(set) var replyBounds: [Int] = [0]

  /// How many batches there are.
  var batchCount: Int { requestBounds.count - 1 }

  /// At least one batch, and at least `count` requests.
  init(mode: Mode, depth: Int, count: Int, slug: String, choice: KeyChoice) {
    self.depth = depth
    var choice = choice
    let slug = [UInt8](slug.utf8)
    for _ in 0..<max(1, (count + depth - 1) / depth) {
      mode.open(count: depth, requests: &requests, replies: &replies)
      for _ in 0..<depth {
        let question = choice.next()
        mode.append(
          question.identifier, isMember: question.isMember, slug: slug,
          requests: &requests, replies: &replies)
      }
      mode.close(replies: &replies)
      requestBounds.append(requests.count)
      replyBounds.append(replies.count)
    }
  }
}
