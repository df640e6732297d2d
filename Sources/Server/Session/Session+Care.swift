// The verbs that care for the index as a whole. `BACKUP` and `RESTORE` are answered with `OK send` first; then the file
// comes as a descriptor beside one byte, an LF, which says nothing else. So whatever a client sends instead, where lines
// begin is never in doubt.

internal import WireProtocol

extension Session {
  mutating func answerBackup(_ arguments: Arguments, _ tagStart: Int) throws(ProtocolError) {
    try arguments.require(words: 0...0, fields: ["confirm"])
    if let token = try arguments.value("confirm") {
      delegate(.confirmBackup(token), tagStart)
    } else {
      awaitFile(.backup, tagStart)
    }
  }

  mutating func answerRestore(_ arguments: Arguments, _ tagStart: Int) throws(ProtocolError) {
    try arguments.require(words: 0...0, fields: ["force"])
    awaitFile(.restore(force: try arguments.flag("force")), tagStart)
  }

  /// The job that a file was awaited for.
  static func job(_ request: FileRequest, _ file: HandedFile) -> Job {
    switch request {
    case .backup: .backup(file)
    case .restore(let force): .restore(file, force: force)
    }
  }

  static func refusal(of count: Int) -> ProtocolError {
    count == 0
      ? ProtocolError(.file, "a file was to be handed over, with one LF, behind OK send; none came")
      : ProtocolError(.file, "one file was to be handed over; \(count) came, and were closed")
  }
}
