// Which requests a gateway answers, and how those that are not answered by lookups are.

internal import WireProtocol

/// A request that a gateway answers from what its index says of its datasets.
protocol DistantHandler: Handler {
  /// On the query thread.
  func reply(from distant: any DistantIndex) throws(ProtocolError) -> DistantReply
}

enum Gateway {
  /// What a gateway answers; docs/cluster.md and whichsetd(8) list them.
  static let verbs: Set<Verb> = [
    HelloRequest.verb, PingRequest.verb, WhoRequest.verb, .check, CheckManyRequest.verb, IdentifyRequest.verb,
    DatasetsRequest.verb, DatasetRequest.verb, StatsRequest.verb, OverlapRequest.verb, CrossrefRequest.verb,
    ItemsRequest.verb, TallyRequest.verb, MetricsRequest.verb,
    HealthRequest.verb, ReloadRequest.verb, HelpRequest.verb, QuitRequest.verb,
  ]

  static func refusal(of verb: Verb, _ status: DistantStatus) -> ProtocolError {
    let host = status.publisher.map { "\($0), the host that publishes" } ?? "the host that publishes"
    return verb.role == .read
      ? ProtocolError(.gateway, "a gateway to a cluster does not answer \(verb); ask \(host)")
      : ProtocolError(
        .gateway,
        "a gateway to a cluster changes nothing; loads, and all else that changes the index, go to \(host)")
  }
}

extension SessionContext {
  /// Why the daemon does not answer this verb, being a gateway; nil where it does.
  func refusal(of verb: Verb) -> ProtocolError? {
    guard let distant, !Gateway.verbs.contains(verb) else { return nil }
    return Gateway.refusal(of: verb, distant.status)
  }

  /// How a request goes on that a gateway answers otherwise than other daemons do.
  func distantCourse(of request: any Handler) -> Course? {
    guard let distant, let request = request as? any DistantHandler else { return nil }
    return .work(
      Work(
        request: RequestNote(verb: type(of: request).verb),
        step: .queries { thread in
          do throws(ProtocolError) {
            let reply = try request.reply(from: distant)
            thread.ended(nil)
            return Outcome(reply)
          } catch {
            thread.ended(error.code)
            return .failed(error)
          }
        }))
  }
}
