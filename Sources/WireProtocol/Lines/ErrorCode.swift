// The protocol's errors: stable codes for programs, a fault that says whether to try again. The text behind
// a code is for people; what the operator needs to know goes to the daemon's log instead.

/// Who has to act on an error.
package enum Fault: String, Sendable {
  /// The request is wrong: the same request will fail again.
  case client = "CLIENT"
  case retry = "RETRY"
  case server = "SERVER"
}

/// A stable error code of the protocol (PROTOCOL.md, section 3).
package enum ErrorCode: String, CaseIterable, Sendable {
  case line = "LINE"
  case syntax = "SYNTAX"
  case verb = "VERB"
  case version = "VERSION"
  case forbidden = "FORBIDDEN"
  case limit = "LIMIT"
  case identifier = "IDENTIFIER"
  case unresolvable = "UNRESOLVABLE"
  case unsearchable = "UNSEARCHABLE"
  case dataset = "DATASET"
  case exists = "EXISTS"
  case load = "LOAD"
  case block = "BLOCK"
  case body = "BODY"
  case config = "CONFIG"
  case file = "FILE"
  case gateway = "GATEWAY"
  case busy = "BUSY"
  case connections = "CONNECTIONS"
  case disk = "DISK"
  case cluster = "CLUSTER"
  case full = "FULL"
  case corrupt = "CORRUPT"
  case `internal` = "INTERNAL"

  package var fault: Fault {
    switch self {
    case .line, .syntax, .verb, .version, .forbidden, .limit, .identifier, .unresolvable, .unsearchable,
      .dataset,
      .exists, .load, .block, .body, .config, .file, .gateway:
      .client
    case .busy, .connections, .disk, .cluster: .retry
    case .full, .corrupt, .internal: .server
    }
  }
}

/// An error as it goes over the wire: `ERR code fault text`.
package struct ProtocolError: Error, Equatable, Sendable {
  package let code: ErrorCode
  /// One line for people: what is wrong and what to do.
  package let text: String

  /// Makes an error; `text` must not hold an LF.
  package init(_ code: ErrorCode, _ text: String) {
    self.code = code
    self.text = text
  }

  package var line: String { "ERR \(code.rawValue) \(code.fault.rawValue) \(text)" }
}
