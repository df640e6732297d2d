// The requests of a mode, and their replies.

internal import BenchmarkWork
internal import LoadGenerator

extension RequestPool {
  /// At least one batch, and at least `count` requests.
  init(mode: Mode, depth: Int, count: Int, slug: String, choice: KeyChoice) {
    self.init(depth: depth)
    var choice = choice
    let slug = [UInt8](slug.utf8)
    for _ in 0..<max(1, (count + depth - 1) / depth) {
      addBatch { requests, replies in
        mode.open(count: depth, requests: &requests, replies: &replies)
        for _ in 0..<depth {
          let question = choice.next()
          mode.append(
            question.identifier, isMember: question.isMember, slug: slug,
            requests: &requests, replies: &replies)
        }
        mode.close(replies: &replies)
      }
    }
  }
}
