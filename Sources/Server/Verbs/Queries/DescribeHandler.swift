internal import Index
internal import WireProtocol

extension DescribeRequest: ThreadHandler {
  typealias Thread = WriterThread

  func change(_ held: Holdings) -> Change? {
    Change("description", of: "\(slug) (\(values.keys.sorted().joined(separator: ", ")))")
  }

  func answer(on thread: WriterThread, _ held: inout Holdings) throws -> Done {
    try thread.writer.describe(slug, values)
    return Done()
  }
}
