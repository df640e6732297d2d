/// `METRICS`: metrics of the daemon as OpenMetrics text.
package struct MetricsRequest: Request {
  package static let name = "METRICS"
  package static let summary = "- figures of the daemon as OpenMetrics text"
  package static let role = Role.read

  package init() {}

  package typealias Reply = TextReply
}
