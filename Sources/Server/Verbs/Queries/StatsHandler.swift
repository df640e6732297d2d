// The verbs that report metrics. They look at the disk, so they are nothing for a reactor.

internal import Index
internal import WireProtocol

extension StatsRequest: ThreadHandler {
  typealias Thread = QueryThread
  static let isPrompt = true

  func answer(on thread: QueryThread, _ held: inout Holdings) -> TableReply {
    TableReply(thread.figures.stats())
  }
}

extension MetricsRequest: ThreadHandler {
  typealias Thread = QueryThread
  static let isPrompt = true

  func answer(on thread: QueryThread, _ held: inout Holdings) -> TextReply {
    TextReply(thread.figures.metrics())
  }
}
