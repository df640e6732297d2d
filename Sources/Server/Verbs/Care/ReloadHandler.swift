internal import WireProtocol

extension ReloadRequest: ThreadHandler {
  typealias Thread = QueryThread
  static let isPrompt = true

  func change(_ held: Holdings) -> Change? { Change("reading", of: "settings") }

  func answer(on thread: QueryThread, _ held: inout Holdings) throws -> Reply {
    guard let reload = thread.reload else {
      throw ProtocolError(.config, "this daemon has no settings to read")
    }
    do throws(ReloadFailure) {
      return Reply(try reload())
    } catch {
      throw ProtocolError(.config, "nothing was changed: \(error.line)")
    }
  }
}
