/// `STATS`: counts of the index and metrics of the daemon.
package struct StatsRequest: Request {
  package static let name = "STATS"
  package static let summary = "- counts of the index and figures of the daemon"
  package static let role = Role.read

  package init() {}

  package typealias Reply = TableReply

  /// Names of lines that programs look for; the others are the daemon's own.
  package enum Line {
    package static let images = "images"
    package static let datasets = "datasets"
    package static let outdated = "datasets.outdated"
    package static let rules = "rules"
  }
}
