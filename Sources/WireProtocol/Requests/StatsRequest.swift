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
    /// Begins the names of counts of keys by namespace.
    package static let keys = "keys."
    /// Begins the names of counts of images by namespace.
    package static let imagesBy = "images."
  }

  /// Whether a line is of the index, and not of the daemon: it changes only with the index.
  package static func describesIndex(_ name: String) -> Bool {
    indexLines.contains(name) || name.hasPrefix(Line.keys) || name.hasPrefix(Line.imagesBy)
  }

  private static let indexLines: Set<String> = [
    Line.images, "memberships", Line.datasets, "accounts", "rows", "rejected", "keys", "suppressed", "sets",
    Line.rules, Line.outdated,
  ]
}
