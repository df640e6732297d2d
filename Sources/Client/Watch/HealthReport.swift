// What `whichset health` says, in the manner of monitoring plugins: one line with the state and the reason, and an
// exit status. The plugins' fourth status, 3 for unknown, is not needed: a daemon that cannot be asked is dead to its
// clients, whatever the cause.

/// How well the daemon is.
package enum HealthState: String, Sendable {
  /// It does all its work.
  case ok
  /// It answers, but something needs a look.
  case degraded
  /// It does not answer.
  case dead

  /// The exit status: 0, 1 or 2.
  package var exitStatus: Int32 {
    switch self {
    case .ok: 0
    case .degraded: 1
    case .dead: 2
    }
  }
}

/// The daemon's state and what it was judged by.
package struct HealthReport: Equatable, Sendable {
  /// One subject that was judged.
  package struct Check: Equatable, Sendable {
    /// Its name.
    package let name: String
    /// Its state, `ok` or `degraded`.
    package let state: String
    /// Why.
    package let text: String
  }

  /// The state of the whole.
  package let state: HealthState
  /// What was judged; nothing where the daemon does not answer.
  package let checks: [Check]
  private let reason: String

  /// Takes the reply to `HEALTH`.
  package init(_ reply: Reply) {
    checks = reply.records.filter { $0.count >= 3 }.map { Check(name: $0[0], state: $0[1], text: $0[2]) }
    let degraded = checks.filter { $0.state != HealthState.ok.rawValue }
    state = degraded.isEmpty ? .ok : .degraded
    reason = (degraded.isEmpty ? checks : degraded).map { "\($0.name): \($0.text)" }.joined(separator: "; ")
  }

  /// A daemon that does not answer.
  package init(dead trouble: Trouble) {
    state = .dead
    checks = []
    reason = trouble.text
  }

  /// Appends the report: one line; or a line a check; or one JSON object.
  package func write(_ format: OutputFormat, to output: inout [UInt8]) {
    switch format {
    case .text: output.append("WHICHSET \(state.rawValue.uppercased()) - \(reason)\n")
    case .tsv:
      for check in checks { TabSeparated.record([check.name, check.state, check.text], &output) }
      if state == .dead { TabSeparated.record(["daemon", state.rawValue, reason], &output) }
    case .json:
      var json = JSONWriter()
      json.open(.object, &output)
      json.name("state", &output)
      json.string(state.rawValue, &output)
      json.name("reason", &output)
      json.string(reason, &output)
      json.name("checks", &output)
      json.open(.array, &output)
      for check in checks {
        json.open(.object, &output)
        for (name, value) in [("name", check.name), ("state", check.state), ("text", check.text)] {
          json.name(name, &output)
          json.string(value, &output)
        }
        json.close(.object, &output)
      }
      json.close(.array, &output)
      json.close(.object, &output)
      output.append("\n")
    }
  }
}
