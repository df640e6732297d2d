// What `whichset health` says, in the manner of monitoring plugins: one line with the state and the reason, and an
// exit status.

package import Console
package import WireProtocol

package enum HealthState: String, Sendable {
  /// It does all its work.
  case ok
  /// It answers, but something needs a look.
  case degraded
  /// It does not answer.
  case dead
  /// The user may not ask, so nothing is known.
  case unknown

  /// The exit status of a monitoring plugin: 0 to 3.
  package var exitStatus: Int32 {
    switch self {
    case .ok: 0
    case .degraded: 1
    case .dead: 2
    case .unknown: 3
    }
  }
}

/// The daemon's state and what it was judged by.
package struct HealthReport: Equatable, Sendable {
  /// The state of the whole.
  package let state: HealthState
  /// What was judged; nothing where the daemon does not answer.
  package let checks: [HealthRequest.Subject]
  private let reason: String

  /// Takes the reply to `HEALTH`.
  package init(_ checks: [HealthRequest.Subject]) {
    self.checks = checks
    let degraded = checks.filter(\.isDegraded)
    state = degraded.isEmpty ? .ok : .degraded
    reason = (degraded.isEmpty ? checks : degraded).map { "\($0.name): \($0.text)" }.joined(separator: "; ")
  }

  /// Takes why the daemon gave none.
  package init(_ trouble: Trouble) {
    state = trouble.isPermissionDenied ? .unknown : .dead
    checks = []
    reason = trouble.text
  }

  /// One line for people; a line a check in TSV.
  package var answer: Answer {
    let records = checks.map { ["name": $0.name, "state": $0.state, "text": $0.text] as Record }
    let dead: [[any FieldValue]] = checks.isEmpty ? [["daemon", state.rawValue, reason]] : []
    return Answer(
      ["state": state.rawValue, "reason": reason, "checks": records],
      .these(records.map { $0.fields.map(\.value) } + dead)
    ) { _ in "WHICHSET \(state.rawValue.uppercased()) - \(reason)\n" }
  }
}
