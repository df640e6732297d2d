// What a run found out.

package struct Measurement: Sendable {
  package let requests: Int
  package let seconds: Double
  /// Of batches, from the sending of the first request to the last reply.
  package let latency: LatencyHistogram
  /// Processor time of the server, if it was measured.
  package let serverSeconds: Double?
  /// Processor time of the generator; near `seconds`, the generator is what limits the rate.
  package let generatorSeconds: Double

  package var perSecond: Double { Double(requests) / seconds }
}
