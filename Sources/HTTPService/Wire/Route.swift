// What there is at which address. Pure.

import NIOHTTP1

enum Route: Equatable, Sendable {
  case page
  case styleSheet
  case script
  case report
  case check
  case datasets
  case dataset(String)
  case metrics
  case health
  case lookup(HashKind, String)
  case bulk(HashKind)
  case information
  case description

  /// The route of a path; nil where there is none.
  init?(_ path: [String]) {
    switch (path.first, path.count) {
    case (nil, 0): self = .page
    case ("style.css", 1): self = .styleSheet
    case ("page.js", 1): self = .script
    case ("report", 1): self = .report
    case ("check", 1): self = .check
    case ("datasets", 1): self = .datasets
    case ("dataset", 2): self = .dataset(path[1])
    case ("metrics", 1): self = .metrics
    case ("healthz", 1): self = .health
    case ("lookup", 3):
      guard let kind = HashKind(rawValue: path[1]) else { return nil }
      self = .lookup(kind, path[2])
    case ("bulk", 2):
      guard let kind = HashKind(rawValue: path[1]) else { return nil }
      self = .bulk(kind)
    case ("info", 1): self = .information
    case ("openapi.json", 1): self = .description
    default: return nil
    }
  }

  var methods: [HTTPMethod] {
    switch self {
    case .check, .page: [.GET, .HEAD, .POST, .OPTIONS]
    case .bulk: [.POST, .OPTIONS]
    default: [.GET, .HEAD, .OPTIONS]
    }
  }
}
